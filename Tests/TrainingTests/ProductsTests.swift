import Lariat
import LariatDatasets
import LariatTestSupport
import LariatTraining
import Testing

/// The step on panels against the same step on CBLAS: the same losses and the same weights, to rounding.
@Suite("Panels against CBLAS")
struct ProductsTests {
    static let hidden: [[Layer]] = [
        [], [.dense(Dense(33)), .batchNorm(BatchNorm()), .activation(.relu)],
        [.dense(Dense(16)), .activation(.tanh), .dense(Dense(40)), .activation(.gelu)],
        [
            .batchNorm(BatchNorm(affine: false)), .dense(Dense(64)), .batchNorm(BatchNorm()), .activation(.silu),
            .dropout(Dropout(0.3)), .dense(Dense(7)), .batchNorm(BatchNorm(momentum: nil)), .activation(.sigmoid),
        ],
    ]
    static let optimizers: [Optimizer] = [
        .sgd, .momentum(), .nesterov(), .rmsprop(), .adagrad(), .adam(), .adamW(),
    ]

    @Test(arguments: hidden, optimizers)
    func agree(layers: [Layer], optimizer: Optimizer) throws {
        for workers in [1, 2] {
            try Self.compare(Double.self, layers, optimizer, workers, tolerance: 1e-10)
            try Self.compare(Float.self, layers, optimizer, workers, tolerance: 1e-4)
        }
    }

    private static func compare<Scalar: BLASScalar>(
        _: Scalar.Type, _ layers: [Layer], _ optimizer: Optimizer, _ workers: Int, tolerance: Double
    ) throws {
        let (rows, inputs, outputs) = (41, 70, 3)
        let x: Matrix<Double> = randomMatrix(rows, inputs, seed: 11)
        let data = try Dataset(features: x, labels: (0..<rows).map { "\($0 % outputs)" })
        let architecture = try Architecture(inputs: inputs, layers: layers + [.dense(Dense(outputs))])
        let trainer = Trainer(
            objective: Objective(
                .softmaxCrossEntropy(labelSmoothing: 0.1),
                penalties: [.elasticNet(strength: 1e-3, l1Ratio: 0.4), .l2(1e-3)]),
            optimizer: optimizer, schedule: .constant(1e-3), clipping: .byValue(0.5), batchSize: rows, epochs: 1,
            seed: 3,
            workers: workers)
        func losses(_ products: Products) throws -> [Double] {
            let session = try TrainingSession(
                NeuralNetwork<Scalar>(architecture: architecture, seed: 5), trainer, on: data,
                .identity(inputs: inputs, outputs: outputs), products: products, workers: workers)
            return try (0..<20).map { _ in try session.step(data) }
        }
        for (mine, reference) in zip(try losses(.panels), try losses(.blas)) {
            #expect(abs(mine - reference) <= tolerance * reference, "\(Scalar.self), \(workers) workers")
        }
    }
}
