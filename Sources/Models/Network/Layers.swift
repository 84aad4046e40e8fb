public import LinearAlgebra

/// A fully connected layer y = x·w + b with `units` outputs.
public struct Dense: Sendable, Hashable {
    /// The number of outputs.
    public var units: Int
    /// Whether there is a bias; nil: there is one unless a batch normalisation follows, whose shift replaces it.
    public var bias: Bool?
    /// How the weights start; nil: He in front of ReLU and its kin, Glorot elsewhere.
    public var initialization: Initialization?

    /// A dense layer with `units` outputs.
    public init(_ units: Int, bias: Bool? = nil, initialization: Initialization? = nil) {
        (self.units, self.bias, self.initialization) = (units, bias, initialization)
    }
}

/// Batch normalisation over the columns of its input.
public struct BatchNorm: Sendable, Hashable {
    /// The weight of the NEW statistic in the running statistics; nil: cumulative average.
    public var momentum: Double?
    /// ε inside the root.
    public var epsilon: Double
    /// Whether scale γ and shift β are learned.
    public var affine: Bool
    /// Whether running statistics are kept; without them prediction normalises by the batch it is given.
    public var tracksStatistics: Bool

    /// Batch normalisation with PyTorch's defaults.
    public init(momentum: Double? = 0.1, epsilon: Double = 1e-5, affine: Bool = true, tracksStatistics: Bool = true) {
        (self.momentum, self.epsilon) = (momentum, epsilon)
        (self.affine, self.tracksStatistics) = (affine, tracksStatistics)
    }
}

/// In training sets each element to zero with `probability` and divides the others by 1 − probability; in
/// prediction the identity.
public struct Dropout: Sendable, Hashable {
    /// The probability of dropping an element, 0 ≤ p < 1.
    public var probability: Double

    /// Dropout with the given probability.
    public init(_ probability: Double) { self.probability = probability }
}

/// One layer of a network, as data.
public enum Layer: Sendable, Hashable {
    /// y = x·w + b
    case dense(Dense)
    /// y = γ·(x − μ)/√(σ² + ε) + β
    case batchNorm(BatchNorm)
    /// y = f(x)
    case activation(Activation)
    /// y = x, with elements dropped in training
    case dropout(Dropout)
}

/// Writes a network as a list of layers.
@resultBuilder
public enum NetworkBuilder {
    /// A dense layer.
    public static func buildExpression(_ layer: Dense) -> [Layer] { [.dense(layer)] }
    /// A batch normalisation.
    public static func buildExpression(_ layer: BatchNorm) -> [Layer] { [.batchNorm(layer)] }
    /// A dropout.
    public static func buildExpression(_ layer: Dropout) -> [Layer] { [.dropout(layer)] }
    /// An activation.
    public static func buildExpression(_ layer: Activation) -> [Layer] { [.activation(layer)] }
    /// A layer.
    public static func buildExpression(_ layer: Layer) -> [Layer] { [layer] }
    /// Several layers.
    public static func buildExpression(_ layers: [Layer]) -> [Layer] { layers }
    /// Layers one after another.
    public static func buildBlock(_ parts: [Layer]...) -> [Layer] { parts.flatMap { $0 } }
    /// Layers under a condition.
    public static func buildOptional(_ part: [Layer]?) -> [Layer] { part ?? [] }
    /// One of two alternatives.
    public static func buildEither(first part: [Layer]) -> [Layer] { part }
    /// The other of two alternatives.
    public static func buildEither(second part: [Layer]) -> [Layer] { part }
    /// Layers from a loop.
    public static func buildArray(_ parts: [[Layer]]) -> [Layer] { parts.flatMap { $0 } }
}
