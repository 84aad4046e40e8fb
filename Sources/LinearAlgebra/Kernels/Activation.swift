internal import CKernels

/// An element-wise activation y = f(z).
public enum Activation: Sendable, Hashable {
    /// f(z) = z
    case identity
    /// f(z) = max(z, 0); f′(0) = 0
    case relu
    /// f(z) = z for z > 0, else slope · z
    case leakyReLU(slope: Double)
    /// f(z) = tanh z
    case tanh
    /// f(z) = 1 / (1 + e⁻ᶻ)
    case sigmoid
    /// f(z) = z · Φ(z), Φ the normal distribution function (by erf, not the tanh approximation)
    case gelu
    /// f(z) = z / (1 + e⁻ᶻ)
    case silu

    /// Whether f′ can be had from y = f(z) alone, so that z need not be kept.
    public var gradientNeedsInput: Bool {
        switch self {
        case .gelu, .silu: true
        default: false
        }
    }

    /// The slope of leaky ReLU, else 0.
    public var slope: Double {
        if case .leakyReLU(let slope) = self { slope } else { 0 }
    }

    var code: ck_activation {
        switch self {
        case .identity: .identity
        case .relu: .relu
        case .leakyReLU: .leaky_relu
        case .tanh: .tanh
        case .sigmoid: .sigmoid
        case .gelu: .gelu
        case .silu: .silu
        }
    }
}
