import Lariat
import LariatTestSupport
import Testing

@Suite("Training that goes wrong, and training that repeats")
struct RobustnessTests {
    static let optimizers: [Optimizer] = [.sgd, .momentum(), .nesterov(), .rmsprop(), .adam()]

    private static func regression() throws -> Dataset {
        let x: Matrix<Double> = randomMatrix(64, 6, seed: 4)
        return try Dataset(
            features: x, targets: Matrix(rows: 64, columns: 1) { row, _ in x[row, 0] - 2 * x[row, 1] })
    }

    /// Trains until it diverges; gives every event and how it ended.
    private static func diverge(_ optimizer: Optimizer, _ schedule: Schedule) throws -> (
        steps: [StepRecord], fitted: Fitted?, error: TrainingError?, network: Network
    ) {
        var trainer = FitTests.trainer(epochs: 2000)
        trainer.objective = Objective(.squaredError)
        (trainer.optimizer, trainer.schedule) = (optimizer, schedule)
        var network = Network(inputs: 6, seed: 1) {
            Dense(8); LeakyReLU(slope: 0.1); Dense(1)
        }
        var steps: [StepRecord] = []
        do {
            let fitted = try trainer.fit(&network, on: regression()) {
                if case .step(let step) = $0 { steps.append(step) }
            }
            return (steps, fitted, nil, network)
        } catch let error as TrainingError { return (steps, nil, error, network) }
    }

    /// Rates far beyond sense: the loss explodes in the first epoch, and the step that has it is the last.
    @Test(arguments: optimizers, [1e6, 1e30])
    func divergenceEndsTheTrainingAtOnce(optimizer: Optimizer, rate: Double) throws {
        let outcome = try Self.diverge(optimizer, .constant(rate))
        guard case .diverged(let epoch, let step)? = outcome.error else {
            Issue.record("it did not diverge")
            return
        }
        // Every reported loss is a good one; the step after the last of them is where it ended.
        let first = try #require(outcome.steps.first?.loss)
        #expect(outcome.steps.allSatisfy { $0.loss <= 1e6 * max(1, first) })
        #expect(epoch == 1 && step == outcome.steps.count + 1)
    }

    /// A rate that rises from a good one until the training diverges: the last good epoch's weights are kept.
    @Test(arguments: optimizers, [1.0, 2])
    func divergenceAfterGoodEpochsKeepsTheLast(optimizer: Optimizer, factor: Double) throws {
        // Step t has the rate slope·(t + 1); steps of rmsprop and adam are as long as the rate, whatever the gradient.
        let slope = factor * (["rmsprop", "adam"].contains { optimizer.name.hasPrefix($0) } ? 0.1 : 1e-3)
        let outcome = try Self.diverge(optimizer, Schedule.constant(slope * 1e9).warmedUp(over: 999_999_999))
        let fitted = try #require(outcome.fitted)
        #expect(fitted.ending == .diverged && fitted.history.count >= 1)
        let last = try #require(outcome.steps.last)
        // No epoch was begun after the one that diverged.
        #expect(last.epoch == fitted.history.count + 1 || last.step == last.stepsPerEpoch)
        #expect(outcome.steps.allSatisfy { $0.loss.isFinite })
        #expect(outcome.network.parameters.elements.allSatisfy { $0.isFinite })
        #expect(fitted.training.dictionary.values.allSatisfy { $0.isFinite })
        #expect(fitted.model.card.epochs >= fitted.history.count)
    }

    /// A linear model just beyond the largest stable rate, whose loss grows from epoch to epoch: the weights of the
    /// best come back.
    @Test func theLastGoodWeightsAreKept() throws {
        let x: Matrix<Double> = randomMatrix(64, 6, seed: 4)
        let data = try Dataset(
            features: x, targets: Matrix(rows: 64, columns: 1) { row, _ in x[row, 0] - 2 * x[row, 1] })
        var trainer = FitTests.trainer(epochs: 50)
        (trainer.objective, trainer.optimizer) = (Objective(.squaredError), .sgd)
        trainer.schedule = .constant(2.5)
        var network = Network(inputs: 6, seed: 1) { Dense(1) }
        let fitted = try trainer.fit(&network, on: data, validatingOn: data)
        #expect(fitted.ending == .diverged && !fitted.history.isEmpty && fitted.history.count < 50)
        let best = fitted.history.min { $0.validationLoss! < $1.validationLoss! }!
        #expect(fitted.validation!.dictionary == best.validation)
    }

    @Test(arguments: [1, 2])
    func fiftyRunsGiveOneResult(workers: Int) throws {
        let data = try FitTests.small(128)
        var results: Set<[UInt8]> = []
        for _ in 0..<50 {
            var network = Network(inputs: 6, seed: 2) {
                Dense(256); BatchNorm(); ReLU(); Dense(128); Tanh(); Dense(1)
            }
            var trainer = FitTests.trainer(epochs: 1, workers: workers)
            (trainer.batchSize, trainer.objective.penalties) = (64, [.l1(1e-3), .groupLasso(1e-3)])
            results.insert(try trainer.fit(&network, on: data).model.encoded())
        }
        #expect(results.count == 1)
    }

    /// Strong penalties shrink weights through the subnormal numbers, in which a product costs a hundred times as much:
    /// in 5000 steps none meets one, and none is in the file.
    @Test(arguments: [Penalty.l2(0.5), .l1(0.5), .groupLasso(0.5), .elasticNet(strength: 0.5, l1Ratio: 0.1)])
    func noSubnormalWeightsRemain(penalty: Penalty) throws {
        let data = try FitTests.small(64)
        var network = Network(inputs: 6, seed: 2) {
            Dense(16); ReLU(); Dense(16); ReLU(); Dense(1)
        }
        // Close to the end of the normal numbers, so that thousands of the steps are beyond it.
        network.parameters.withUnsafeMutablePointer { base in
            for place in 0..<network.layout.blockCount { base[place] *= 1e-30 }
        }
        var trainer = FitTests.trainer(epochs: 1250)
        (trainer.optimizer, trainer.schedule) = (.sgd, .constant(0.05))
        trainer.objective.penalties = [penalty]
        let session = try TrainingSession(network, trainer, on: data)
        let rows = Array(0..<16)
        var met = 0
        rows.withUnsafeBufferPointer { rows in
            for _ in 0..<5000 {
                _ = session.step(rows: rows)
                met += session.network.parameters.elements.count { $0.isSubnormal }
            }
        }
        #expect(met == 0)
        let model = try trainer.fit(&network, on: data).model
        guard case .float(let read) = try Model(decoding: model.encoded()).body else {
            Issue.record("not in Float")
            return
        }
        #expect(read.parameters.elements.allSatisfy { !$0.isSubnormal } && read.exactZeros > 0)
    }

    /// Networks and the data that they are for, for predictions row by row.
    enum Kind: CaseIterable {
        case linear, deep, normalized, regression, multiclass

        var layers: [Layer] {
            let all: [Activation] = [.relu, .leakyReLU(slope: 0.1), .tanh, .sigmoid, .gelu, .silu]
            switch self {
            case .linear: return []
            case .deep: return all.flatMap { [.dense(Dense(24)), .activation($0)] }
            case .normalized:
                return [
                    .batchNorm(BatchNorm()), .dense(Dense(33)), .batchNorm(BatchNorm()), .activation(.relu),
                    .dense(Dense(17)), .batchNorm(BatchNorm(affine: false)), .activation(.gelu), .dropout(Dropout(0.2)),
                ]
            case .regression: return [.dense(Dense(40)), .batchNorm(BatchNorm(momentum: nil)), .activation(.silu)]
            case .multiclass: return [.dense(Dense(65)), .activation(.tanh)]
            }
        }

        func data() throws -> (Dataset, Loss) {
            let binary = try FitTests.small(256)
            let x = binary.features
            switch self {
            case .regression:
                let targets = Matrix<Double>(rows: 256, columns: 2) { x[$0, $1] - x[$0, 5] * x[$0, 2] }
                return (try Dataset(features: x, targets: targets), .squaredError)
            case .multiclass:
                let labels = (0..<256).map { "\(Int(2 * x[$0, 0] + 4) % 5)" }
                return (try Dataset(features: x, labels: labels), .softmaxCrossEntropy())
            default: return (binary, .binaryCrossEntropy())
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func rowsAloneArePredictedAsInAnyBatch(kind: Kind) throws {
        try Self.compareBatches(Double.self, kind, 1e-12)
        try Self.compareBatches(Float.self, kind, 1e-5)
    }

    private static func compareBatches<Scalar: BLASScalar>(_: Scalar.Type, _ kind: Kind, _ tolerance: Double) throws {
        let (data, loss) = try kind.data()
        let layers = kind.layers + [.dense(Dense(data.schema.outputCount))]
        var network = NeuralNetwork<Scalar>(
            architecture: try Architecture(inputs: 6, layers: layers), seed: 3)
        let trainer = Trainer(objective: Objective(loss), batchSize: 32, epochs: 2, seed: 1)
        let model = try trainer.fit(&network, on: data).model
        let alone = try (0..<256).map { try model.predict(rows(data, $0..<($0 + 1))).values.row(0) }
        for size in Array(1...70) + [128, 256] {
            let together = try model.predict(rows(data, 0..<size)).values
            for row in 0..<size where relativeDifference(together.row(row), alone[row]) > tolerance {
                Issue.record("\(Scalar.self): row \(row) of \(size) is \(together.row(row)), alone \(alone[row])")
            }
        }
    }

    private static func rows(_ data: Dataset, _ range: Range<Int>) -> Matrix<Double> {
        Matrix(rows: range.count, columns: data.featureCount) { data.features[range.lowerBound + $0, $1] }
    }
}
