import Lariat
import LariatModels
import LariatTestSupport
import LinearAlgebra
import Testing

/// A model of given layers with random parameters, statistics and standardisation, as if it had been trained.
struct TestModel: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var layers: [Layer]
    var inputs = 6
    var task = PredictionTask.multiclass
    var link = Link.softmax
    /// The size of the features' means against their deviations.
    var offset = 3.0
    var missing = MissingPolicy.error

    init(_ description: String, inputs: Int = 6, _ layers: [Layer]) {
        (testDescription, self.inputs, self.layers) = (description, inputs, layers)
    }

    func with(_ change: (inout TestModel) -> Void) -> TestModel {
        var model = self
        change(&model)
        return model
    }

    func model<Scalar: BLASScalar>(_: Scalar.Type) throws -> Model {
        let network: NeuralNetwork<Scalar> = try network()
        let outputs = network.architecture.outputs
        var generator = CounterGenerator(seed: 11)
        func numbers(_ count: Int, _ size: Double) -> [Double] {
            (0..<count).map { _ in size * (2 * generator.nextUniform() - 1) }
        }
        let standardization = Standardization(
            means: numbers(inputs, offset), scales: numbers(inputs, 1).map { 1.5 + $0 })
        let targets =
            task == .regression
            ? Standardization(means: numbers(outputs, 40), scales: numbers(outputs, 2).map { 2.5 + $0 })
            : .identity(columns: outputs)
        return Model(
            body: Scalar.self == Float.self ? .float(NeuralNetwork(network)) : .double(NeuralNetwork(network)),
            schema: schema(outputs), inputs: standardization, outputs: targets, link: link, card: .none)
    }

    func network<Scalar: BLASScalar>() throws -> NeuralNetwork<Scalar> {
        // Drawn in Float, so that both precisions have the same numbers.
        var network = NeuralNetwork<Float>(architecture: try Architecture(inputs: inputs, layers: layers), seed: 5)
        var generator = CounterGenerator(seed: 7)
        for tensor in network.layout.tensors where tensor.role != .weight {
            network[tensor] = Matrix(rows: 1, columns: tensor.columns) { _, _ in
                Float((tensor.role == .scale ? 1 : 0) + 0.5 * (2 * generator.nextUniform() - 1))
            }
        }
        network.statistics = network.statistics.map { statistics in
            RunningStatistics(
                mean: statistics.mean.map { _ in 2 * generator.nextUniform() - 1 },
                variance: statistics.mean.map { _ in 0.1 + generator.nextUniform() }, batches: 9)
        }
        return NeuralNetwork(network)
    }

    private func schema(_ outputs: Int) -> Schema {
        let labels = task == .regression ? [] : task == .binary ? ["no", "yes"] : (0..<outputs).map { "c\($0)" }
        return Schema(
            features: (0..<inputs).map { .init(name: "x\($0)") },
            targets: task == .regression ? (0..<outputs).map { "y\($0)" } : ["y"], task: task, labels: labels,
            missing: missing)
    }

    /// Rows about as large as the features' means and deviations.
    func rows<Scalar: BLASScalar>(_ count: Int, _: Scalar.Type, seed: UInt64 = 3) -> Matrix<Scalar> {
        let x: Matrix<Float> = randomMatrix(count, inputs, seed: seed)
        return Matrix(rows: count, columns: inputs) { Scalar(2 * x[$0, $1]) + Scalar(offset * 0.5) }
    }
}

extension ModelCard {
    static let none = ModelCard(
        objective: "", loss: "", penalties: [], optimizer: "", epochs: 0, seed: 0, rows: 0, workers: 1, metrics: [:],
        createdWith: "")
}

extension TestModel {
    static let activations: [Activation] = [
        .identity, .relu, .leakyReLU(slope: 0.1), .tanh, .sigmoid, .gelu, .silu,
    ]

    /// Every activation behind a dense layer, behind a batch normalisation, and in front of one.
    static let activated: [TestModel] = activations.flatMap { activation in
        [
            TestModel(
                "dense, \(activation)", [.dense(Dense(40)), .activation(activation), .dense(Dense(3))]),
            TestModel(
                "dense, norm, \(activation)",
                [.dense(Dense(33)), .batchNorm(BatchNorm()), .activation(activation), .dense(Dense(7))]),
            TestModel(
                "dense, \(activation), norm",
                [.dense(Dense(20)), .activation(activation), .batchNorm(BatchNorm()), .dense(Dense(17))]),
        ]
    }

    private static let norm = Layer.batchNorm(BatchNorm())
    private static let relu = Layer.activation(.relu)

    /// Orders of layers that fold in different ways, or not at all.
    static let ordered: [TestModel] = [
        TestModel("norm first", [norm, .dense(Dense(9)), relu, .dense(Dense(4))]),
        TestModel("norm first, then an activation", [norm, relu, .dense(Dense(5))]),
        TestModel("an activation first", [.activation(.tanh), .dense(Dense(5))]),
        TestModel("a norm between activations", [.dense(Dense(8)), relu, norm, .activation(.tanh), .dense(Dense(3))]),
        TestModel("two norms behind a dense layer", [.dense(Dense(8)), norm, norm, relu, .dense(Dense(3))]),
        TestModel("two norms in front of one", [.dense(Dense(8)), relu, norm, norm, .dense(Dense(3))]),
        TestModel("dense layers alone", [.dense(Dense(8)), .dense(Dense(70)), .dense(Dense(2))]),
        TestModel(
            "dropout between dense and norm", [.dense(Dense(8)), .dropout(Dropout(0.5)), norm, .dense(Dense(3))]),
        TestModel("a norm last", [.dense(Dense(8)), relu, .dense(Dense(6)), norm]),
        TestModel("an activation and a norm last", [.dense(Dense(6)), .activation(.sigmoid), norm]),
        TestModel("two activations", [.dense(Dense(6)), .activation(.gelu), .activation(.tanh), .dense(Dense(5))]),
        TestModel(
            "no bias, no scale",
            [.dense(Dense(8, bias: false)), .batchNorm(BatchNorm(affine: false)), relu, .dense(Dense(6, bias: false))]),
        TestModel(
            "wider than a panel, deeper than a block", inputs: 300, [.dense(Dense(130)), norm, relu, .dense(Dense(40))]),
    ]

    private static let small: [Layer] = [.dense(Dense(12)), norm, relu]

    /// Every task and link.
    static let tasks: [TestModel] = [
        TestModel("a linear model of one target", inputs: 30, [.dense(Dense(1))]).with {
            ($0.task, $0.link) = (.regression, .identity)
        },
        TestModel("a regression of three targets", small + [.dense(Dense(3))]).with {
            ($0.task, $0.link) = (.regression, .identity)
        },
        TestModel("a regression of twenty targets", small + [.dense(Dense(20))]).with {
            ($0.task, $0.link) = (.regression, .identity)
        },
        TestModel("rates", small + [.dense(Dense(1))]).with { ($0.task, $0.link) = (.regression, .exponential) },
        TestModel("two classes", small + [.dense(Dense(1))]).with { ($0.task, $0.link) = (.binary, .sigmoid) },
        TestModel("scores of a hinge", small + [.dense(Dense(1))]).with { ($0.task, $0.link) = (.binary, .identity) },
        TestModel("forty classes", small + [.dense(Dense(40))]),
        TestModel("logistic regression of ten classes", inputs: 64, [.dense(Dense(10))]),
    ]
}
