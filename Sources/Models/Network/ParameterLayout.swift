internal import LinearAlgebra

/// What a parameter tensor is to its layer.
public enum ParameterRole: String, Sendable, Hashable {
    /// The weights of a dense layer, [inputs × outputs].
    case weight
    /// The bias of a dense layer, [outputs].
    case bias
    /// γ of a batch normalisation, [columns].
    case scale
    /// β of a batch normalisation, [columns].
    case shift
}

/// One tensor of the network's parameter block.
public struct ParameterTensor: Sendable, Hashable {
    /// "layers.0.weight", as in the model file.
    public let name: String
    /// The index of its layer.
    public let layer: Int
    /// What it is to the layer.
    public let role: ParameterRole
    /// The rows of a weight, else 1.
    public let rows: Int
    /// The outputs of a weight, else the length.
    public let columns: Int
    /// Where it starts in the block, in scalars.
    public let offset: Int

    /// How many scalars it has.
    public var count: Int { rows * columns }
}

/// Where each tensor lies in the one contiguous block of parameters.
///
/// Every tensor starts on a 64-byte boundary in either precision. The scalars between them are zero and stay
/// so: their gradient is zero, and each optimizer rule leaves a zero with a zero gradient where it is.
public struct ParameterLayout: Sendable, Hashable {
    /// The tensors, layer by layer.
    public let tensors: [ParameterTensor]
    /// The length of the block, in scalars.
    public let blockCount: Int

    init(_ architecture: Architecture) {
        var tensors: [ParameterTensor] = []
        var (offset, width) = (0, architecture.inputs)
        func append(_ layer: Int, _ role: ParameterRole, rows: Int, columns: Int) {
            tensors.append(
                ParameterTensor(
                    name: "layers.\(layer).\(role.rawValue)", layer: layer, role: role, rows: rows, columns: columns,
                    offset: offset))
            offset += (rows * columns + 15) / 16 * 16
        }
        for (index, layer) in architecture.layers.enumerated() {
            switch layer {
            case .dense(let dense):
                append(index, .weight, rows: width, columns: dense.units)
                if dense.bias == true { append(index, .bias, rows: 1, columns: dense.units) }
                width = dense.units
            case .batchNorm(let norm):
                if norm.affine {
                    append(index, .scale, rows: 1, columns: width)
                    append(index, .shift, rows: 1, columns: width)
                }
            case .activation, .dropout: break
            }
        }
        self.tensors = tensors
        blockCount = offset
    }

    /// How many parameters there are, without the scalars between tensors.
    public var parameterCount: Int { tensors.reduce(0) { $0 + $1.count } }

    func tensor(_ layer: Int, _ role: ParameterRole) -> ParameterTensor? {
        tensors.first { $0.layer == layer && $0.role == role }
    }
}
