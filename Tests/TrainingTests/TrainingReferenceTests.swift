import Lariat
import LariatTestSupport
import Testing

/// Twenty steps against PyTorch (generate_training.py): Double to 1e-10; Float: the first step to 1e-5, losses to
/// 1e-4.
@Suite("Training against PyTorch")
struct TrainingReferenceTests {
    struct File: Decodable, Sendable {
        struct Batches: Decodable, Sendable {
            let outputs: Int
            let x, y: [[Double]]
        }
        struct Case: Decodable, Sendable, CustomTestStringConvertible {
            let name, loss: String
            let rate: Double
            let clip: String?
            let initial, final: [String: [Double]]
            let losses: [Double]
            var testDescription: String { "\(name), \(loss)" }
        }
        let rows: Int
        let batches: [String: Batches]
        let cases: [Case]
    }

    static let file: File = try! reference("training", as: File.self)

    @Test(arguments: file.cases)
    func inDouble(reference: File.Case) throws {
        let (losses, network) = try run(reference, Double.self)
        #expect(relativeDifference(losses, reference.losses) <= 1e-10)
        for tensor in network.layout.tensors {
            #expect(
                relativeDifference(network[tensor].elements, reference.final[tensor.name]!) <= 1e-10, "\(tensor.name)")
        }
    }

    @Test(arguments: file.cases)
    func inFloat(reference: File.Case) throws {
        let (losses, _) = try run(reference, Float.self)
        #expect(abs(losses[0] - reference.losses[0]) <= 1e-5 * reference.losses[0])
        #expect(relativeDifference(losses, reference.losses) <= 1e-4)
    }

    private func run<Scalar: BLASScalar>(
        _ reference: File.Case, _: Scalar.Type
    ) throws -> (losses: [Double], NeuralNetwork<Scalar>) {
        let (kind, loss) = Self.loss(reference.loss)
        let batches = Self.file.batches[kind]!
        var network = NeuralNetwork<Scalar>(inputs: 6) {
            Dense(8); BatchNorm(); ReLU(); Dense(5); BatchNorm(); ReLU(); Dense(batches.outputs)
        }
        for tensor in network.layout.tensors {
            let values = reference.initial[tensor.name]!.map { Scalar($0) }
            network[tensor] = Matrix(rows: tensor.rows, columns: tensor.columns, values)
        }
        var trainer = Trainer(
            objective: Objective(loss, penalties: reference.name.hasSuffix("-l2") ? [.l2(0.01)] : []),
            optimizer: Self.optimizer(reference.name), schedule: .constant(reference.rate), batchSize: 16, workers: 1)
        if let clip = reference.clip { trainer.clipping = clip == "norm" ? .byGlobalNorm(0.5) : .byValue(0.05) }
        let data = (0..<reference.losses.count).map { dataset(batches, $0, kind, reference.loss) }
        let session = try TrainingSession(
            network, trainer, on: data[0], .identity(inputs: 6, outputs: batches.outputs))
        return (try data.map { try session.step($0) }, session.network)
    }

    private func dataset(_ batches: File.Batches, _ step: Int, _ kind: String, _ loss: String) -> Dataset {
        let x = Matrix(rows: 16, columns: 6, batches.x[step])
        let y = Matrix(rows: 16, columns: batches.y[step].count / 16, batches.y[step])
        let task: PredictionTask = kind == "class" ? .multiclass : kind == "binary" ? .binary : .regression
        let schema = Schema(
            features: (0..<6).map { Schema.Feature(name: "x\($0)") }, targets: (0..<y.columns).map { "y\($0)" },
            task: task,
            labels: kind == "class" ? ["0", "1", "2"] : kind == "binary" ? ["0", "1"] : [])
        let weights = loss.hasSuffix("weighted") ? y.elements.map { [0.5, 1, 2][Int($0)] } : nil
        return Dataset(features: x, targets: y, weights: weights, schema: schema)
    }

    private static func loss(_ name: String) -> (kind: String, Loss) {
        switch name {
        case "absolute": ("real", .absoluteError)
        case "huber": ("real", .huber(delta: 0.7))
        case "binary-cross-entropy": ("binary", .binaryCrossEntropy())
        case "cross-entropy", "cross-entropy-weighted": ("class", .softmaxCrossEntropy())
        case "cross-entropy-smoothed": ("class", .softmaxCrossEntropy(labelSmoothing: 0.1))
        case "poisson": ("count", .poisson)
        default: ("real", .squaredError)
        }
    }

    private static func optimizer(_ name: String) -> Optimizer {
        switch name.split(separator: "-")[0] {
        case "momentum": .momentum(0.9)
        case "nesterov": .nesterov(0.9)
        case "rmsprop": .rmsprop()
        case "adagrad": .adagrad()
        case "adam": .adam()
        case "adamw": .adamW(decay: 0.01)
        default: .sgd
        }
    }
}
