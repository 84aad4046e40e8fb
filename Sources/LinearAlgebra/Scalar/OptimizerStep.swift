internal import CKernels

/// The numbers of one optimizer step, the same for every rule and every parameter of a segment.
///
/// For each parameter, with the rule's direction and diagonal metric d (at rest the direction is g/d):
/// ```
/// g ← clip(gradientScale · g, ±limit) + l2 · w
/// w ← w · (1 − decay)
/// v ← w − rate · direction(g)
/// w ← S(v, rate · l1 / d) / (1 + rate · ridge / d)
/// ```
/// where S is the soft threshold, so that L1 penalties give exact zeros and keep the stationary points
/// of the stated objective (ProxGen, Yun et al., NeurIPS 2021).
public struct OptimizerStep<Scalar: BLASScalar>: Sendable {
    /// η, the learning rate of this step.
    public var rate: Scalar
    /// The factor of clipping by global norm, or 1.
    public var gradientScale: Scalar = 1
    /// Clipping by value; infinity for none.
    public var limit: Scalar = .infinity
    /// The coupled ridge gradient: 2λ for a penalty λΣw².
    public var l2: Scalar = 0
    /// Decoupled decay, already multiplied by the rate.
    public var decay: Scalar = 0
    /// λ₁ of the proximal step.
    public var l1: Scalar = 0
    /// λ₂ of the proximal step, for ½λ₂Σw².
    public var ridge: Scalar = 0
    /// μ of momentum and Nesterov, β₁ of Adam.
    public var momentum: Scalar = 0
    /// β₂ of Adam, α of RMSprop.
    public var smoothing: Scalar = 0
    /// ε, outside the root.
    public var epsilon: Scalar = 0
    /// 1 − β₁ᵗ.
    public var correction1: Scalar = 1
    /// 1 − β₂ᵗ.
    public var correction2: Scalar = 1

    /// A step with rate η and nothing else.
    @inlinable
    public init(rate: Scalar) { self.rate = rate }
}

/// The rule that a fused optimizer kernel applies; the direction and the metric d of each are in its summary.
public enum OptimizerRule: Sendable, Hashable {
    /// direction g; d = 1.
    case sgd
    /// u ← μu + g; direction u; d = 1 − μ.
    case momentum
    /// u ← μu + g; direction g + μu; d = 1 − μ.
    case nesterov
    /// s ← αs + (1 − α)g²; direction g/d; d = √s + ε.
    case rmsprop
    /// s ← s + g²; direction g/d; d = √s + ε.
    case adagrad
    /// m ← β₁m + (1 − β₁)g; s ← β₂s + (1 − β₂)g²; direction m̂/d; d = √ŝ + ε. AdamW, too: its decay is in the step.
    case adam

    var code: ck_rule {
        switch self {
        case .sgd: .sgd
        case .momentum: .momentum
        case .nesterov: .nesterov
        case .rmsprop: .rmsprop
        case .adagrad: .adagrad
        case .adam: .adam
        }
    }
}
