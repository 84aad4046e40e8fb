public import LinearAlgebra

// In a network's list an activation reads like the layer it is: `Dense(64); BatchNorm(); ReLU()`.

/// f(z) = max(z, 0)
public struct ReLU: ActivationLayer {
    /// The rectifier.
    public init() {}
    /// The activation that it stands for.
    public var activation: Activation { .relu }
}

/// f(z) = z for z > 0, else slope·z
public struct LeakyReLU: ActivationLayer {
    /// The slope below zero.
    public var slope: Double
    /// The leaky rectifier.
    public init(slope: Double = 0.01) { self.slope = slope }
    /// The activation that it stands for.
    public var activation: Activation { .leakyReLU(slope: slope) }
}

/// f(z) = tanh z
public struct Tanh: ActivationLayer {
    /// The hyperbolic tangent.
    public init() {}
    /// The activation that it stands for.
    public var activation: Activation { .tanh }
}

/// f(z) = 1/(1 + e⁻ᶻ)
public struct Sigmoid: ActivationLayer {
    /// The logistic function.
    public init() {}
    /// The activation that it stands for.
    public var activation: Activation { .sigmoid }
}

/// f(z) = z·Φ(z)
public struct GELU: ActivationLayer {
    /// The Gaussian error linear unit, exact.
    public init() {}
    /// The activation that it stands for.
    public var activation: Activation { .gelu }
}

/// f(z) = z/(1 + e⁻ᶻ)
public struct SiLU: ActivationLayer {
    /// The sigmoid linear unit.
    public init() {}
    /// The activation that it stands for.
    public var activation: Activation { .silu }
}

/// A layer that is nothing but an element-wise activation.
public protocol ActivationLayer: Sendable, Hashable {
    /// The activation that it stands for.
    var activation: Activation { get }
}

extension NetworkBuilder {
    /// An activation layer.
    public static func buildExpression(_ layer: some ActivationLayer) -> [Layer] { [.activation(layer.activation)] }
}
