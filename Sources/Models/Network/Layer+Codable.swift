public import LinearAlgebra

// One flat object a layer, as the model card shows it: {"layer": "dense", "units": 64, "bias": false}.

extension Layer: Codable {
    private enum Key: String, CodingKey {
        case layer, units, bias, initialization, momentum, epsilon, affine, tracksStatistics, slope, probability
    }

    /// Writes the layer as one flat object.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        switch self {
        case .dense(let dense):
            try values.encode("dense", forKey: .layer)
            try values.encode(dense.units, forKey: .units)
            try values.encodeIfPresent(dense.bias, forKey: .bias)
            try values.encodeIfPresent(dense.initialization, forKey: .initialization)
        case .batchNorm(let norm):
            try values.encode("batchNorm", forKey: .layer)
            try values.encodeIfPresent(norm.momentum, forKey: .momentum)
            try values.encode(norm.epsilon, forKey: .epsilon)
            try values.encode(norm.affine, forKey: .affine)
            try values.encode(norm.tracksStatistics, forKey: .tracksStatistics)
        case .activation(let activation):
            try values.encode(activation.name, forKey: .layer)
            if case .leakyReLU(let slope) = activation { try values.encode(slope, forKey: .slope) }
        case .dropout(let dropout):
            try values.encode("dropout", forKey: .layer)
            try values.encode(dropout.probability, forKey: .probability)
        }
    }

    /// Reads a layer from its flat object.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let name = try values.decode(String.self, forKey: .layer)
        switch name {
        case "dense":
            var dense = Dense(try values.decode(Int.self, forKey: .units))
            dense.bias = try values.decodeIfPresent(Bool.self, forKey: .bias)
            dense.initialization = try values.decodeIfPresent(Initialization.self, forKey: .initialization)
            self = .dense(dense)
        case "batchNorm":
            self = .batchNorm(
                BatchNorm(
                    momentum: try values.decodeIfPresent(Double.self, forKey: .momentum),
                    epsilon: try values.decode(Double.self, forKey: .epsilon),
                    affine: try values.decode(Bool.self, forKey: .affine),
                    tracksStatistics: try values.decode(Bool.self, forKey: .tracksStatistics)))
        case "dropout":
            self = .dropout(Dropout(try values.decode(Double.self, forKey: .probability)))
        default:
            let slope = try values.decodeIfPresent(Double.self, forKey: .slope)
            guard let activation = Activation(name: name, slope: slope ?? 0.01) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .layer, in: values, debugDescription: "there is no layer '\(name)'")
            }
            self = .activation(activation)
        }
    }
}

extension Activation {
    /// The name in model files and on the command line.
    public var name: String {
        switch self {
        case .identity: "identity"
        case .relu: "relu"
        case .leakyReLU: "leaky-relu"
        case .tanh: "tanh"
        case .sigmoid: "sigmoid"
        case .gelu: "gelu"
        case .silu: "silu"
        }
    }

    /// The activation of that name, or nil.
    public init?(name: String, slope: Double = 0.01) {
        switch name {
        case "identity": self = .identity
        case "relu": self = .relu
        case "leaky-relu": self = .leakyReLU(slope: slope)
        case "tanh": self = .tanh
        case "sigmoid": self = .sigmoid
        case "gelu": self = .gelu
        case "silu": self = .silu
        default: return nil
        }
    }
}
