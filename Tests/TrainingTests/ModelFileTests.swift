import Foundation
import Lariat
import LariatModels
import Testing

/// Files whose container is sound, with a digest that fits, and which are no model of this version all the same.
@Suite("Model files")
struct ModelFileTests {
    /// A change to the container of a good model.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let message: String
        let apply: @Sendable (inout Safetensors) throws -> Void

        init(_ description: String, _ message: String, _ apply: @escaping @Sendable (inout Safetensors) throws -> Void)
        {
            (testDescription, self.message, self.apply) = (description, message, apply)
        }

        /// Rewrites the card's text.
        init(_ description: String, card old: String, to new: String, _ message: String) {
            self.init(description, message) { file in
                let text = file.metadata["lariat.card"]!
                try #require(text.contains(old), "the card is \(text)")
                file.metadata["lariat.card"] = text.replacing(old, with: new)
            }
        }
    }

    static let changes = [
        Change("a later format", "the file has format 2, and this version of Lariat reads format 1") {
            $0.metadata["lariat.format"] = "2"
        },
        Change("an unreadable format", "the file has format x, and this version of Lariat reads format 1") {
            $0.metadata["lariat.format"] = "x"
        },
        Change("no format", "this is a safetensors file, and no model of Lariat") {
            $0.metadata["lariat.format"] = nil
        },
        Change("no card", "this is a safetensors file, and no model of Lariat") { $0.metadata["lariat.card"] = nil },
        Change("a card that is no JSON", "the model card cannot be read: '': The given data was not valid JSON.") {
            $0.metadata["lariat.card"] = "{"
        },
        Change("a card without members", "the model card cannot be read: 'spec' is missing") {
            $0.metadata["lariat.card"] = "{}"
        },
        Change("a missing tensor", "the file lacks tensors layers.0.weight") { $0.tensors.removeFirst() },
        Change("missing statistics", "the file lacks tensors layers.1.variance") { file in
            file.tensors.removeAll { $0.name == "layers.1.variance" }
        },
        Change("an unknown tensor", "the file has the unknown tensors extra") {
            $0.tensors.append(.init(name: "extra", shape: [1], values: .float([1])))
        },
        Change("no tensors", "the file lacks tensors layers.0.weight, layers.1.scale, layers.1.shift, ") {
            $0.tensors = []
        },
        Change("another shape", "tensor 'layers.0.weight' is F32 [8, 6], and the card's network needs F32 [6, 8]") {
            let old = $0.tensors[0]
            $0.tensors[0] = .init(name: old.name, shape: old.shape.reversed(), values: old.values)
        },
        Change("another type", "tensor 'layers.0.weight' is F64 [6, 8], and the card's network needs F32 [6, 8]") {
            let old = $0.tensors[0]
            $0.tensors[0] = .init(name: old.name, shape: old.shape, values: .double(old.elements(as: Double.self)))
        },
        Change("a negative variance", "'layers.1.variance' has a negative variance") { file in
            let index = file.tensors.firstIndex { $0.name == "layers.1.variance" }!
            file.tensors[index] = .init(
                name: "layers.1.variance", shape: [8], values: .double(Array(repeating: -1, count: 8)))
        },
        Change(
            "extra features", card: #"{"name":"x0"}"#, to: #"{"name":"x0"},{"name":"x6"}"#,
            "the card's network, schema and standardisation do not fit each other"),
        Change(
            "features alike", card: #"{"name":"x0"}"#, to: #"{"name":"x1"}"#,
            "the card's schema names two features alike"),
        Change(
            "an output more", card: #""units":1"#, to: #""units":2"#,
            "the card's network, schema and standardisation do not fit each other"),
        Change(
            "a network far larger than the file", card: #""units":8"#, to: #""units":300000000"#,
            "tensor 'layers.0.weight' is F32 [6, 8], and the card's network needs F32 [6, 300000000]"),
        Change(
            "a network beyond any size", card: #""units":8"#, to: #""units":9223372036854775807"#,
            "the model card cannot be read: layers.0 (dense) with [6 × 9223372036854775807] weights is too large"),
        Change(
            "an unknown task", card: #""task":"binary""#, to: #""task":"clustering""#,
            "the model card cannot be read: 'schema.task': "),
        Change(
            "labels alike", card: #""labels":["no","yes"]"#, to: #""labels":["no","no"]"#,
            "the card's schema has no two labels"),
        Change(
            "an unknown link", card: #""link":"sigmoid""#, to: #""link":"probit""#,
            "the model card cannot be read: 'link': "),
        Change(
            "no batch count", card: #""batches":[4]"#, to: #""batches":[]"#,
            "the card counts other batch normalisations than the network has"),
    ]

    @Test(arguments: changes)
    func areRefusedWithTheReason(change: Change) throws {
        var file = try Safetensors(decoding: FitTests.model.encoded())
        try change.apply(&file)
        let error = #expect(throws: ModelFileError.self) { try Model(decoding: file.encoded()) }
        #expect(error?.message.hasPrefix(change.message) == true, "\(error?.message ?? "no error")")
    }

    @Test func unchangedTheFileIsRead() throws {
        let file = try Safetensors(decoding: FitTests.model.encoded())
        #expect(try Model(decoding: file.encoded()).encoded() == FitTests.model.encoded())
    }

    /// A file written by the first version, which every later one reads.
    @Test func filesOfFormat1AreRead() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let model = try Model(contentsOf: folder.appendingPathComponent("References/format-1.safetensors").path)
        let table = try Table(contentsOf: folder.appendingPathComponent("Data/diabetes.csv").path)
        let predicted = try model.predict(table).values.column(0).prefix(4)
        let then = [190.2721197106277, 139.51019167541313, 189.8704742217536, 105.3316256487931]
        #expect(zip(predicted, then).allSatisfy { abs($0 - $1) <= 1e-5 * $1 })
        #expect(model.card.createdWith.hasPrefix("Lariat 0.1.0") && model.card.epochs == 30)
        #expect(try model.evaluate(table)["r2"]! > 0.1)
        #expect(model.schema.hasTextLabels == nil)
    }

    /// What a schema of labels read as text says is kept; of others nothing is written, as before.
    @Test func textLabelsAreKept() throws {
        let table = try Table(csv: Array("x,y\n1,01\n2,02\n3,01\n4,02\n".utf8), text: ["y"])
        var network = FitTests.network(Float.self, inputs: 1)
        let model = try FitTests.trainer(epochs: 1).fit(&network, on: table.dataset(target: "y")).model
        #expect(try Model(decoding: model.encoded()).schema.textColumns == ["y"])
        let text = try Safetensors(decoding: FitTests.model.encoded()).metadata["lariat.card"]
        #expect(text?.contains("hasTextLabels") == false)
    }

    @Test func errorsNameTheFile() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("lariat-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: ModelFileError.self) { try Model(contentsOf: path) }
        #expect(error?.message == "\(path): the file has 3 bytes, too few for a header")
    }
}
