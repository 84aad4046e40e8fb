import Lariat
import LariatTestSupport
import Testing

@Suite("Training that goes wrong, and training that repeats")
struct RobustnessTests {
    static let optimizers: [Optimizer] = [.sgd, .momentum(), .nesterov(), .rmsprop(), .adam()]

    /// Rates far beyond sense: the training ends at once, with the best epoch when one was good, else with an error.
    @Test(arguments: optimizers, [1e6, 1e30])
    func divergenceIsFoundAndTheBestEpochKept(optimizer: Optimizer, rate: Double) throws {
        let x: Matrix<Double> = randomMatrix(64, 6, seed: 4)
        let y = Matrix<Double>(rows: 64, columns: 1) { row, _ in x[row, 0] - 2 * x[row, 1] }
        let data = try Dataset(features: x, targets: y)
        var trainer = FitTests.trainer(epochs: 50)
        trainer.objective = Objective(.squaredError)
        (trainer.optimizer, trainer.schedule) = (optimizer, .constant(rate))
        var network = Network(inputs: 6, seed: 1) {
            Dense(8); ReLU(); Dense(1)
        }
        do {
            let fitted = try trainer.fit(&network, on: data)
            #expect(fitted.ending == .diverged || fitted.ending == .completed)
            #expect(network.parameters.elements.allSatisfy { $0.isFinite })
            #expect(fitted.training.dictionary.values.allSatisfy { $0.isFinite })
        } catch TrainingError.diverged(let epoch, let step) {
            #expect(epoch <= 50 && step >= 1)
        }
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
    /// none is left, neither after the steps (they are flushed) nor in the result.
    @Test(arguments: [Penalty.l2(0.5), .l1(0.5), .groupLasso(0.5), .elasticNet(strength: 0.5, l1Ratio: 0.1)])
    func noSubnormalWeightsRemain(penalty: Penalty) throws {
        let data = try FitTests.small(64)
        var network = Network(inputs: 6, seed: 2) {
            Dense(16); ReLU(); Dense(16); ReLU(); Dense(1)
        }
        var trainer = FitTests.trainer(epochs: 1250)
        (trainer.optimizer, trainer.schedule) = (.sgd, .constant(0.05))
        trainer.objective.penalties = [penalty]
        let session = try TrainingSession(network, trainer, on: data)
        let batch = data.selecting(rows: Array(0..<16))
        for _ in 0..<1250 { _ = try session.step(batch) }
        #expect(session.network.parameters.elements.allSatisfy { !$0.isSubnormal })
        _ = try trainer.fit(&network, on: data)
        #expect(network.parameters.elements.allSatisfy { !$0.isSubnormal })
        #expect(network.exactZeros > 0)
    }

    /// A row alone is predicted as in a batch of any size.
    @Test func predictionsDoNotDependOnTheBatch() throws {
        let data = try FitTests.small(256)
        func check<Scalar: BLASScalar>(_: Scalar.Type, _ tolerance: Double) throws {
            var network = FitTests.network(Scalar.self)
            let model = try FitTests.trainer(epochs: 2).fit(&network, on: data).model
            let alone = try (0..<256).map { try model.predict(Self.rows(data, $0..<($0 + 1))).values[0, 1] }
            for size in Array(1...70) + [128, 256] {
                let together = try model.predict(Self.rows(data, 0..<size)).values
                for row in 0..<size { #expect(abs(together[row, 1] - alone[row]) <= tolerance * max(alone[row], 1e-3)) }
            }
        }
        try check(Double.self, 1e-12)
        try check(Float.self, 1e-5)
    }

    private static func rows(_ data: Dataset, _ range: Range<Int>) -> Matrix<Double> {
        Matrix(rows: range.count, columns: data.featureCount) { data.features[range.lowerBound + $0, $1] }
    }
}
