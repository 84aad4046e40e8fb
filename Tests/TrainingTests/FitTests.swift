import Foundation
import Lariat
import LariatTestSupport
import Testing

@Suite("Fitting")
struct FitTests {
    static func digits() throws -> (Dataset, Dataset) {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../Data/digits.csv"
        ).path
        return try Table(contentsOf: path).dataset(target: "target").split(holdingOut: 0.2, seed: 1)
    }

    static func small(_ rows: Int = 60, seed: UInt64 = 1) throws -> Dataset {
        let x: Matrix<Double> = randomMatrix(rows, 6, seed: seed)
        let labels = (0..<rows).map { x[$0, 0] + 0.5 * x[$0, 1] * x[$0, 2] > 0 ? "yes" : "no" }
        return try Dataset(features: x, labels: labels)
    }

    static func trainer(epochs: Int = 5, workers: Int = 1) -> Trainer {
        Trainer(objective: Objective(.binaryCrossEntropy()), batchSize: 16, epochs: epochs, seed: 3, workers: workers)
    }

    static func network<Scalar>(_: Scalar.Type, inputs: Int = 6) -> NeuralNetwork<Scalar> {
        NeuralNetwork<Scalar>(inputs: inputs, seed: 5) {
            Dense(8); BatchNorm(); ReLU(); Dropout(0.1); Dense(1)
        }
    }

    /// A small model, for tests of what is done with one.
    static let model: Model = {
        do {
            var network = network(Float.self)
            return try trainer(epochs: 1).fit(&network, on: small()).model
        } catch { fatalError("\(error)") }
    }()

    @Test func learnsDigits() throws {
        let (training, held) = try Self.digits()
        var network = Network(inputs: training.featureCount, seed: 1) {
            Dense(64); BatchNorm(); ReLU(); Dense(10)
        }
        let trainer = Trainer(objective: Objective(.softmaxCrossEntropy()), epochs: 40, seed: 1)
        let fitted = try trainer.fit(&network, on: training, validatingOn: held)
        #expect(fitted.validation!["accuracy"]! > 0.95)
        #expect(fitted.ending == .completed && fitted.history.count == 40)
        #expect(try fitted.model.evaluate(held) == fitted.validation)
    }

    /// With an L1 penalty in front of the batch normalisation the first layer is computed by CBLAS, without on panels.
    @Test(arguments: [1, 2], [[], [Penalty.l1(1e-3)]])
    func theSameSeedGivesTheSameBytes(workers: Int, penalties: [Penalty]) throws {
        // Wide enough for two workers to share a step.
        let (training, _) = try Self.digits()
        let runs = try (0..<3).map { _ in
            var network = Network(inputs: 64, seed: 1) {
                Dense(256); BatchNorm(); ReLU(); Dense(10)
            }
            let trainer = Trainer(
                objective: Objective(.softmaxCrossEntropy(), penalties: penalties), batchSize: 256, epochs: 3, seed: 1,
                workers: workers)
            return try trainer.fit(&network, on: training).model.encoded()
        }
        #expect(runs[0] == runs[1] && runs[1] == runs[2])
    }

    @Test func resumingAtAnyEpochGivesTheSameBytes() throws {
        let (training, validation) = (try Self.small(), try Self.small(30, seed: 2))
        var trainer = Self.trainer(epochs: 6)
        trainer.earlyStopping = EarlyStopping(patience: 6)
        trainer.schedule = .plateau(0.01, patience: 1)
        var checkpoints: [Checkpoint] = []
        var network = Self.network(Float.self)
        let whole = try trainer.fit(
            &network, on: training, validatingOn: validation, onCheckpoint: { checkpoints.append($0) })
        #expect(checkpoints.count == 6)
        for checkpoint in checkpoints {
            var other = Self.network(Float.self)
            let resumed = try trainer.fit(&other, on: training, validatingOn: validation, resumingFrom: checkpoint)
            #expect(try resumed.model.encoded() == whole.model.encoded())
            #expect(resumed.history == whole.history)
        }
        trainer.seed = 4
        #expect(throws: TrainingError.self) {
            try trainer.fit(&network, on: training, validatingOn: validation, resumingFrom: checkpoints[0])
        }
    }

    @Test func oneAndTwoWorkersAgree() throws {
        #expect(try differenceOfLosses(Double.self) <= 1e-10)
        #expect(try differenceOfLosses(Float.self) <= 1e-4)
    }

    private func differenceOfLosses<Scalar: BLASScalar>(_: Scalar.Type) throws -> Double {
        let (training, _) = try Self.digits()
        let losses = try [1, 2].map { workers in
            var losses: [Double] = []
            var network = NeuralNetwork<Scalar>(inputs: 64, seed: 1) {
                Dense(256); BatchNorm(); ReLU(); Dropout(0.2); Dense(64); BatchNorm(); SiLU(); Dense(10)
            }
            var trainer = Trainer(
                objective: Objective(.softmaxCrossEntropy(), penalties: [.l1(1e-3)]), batchSize: 128, epochs: 2,
                seed: 1, workers: workers)
            trainer.clipping = .byGlobalNorm(1)
            _ = try trainer.fit(&network, on: training) { if case .step(let step) = $0 { losses.append(step.loss) } }
            return Array(losses.prefix(20))
        }
        return relativeDifference(losses[0], losses[1])
    }

    @Test func earlyStoppingKeepsTheBestWeights() throws {
        var trainer = Self.trainer(epochs: 200)
        trainer.earlyStopping = EarlyStopping(patience: 3)
        trainer.schedule = .constant(0.05)
        var network = Self.network(Float.self)
        let validation = try Self.small(40, seed: 9)
        let fitted = try trainer.fit(&network, on: try Self.small(), validatingOn: validation)
        #expect(fitted.ending == .early && fitted.history.count < 200)
        let best = fitted.history.map { $0.validationLoss! }.min()!
        #expect(abs(fitted.validation!["logLoss"]! - best) < 1e-5)
    }

    @Test func stopsWithinAStep() throws {
        let stop = StopSignal()
        var (network, steps) = (Self.network(Float.self), 0)
        let fitted = try Self.trainer(epochs: 50).fit(&network, on: try Self.small(), stop: stop) {
            if case .step = $0 { steps += 1 }
            if steps == 7 { stop.set() }
        }
        #expect(fitted.ending == .interrupted && steps == 7)
    }

    @Test func aBatchOfOneNamesTheLayer() throws {
        let data = try Dataset(features: Matrix([[1, 2, 3, 4, 5, 6]]), targets: Matrix([[1]]))
        var network = Self.network(Float.self)
        let error = #expect(throws: BatchOfOneError.self) {
            try Trainer(objective: Objective(.squaredError)).fit(&network, on: data)
        }
        #expect(error?.layer == "layers.1 (batchNorm)")
    }

    @Test func lossAndTaskMustFit() throws {
        var network = Self.network(Float.self)
        for loss in [Loss.squaredError, .softmaxCrossEntropy()] {
            #expect(throws: TrainingError.self) {
                try Trainer(objective: Objective(loss)).fit(&network, on: try Self.small())
            }
        }
        var wide = Self.network(Float.self, inputs: 7)
        #expect(throws: TrainingError.self) { try Self.trainer().fit(&wide, on: try Self.small()) }
        var trainer = Self.trainer()
        trainer.batchSize = 0
        #expect(throws: TrainingError.self) { try trainer.fit(&network, on: try Self.small()) }
    }

    /// λ = 10 is beyond the largest useful strength of standardised data.
    @Test func aStrongL1LeavesNothingOfALinearModel() throws {
        let data = try Dataset(features: randomMatrix(100, 5, seed: 3), targets: randomMatrix(100, 1, seed: 4))
        var network = Network(inputs: 5, seed: 2) { Dense(1) }
        let trainer = Trainer(objective: Objective(.squaredError, penalties: [.l1(10)]), epochs: 30)
        #expect(try trainer.fit(&network, on: data).model.exactZeros == 5)
    }

    @Test func modelsComeBackFromTheirFile() throws {
        var network = Self.network(Double.self)
        let model = try Self.trainer().fit(&network, on: try Self.small()).model
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(
            "lariat-\(UUID().uuidString).safetensors"
        ).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try model.write(to: path)
        let read = try Model(contentsOf: path)
        let data = try Self.small(30, seed: 8)
        #expect(try read.predict(data.features) == model.predict(data.features))
        #expect(read.card == model.card && read.schema == model.schema)
        #expect(try read.encoded() == model.encoded())
        #expect(throws: DataError.self) { try model.predict(Matrix<Double>(rows: 2, columns: 5)) }
        #expect(throws: DataError.self) { try model.predict(Matrix<Double>(rows: 1, columns: 6, repeating: .nan)) }
    }
}
