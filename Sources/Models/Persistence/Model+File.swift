internal import FoundationEssentials
internal import Glibc
internal import LariatDatasets
internal import LinearAlgebra

// A model file is a safetensors container: one tensor for each parameter tensor of the network ("layers.0.weight",
// [inputs × outputs]), the running statistics of its batch normalisations in Double, and the card in the metadata.

/// What the card in the metadata holds besides the tensors.
private struct FileCard: Codable {
    var spec: Architecture
    var precision: String
    var schema: Schema
    var inputs: Standardization
    var outputs: Standardization
    var link: Link
    var batches: [Int]
    var card: ModelCard
}

extension Model {
    package static let formatKey = "lariat.format"
    package static let format = "1"
    private static let cardKey = "lariat.card"

    /// Writes the model to a file, whole or not at all.
    ///
    /// - Throws: ``WriteError``, or ``ModelFileError`` as ``encoded()``; what stood there before still does.
    public func write(to path: String) throws { try AtomicFile.write(try encoded(), to: path) }

    /// The bytes of the model file: the same for the same model.
    ///
    /// - Throws: ``ModelFileError`` for a model that no reader would take back: of too many layers, or with a card
    ///   beyond the format's limit.
    public func encoded() throws -> [UInt8] {
        switch body {
        case .float(let network): try container(network).encoded()
        case .double(let network): try container(network).encoded()
        }
    }

    private func container<Scalar>(_ network: NeuralNetwork<Scalar>) throws -> Safetensors {
        let card = FileCard(
            spec: network.architecture, precision: Scalar.self == Float.self ? "float" : "double", schema: schema,
            inputs: inputs, outputs: outputs, link: link, batches: network.statistics.map(\.batches), card: card)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(card), as: UTF8.self)
        return Safetensors(metadata: [Self.formatKey: Self.format, Self.cardKey: text], tensors: network.tensors)
    }

    /// Reads a model file and checks it: the container's rules and digest, the version, the card, and that the
    /// tensors are those that the card's network has.
    ///
    /// - Throws: ``ModelFileError`` naming the file and what is wrong with it.
    public init(contentsOf path: String) throws {
        let bytes = try readModelFile(path)
        do {
            try self.init(decoding: bytes)
        } catch let error as ModelFileError {
            throw ModelFileError("\(path): \(error.message)", hint: error.hint)
        }
    }

    /// Reads a model from the bytes of its file.
    public init(decoding bytes: [UInt8]) throws {
        let container = try Safetensors(decoding: bytes)
        let file = try Self.card(of: container)
        guard file.schema.featureCount == file.spec.inputs, file.schema.outputCount == file.spec.outputs,
            file.inputs.means.count == file.spec.inputs, file.inputs.scales.count == file.spec.inputs,
            file.outputs.means.count == file.spec.outputs, file.outputs.scales.count == file.spec.outputs
        else { throw ModelFileError("the card's network, schema and standardisation do not fit each other") }
        if let fault = file.schema.fault { throw ModelFileError("the card's schema \(fault)") }
        if (file.inputs.scales + file.outputs.scales).contains(where: { !($0 > 0) }) {
            throw ModelFileError("the card's standardisation has a scale that is not positive")
        }
        let body: Body =
            file.precision == "double"
            ? .double(try NeuralNetwork<Double>(file.spec, container.tensors, batches: file.batches))
            : .float(try NeuralNetwork<Float>(file.spec, container.tensors, batches: file.batches))
        self.init(
            body: body, schema: file.schema, inputs: file.inputs, outputs: file.outputs, link: file.link,
            card: file.card)
    }

    private static func card(of container: Safetensors) throws(ModelFileError) -> FileCard {
        guard let version = container.metadata[formatKey], let text = container.metadata[cardKey] else {
            throw ModelFileError(
                "this is a safetensors file, and no model of Lariat", hint: "Models are written by `lariat train`.")
        }
        guard version == format else {
            throw ModelFileError(
                "the file has format \(version), and this version of Lariat reads format \(format)",
                hint: "Use the version of Lariat that wrote it, or a later one.")
        }
        do {
            return try JSONDecoder().decode(FileCard.self, from: Data(text.utf8))
        } catch {
            throw ModelFileError("the model card cannot be read: \(describe(error))")
        }
    }

    private static func describe(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            "'\(context.codingPath.map(\.stringValue).joined(separator: "."))': \(context.debugDescription)"
        case let error as ArchitectureError: error.description
        default: "\(error)"
        }
    }
}

extension NeuralNetwork {
    /// Parameters and running statistics as named tensors.
    package var tensors: [Safetensors.Tensor] {
        var tensors = layout.tensors.map { tensor in
            let elements = self[tensor].elements
            return Safetensors.Tensor(
                name: tensor.name, shape: tensor.role == .weight ? [tensor.rows, tensor.columns] : [tensor.columns],
                values: (elements as? [Float]).map { .float($0) } ?? .double(elements.map { Double($0) }))
        }
        for (layer, running) in zip(architecture.normalizedLayers, statistics) {
            tensors.append(
                .init(name: "layers.\(layer).mean", shape: [running.mean.count], values: .double(running.mean)))
            tensors.append(
                .init(name: "layers.\(layer).variance", shape: [running.mean.count], values: .double(running.variance)))
        }
        return tensors
    }

    /// A network from its tensors, which are checked before anything of the size that the architecture claims is
    /// allocated.
    ///
    /// - Throws: ``ModelFileError`` for tensors that are missing, unknown or of another shape or type.
    package init(_ architecture: Architecture, _ tensors: [Safetensors.Tensor], batches: [Int]) throws(ModelFileError) {
        let given = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        try Self.check(given, against: architecture)
        self.init(zeros: architecture)
        for tensor in layout.tensors {
            self[tensor] = Matrix(
                rows: tensor.rows, columns: tensor.columns, given[tensor.name]!.elements(as: Scalar.self))
        }
        guard batches.count == statistics.count, batches.allSatisfy({ $0 >= 0 }) else {
            throw ModelFileError("the card counts other batch normalisations than the network has")
        }
        for (index, layer) in architecture.normalizedLayers.enumerated() {
            let variance = given["layers.\(layer).variance"]!.elements(as: Double.self)
            if variance.contains(where: { $0 < 0 }) {
                throw ModelFileError("'layers.\(layer).variance' has a negative variance")
            }
            statistics[index] = RunningStatistics(
                mean: given["layers.\(layer).mean"]!.elements(as: Double.self), variance: variance,
                batches: batches[index])
        }
    }

    /// The names, types and shapes of the tensors that a network's file holds.
    private static func expectedTensors(_ architecture: Architecture) -> [(name: String, dtype: String, shape: [Int])] {
        let parameters = ParameterLayout(architecture).tensors.map {
            (
                name: $0.name, dtype: Scalar.self == Float.self ? "F32" : "F64",
                shape: $0.role == .weight ? [$0.rows, $0.columns] : [$0.columns]
            )
        }
        let widths = architecture.widths
        return parameters
            + architecture.normalizedLayers.flatMap { layer in
                ["mean", "variance"].map { ("layers.\(layer).\($0)", "F64", [widths[layer]]) }
            }
    }

    private static func check(
        _ given: [String: Safetensors.Tensor], against architecture: Architecture
    ) throws(ModelFileError) {
        let expected = expectedTensors(architecture)
        let names = Set(expected.map(\.name))
        let missing = expected.map(\.name).filter { given[$0] == nil }
        let unknown = given.keys.filter { !names.contains($0) }.sorted()
        if !missing.isEmpty || !unknown.isEmpty {
            let parts = [("lacks", missing), ("has the unknown", unknown)].filter { !$0.1.isEmpty }
            throw ModelFileError(
                "the file "
                    + parts.map { "\($0.0) tensors \($0.1.prefix(5).joined(separator: ", "))" }.joined(
                        separator: " and "))
        }
        for (name, dtype, shape) in expected {
            let found = given[name]!
            if found.shape != shape || found.dtype != dtype {
                throw ModelFileError(
                    "tensor '\(name)' is \(found.dtype) \(found.shape), and the card's network needs \(dtype) \(shape)")
            }
        }
    }
}

extension Architecture {
    /// The layers that are batch normalisations.
    fileprivate var normalizedLayers: [Int] {
        layers.indices.filter { if case .batchNorm = layers[$0] { true } else { false } }
    }
}
