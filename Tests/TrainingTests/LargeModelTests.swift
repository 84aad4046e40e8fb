import Foundation
import Lariat
import LariatDatasets
import LariatModels
import LariatTraining
import Testing

/// What is written can be read again, however wide the data; what could not be read is not written.
@Suite("Large models")
struct LargeModelTests {
    /// The card of 20 000 columns has more than a megabyte.
    @Test func twentyThousandColumns() throws {
        let columns = 20_000
        let schema = Schema(
            features: (0..<columns).map { Schema.Feature(name: "a numeric column with number \($0)") }, targets: ["y"],
            task: .regression)
        try Self.check(schema) { Double(($0 * 31 + $1 * 17) % 23) + 1.0 / Double($1 + 3) }
    }

    /// And so has that of 9000 long categories.
    @Test func nineThousandLongCategories() throws {
        let categories = (0..<9000).map { "category \($0) " + String(repeating: "é\"\\\n", count: 40) }
        let schema = Schema(
            features: [Schema.Feature(name: "text", categories: categories)], targets: ["y"], task: .regression)
        try Self.check(schema) { $1 % 4 == $0 ? 1 : 0 }
    }

    private static func check(_ schema: Schema, _ element: (Int, Int) -> Double) throws {
        let data = Dataset(
            features: Matrix(rows: 4, columns: schema.featureCount, element), targets: Matrix([[1], [2], [4], [3]]),
            weights: nil, schema: schema)
        var (network, checkpoint): (_, Checkpoint?) = (Network(inputs: schema.featureCount, seed: 1) { Dense(1) }, nil)
        let trainer = Trainer(objective: Objective(.squaredError), epochs: 1)
        let model = try trainer.fit(&network, on: data, onCheckpoint: { checkpoint = $0 }).model
        let bytes = try model.encoded()
        #expect(bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) } > 1 << 20)
        let read = try Model(decoding: bytes)
        #expect(try read.encoded() == bytes && read.schema == schema)
        #expect(try read.predict(data.features) == model.predict(data.features))
        #expect(throws: Never.self) { try Checkpoint(decoding: checkpoint!.encoded) }
    }

    /// More layers than a file may have tensors: an error before a file is written, and what stood there stays.
    @Test func tooManyLayersAreNotWritten() throws {
        let layers = (0..<2100).map { _ in Layer.dense(Dense(1)) }
        let network = Network(architecture: try Architecture(inputs: 1, layers: layers), seed: 1)
        let data = try Dataset(features: Matrix([[1], [2]]), targets: Matrix([[1], [2]]))
        let model = Model(
            body: .float(network), schema: data.schema, inputs: .identity(columns: 1), outputs: .identity(columns: 1),
            link: .identity, card: FitTests.model.card)
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("lariat-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FitTests.model.write(to: path)
        let error = #expect(throws: ModelFileError.self) { try model.write(to: path) }
        #expect(error?.message == "there are 4200 tensors, more than the 4096 allowed")
        #expect(try Model(contentsOf: path).encoded() == FitTests.model.encoded())
    }
}
