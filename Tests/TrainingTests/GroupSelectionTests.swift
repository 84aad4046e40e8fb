import Foundation
import Lariat
import LariatTestSupport
import Testing

/// A group lasso on whole input columns in front of a batch normalisation, with as much noise as could mislead it.
@Suite("Selection of input columns")
struct GroupSelectionTests {
    static let noise = 100

    /// Spambase with 100 columns of noise in front.
    static func data() throws -> (training: Dataset, heldOut: Dataset) {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../Data/spambase.csv"
        ).path
        let table = try Table(contentsOf: path)
        let real = try table.dataset(target: "target")
        let x: Matrix<Double> = randomMatrix(real.count, noise, seed: 5)
        let labels = real.targets.elements.map { $0 == 1 ? "spam" : "nonspam" }
        let features = Matrix<Double>(rows: real.count, columns: noise + real.featureCount) {
            $1 < noise ? x[$0, $1] : real.features[$0, $1 - noise]
        }
        return try Dataset(features: features, labels: labels).split(holdingOut: 0.2, seed: 1)
    }

    static func fit(
        _ data: (training: Dataset, heldOut: Dataset), strength: Double, initialScale: Float = 1
    ) throws -> (columns: Set<Int>, fitted: Fitted, network: Network) {
        var network = Network(inputs: data.training.featureCount, seed: 1) {
            Dense(64); BatchNorm(); ReLU()
            Dense(32); BatchNorm(); ReLU()
            Dense(1)
        }
        let weights = network.layout.tensors.filter { $0.role == .weight }
        for tensor in weights {
            let initial = network[tensor]
            network[tensor] = Matrix(rows: tensor.rows, columns: tensor.columns) { initialScale * initial[$0, $1] }
        }
        let trainer = Trainer(
            objective: Objective(.binaryCrossEntropy(), penalties: strength > 0 ? [.groupLasso(strength)] : []),
            batchSize: 512, seed: 1)
        let fitted = try trainer.fit(&network, on: data.training, validatingOn: data.heldOut)
        let first = network[weights[0]]
        let columns = (0..<first.rows).filter { row in (0..<first.columns).contains { first[row, $0] != 0 } }
        return (Set(columns), fitted, network)
    }

    @Test func dropsNoiseAndKeepsTheAccuracyWhateverTheScaleOfTheStart() throws {
        let data = try Self.data()
        let plain = try Self.fit(data, strength: 0)
        #expect(plain.columns.count == 157)
        let selected = try Self.fit(data, strength: 0.003)
        #expect(selected.columns.filter { $0 < Self.noise }.count <= 10)
        #expect(selected.columns.count >= 10)
        let (before, after) = (plain.fitted.validation!["accuracy"]!, selected.fitted.validation!["accuracy"]!)
        #expect(after >= before - 0.01)
        #expect(selected.network.exactZeros >= 64 * (157 - selected.columns.count))
        for scale in [Float(0.1), 10] {
            let scaled = try Self.fit(data, strength: 0.003, initialScale: scale)
            let changed = scaled.columns.symmetricDifference(selected.columns)
            #expect(changed.count <= 5, "initial weights × \(scale)")
        }
    }
}
