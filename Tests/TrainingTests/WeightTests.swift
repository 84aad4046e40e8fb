import Lariat
import LariatDatasets
import LariatTestSupport
import LariatTraining
import Testing

/// Row weights: their scale is not felt, rows of weight zero are no data, and balanced classes have equal weights.
@Suite("Row weights")
struct WeightTests {
    private static func data(_ weights: [Double]?, _ labels: [String]) throws -> Dataset {
        try Dataset(features: randomMatrix(labels.count, 3, seed: 1), labels: labels, weights: weights)
    }

    private static let labels = (0..<24).map { $0 % 6 == 0 ? "a" : $0 % 3 == 0 ? "b" : "c" }
    private static let weights = (0..<24).map { Double(1 + $0 % 5) }

    private static func session(_ data: Dataset, balanced: Bool = true) throws -> TrainingSession<Double> {
        let trainer = Trainer(
            objective: Objective(.softmaxCrossEntropy()), optimizer: .sgd, schedule: .constant(0.5),
            batchSize: data.count, balancesClasses: balanced)
        return try TrainingSession(
            NeuralNetwork<Double>(inputs: 3, seed: 2) { Dense(3) }, trainer, on: data,
            .identity(inputs: 3, outputs: 3))
    }

    private static func losses(_ session: TrainingSession<Double>, rows: Int) -> [Double] {
        Array(0..<rows).withUnsafeBufferPointer { rows in (0..<10).map { _ in session.step(rows: rows) } }
    }

    /// Balanced weights are the weights with every class brought to the same total.
    @Test(arguments: [weights, nil])
    func balancedClassesHaveEqualWeights(weights: [Double]?) throws {
        let given = weights ?? Array(repeating: 1, count: 24)
        var totals: [String: Double] = [:]
        for (label, weight) in zip(Self.labels, given) { totals[label, default: 0] += weight }
        let byHand = zip(Self.labels, given).map { $1 / totals[$0]! }
        let (balanced, manual) = (
            try Self.session(Self.data(weights, Self.labels)),
            try Self.session(Self.data(byHand, Self.labels), balanced: false)
        )
        #expect(relativeDifference(Self.losses(balanced, rows: 24), Self.losses(manual, rows: 24)) <= 1e-13)
    }

    /// A class whose rows all have weight zero is no class to be balanced.
    @Test func aClassWithoutWeightStaysWithout() throws {
        let weights = Self.labels.map { $0 == "a" ? 0.0 : 2 }
        let session = try Self.session(Self.data(weights, Self.labels))
        #expect(Self.losses(session, rows: 24).allSatisfy { $0.isFinite && $0 > 0 })
    }

    /// Weights that single precision cannot hold: only their ratios count.
    @Test(arguments: [0x1p-900, 0x1p-160, 1, 0x1p160, 0x1p900])
    func theScaleOfWeightsIsNotFelt(scale: Double) throws {
        let models = try [1, scale].map { scale in
            let data = try Dataset(
                features: randomMatrix(24, 3, seed: 1), labels: Self.labels, weights: Self.weights.map { $0 * scale })
            var network = Network(inputs: 3, seed: 2) { Dense(3) }
            return try Trainer(objective: Objective(.softmaxCrossEntropy()), batchSize: 8, epochs: 3, seed: 1)
                .fit(&network, on: data).model.network(Float.self).parameters.elements
        }
        #expect(models[0] == models[1])
    }

    /// The mean loss of an epoch weighs its batches as the batches weigh their rows.
    @Test func theEpochLossIsWeighted() throws {
        let data = try Self.data(Self.weights, Self.labels)
        var network = NeuralNetwork<Double>(inputs: 3, seed: 2) { Dense(3) }
        let before = network
        // A rate at which nothing moves.
        let trainer = Trainer(
            objective: Objective(.softmaxCrossEntropy()), optimizer: .sgd, schedule: .constant(1e-30), batchSize: 5,
            epochs: 1, seed: 1)
        let loss = try trainer.fit(&network, on: data).history[0].loss
        let whole = Trainer(
            objective: Objective(.softmaxCrossEntropy()), optimizer: .sgd, schedule: .constant(1e-30), batchSize: 24)
        let session = try TrainingSession(before, whole, on: data)
        #expect(abs(loss - Self.losses(session, rows: 24)[0]) <= 1e-12)
    }

    @Test func rowsThatAllHaveWeightZero() throws {
        let data = try Self.data((0..<24).map { $0 < 12 ? 0 : 1 }, Self.labels)
        let (nothing, rest) = (data.selecting(rows: Array(0..<12)), data.selecting(rows: Array(12..<24)))
        let trainer = Trainer(objective: Objective(.softmaxCrossEntropy()), epochs: 2)
        var network = Network(inputs: 3, seed: 2) { Dense(3) }
        let training = #expect(throws: TrainingError.self) {
            try trainer.fit(&network, on: nothing, validatingOn: rest)
        }
        #expect(training == .data("the training rows all have weight zero: nothing counts"))
        let validation = #expect(throws: TrainingError.self) {
            try trainer.fit(&network, on: rest, validatingOn: nothing)
        }
        #expect(validation == .data("the validation rows all have weight zero: nothing counts"))
        #expect(throws: TrainingError.self) { try Self.session(rest).step(nothing) }
    }
}

extension Model {
    /// The network of a model in single precision.
    fileprivate func network(_: Float.Type) throws -> Network {
        guard case .float(let network) = body else { throw TrainingError.data("not in Float") }
        return network
    }
}
