internal import LinearAlgebra

/// What a network is, as data: its inputs and its layers.
public struct Architecture: Sendable, Hashable, Codable {
    /// The number of input columns.
    public let inputs: Int
    /// The layers, first to last.
    public let layers: [Layer]

    /// Checks the layers and settles what they leave open (a dense layer's bias and initialisation).
    ///
    /// - Throws: ``ArchitectureError`` naming the layer.
    public init(inputs: Int, layers: [Layer]) throws(ArchitectureError) {
        guard inputs >= 1 else { throw ArchitectureError("a network needs at least one input, not \(inputs)") }
        guard layers.contains(where: { if case .dense = $0 { true } else { false } }) else {
            throw ArchitectureError("a network needs at least one dense layer")
        }
        self.inputs = inputs
        self.layers = layers.indices.map { Self.settled(layers, $0) }
        for (index, layer) in layers.enumerated() { try Self.check(layer, name: Self.name(of: layer, at: index)) }
        var width = inputs
        for (index, layer) in layers.enumerated() {
            guard case .dense(let dense) = layer else { continue }
            // Beyond 2³¹ elements an index no longer fits CBLAS.
            guard width.multipliedReportingOverflow(by: dense.units).partialValue <= Int(Int32.max),
                width <= Int(Int32.max), dense.units <= Int(Int32.max)
            else {
                throw ArchitectureError(
                    "\(Self.name(of: layer, at: index)) with [\(width) × \(dense.units)] weights is too large")
            }
            width = dense.units
        }
    }

    /// The number of outputs.
    public var outputs: Int { widths.last! }

    /// The width after each layer.
    public var widths: [Int] {
        var width = inputs
        return layers.map { layer in
            if case .dense(let dense) = layer { width = dense.units }
            return width
        }
    }

    /// "layers.2 (batchNorm)", as errors and reports name a layer.
    public func name(of index: Int) -> String { Self.name(of: layers[index], at: index) }

    private static func name(of layer: Layer, at index: Int) -> String {
        switch layer {
        case .dense: "layers.\(index) (dense)"
        case .batchNorm: "layers.\(index) (batchNorm)"
        case .activation(let activation): "layers.\(index) (\(activation.name))"
        case .dropout: "layers.\(index) (dropout)"
        }
    }

    private static func check(_ layer: Layer, name: String) throws(ArchitectureError) {
        switch layer {
        case .dense(let dense):
            if dense.units < 1 { throw ArchitectureError("\(name) needs at least one unit, not \(dense.units)") }
        case .batchNorm(let norm):
            if let momentum = norm.momentum, !(momentum > 0 && momentum <= 1) {
                throw ArchitectureError("\(name): the momentum must be in (0, 1], not \(momentum)")
            }
            if !(norm.epsilon >= 0 && norm.epsilon.isFinite) {
                throw ArchitectureError("\(name): epsilon must be a number from 0 on, not \(norm.epsilon)")
            }
        case .activation(let activation):
            if !(activation.slope >= 0 && activation.slope <= 1) {
                throw ArchitectureError("\(name): the slope must be in [0, 1], not \(activation.slope)")
            }
        case .dropout(let dropout):
            if !(dropout.probability >= 0 && dropout.probability < 1) {
                throw ArchitectureError("\(name): the probability must be in [0, 1), not \(dropout.probability)")
            }
        }
    }

    private static func settled(_ layers: [Layer], _ index: Int) -> Layer {
        guard case .dense(var dense) = layers[index] else { return layers[index] }
        let following = layers[(index + 1)...].prefix { if case .dense = $0 { false } else { true } }
        if dense.bias == nil {
            if case .batchNorm? = following.first { dense.bias = false } else { dense.bias = true }
        }
        if dense.initialization == nil {
            let rectified = following.contains {
                switch $0 {
                case .activation(.relu), .activation(.leakyReLU), .activation(.gelu), .activation(.silu): true
                default: false
                }
            }
            dense.initialization = rectified ? .he : .glorot
        }
        return .dense(dense)
    }

    private enum CodingKeys: CodingKey { case inputs, layers }

    /// Reads and checks an architecture.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            inputs: try values.decode(Int.self, forKey: .inputs),
            layers: try values.decode([Layer].self, forKey: .layers))
    }
}

/// Why layers do not make a network.
public struct ArchitectureError: Error, Equatable, CustomStringConvertible {
    /// The error in words, with the layer's name.
    public let description: String

    init(_ description: String) { self.description = description }
}
