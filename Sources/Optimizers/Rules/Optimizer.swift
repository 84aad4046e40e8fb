public import LinearAlgebra

/// A rule that turns gradients into steps; its update equation is the summary of each case.
///
/// The rules are PyTorch's. Every rule has a diagonal metric d, with which its step at rest is η·g/d: 1 for SGD, 1 − μ
/// with momentum (whose velocity comes to g/(1 − μ)), √s + ε for the adaptive rules. A penalty's proximal step
/// under that metric, with threshold η·λ₁/d, keeps the stationary points of the stated objective, where the
/// unscaled threshold η·λ₁ would move them (ProxGen, Yun et al., NeurIPS 2021).
public enum Optimizer: Sendable, Hashable {
    /// w ← w − η·g
    case sgd
    /// u ← μ·u + g; w ← w − η·u
    case momentum(Double = 0.9)
    /// u ← μ·u + g; w ← w − η·(g + μ·u)
    case nesterov(Double = 0.9)
    /// s ← α·s + (1 − α)·g²; w ← w − η·g/(√s + ε)
    case rmsprop(smoothing: Double = 0.99, epsilon: Double = 1e-8)
    /// s ← s + g²; w ← w − η·g/(√s + ε)
    case adagrad(epsilon: Double = 1e-10)
    /// m ← β₁·m + (1 − β₁)·g; s ← β₂·s + (1 − β₂)·g²; w ← w − η·m̂/(√ŝ + ε), m̂ = m/(1 − β₁ᵗ), ŝ = s/(1 − β₂ᵗ)
    case adam(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
    /// Adam, with w ← w − η·decay·w before the step (decoupled; Loshchilov and Hutter, arXiv 1711.05101), on
    /// weights only
    case adamW(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, decay: Double = 0.01)

    /// The name on the command line and in model files.
    public var name: String {
        switch self {
        case .sgd: "sgd"
        case .momentum: "momentum"
        case .nesterov: "nesterov"
        case .rmsprop: "rmsprop"
        case .adagrad: "adagrad"
        case .adam: "adam"
        case .adamW: "adamw"
        }
    }

    /// How many blocks of state the rule keeps: 0, 1 or 2.
    public var slotCount: Int {
        switch self {
        case .sgd: 0
        case .momentum, .nesterov, .rmsprop, .adagrad: 1
        case .adam, .adamW: 2
        }
    }

    /// The kernel that applies the rule.
    public var rule: OptimizerRule {
        switch self {
        case .sgd: .sgd
        case .momentum: .momentum
        case .nesterov: .nesterov
        case .rmsprop: .rmsprop
        case .adagrad: .adagrad
        case .adam, .adamW: .adam
        }
    }

    /// The numbers of step t = 1, 2, … at rate η; `momentum`, when given, replaces μ or β₁ (a one-cycle schedule).
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func step<Scalar: BLASScalar>(_ t: Int, rate: Double, momentum: Double? = nil) -> OptimizerStep<Scalar> {
        var step = OptimizerStep<Scalar>(rate: Scalar(rate))
        switch self {
        case .sgd: break
        case .momentum(let mu), .nesterov(let mu): step.momentum = Scalar(momentum ?? mu)
        case .rmsprop(let smoothing, let epsilon):
            step.smoothing = Scalar(smoothing)
            step.epsilon = Scalar(epsilon)
        case .adagrad(let epsilon): step.epsilon = Scalar(epsilon)
        case .adam(let beta1, let beta2, let epsilon): fill(&step, t, momentum ?? beta1, beta2, epsilon)
        case .adamW(let beta1, let beta2, let epsilon, let decay):
            fill(&step, t, momentum ?? beta1, beta2, epsilon)
            step.decay = Scalar(rate * decay)
        }
        return step
    }

    private func fill<Scalar>(
        _ step: inout OptimizerStep<Scalar>, _ t: Int, _ beta1: Double, _ beta2: Double, _ epsilon: Double
    ) {
        step.momentum = Scalar(beta1)
        step.smoothing = Scalar(beta2)
        step.epsilon = Scalar(epsilon)
        step.correction1 = Scalar(1 - power(beta1, t))
        step.correction2 = Scalar(1 - power(beta2, t))
    }

    /// Updates `count` parameters in one fused pass; see ``OptimizerStep`` for what it includes.
    ///
    /// - Reads and writes: weights and slots are updated in place; gradients are read. Disjoint ranges may be
    ///   updated by different threads at once.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func update<Scalar: BLASScalar>(
        _ step: OptimizerStep<Scalar>, weights: UnsafeMutablePointer<Scalar>, gradients: UnsafePointer<Scalar>,
        slots: OptimizerSlots<Scalar>, count: Int
    ) {
        switch self {
        case .sgd: Scalar.sgd(count, step, weights, gradients)
        case .momentum: Scalar.momentum(count, step, weights, gradients, velocity: slots.first)
        case .nesterov: Scalar.nesterov(count, step, weights, gradients, velocity: slots.first)
        case .rmsprop: Scalar.rmsprop(count, step, weights, gradients, squares: slots.first)
        case .adagrad: Scalar.adagrad(count, step, weights, gradients, squares: slots.first)
        case .adam, .adamW: Scalar.adam(count, step, weights, gradients, mean: slots.first, squares: slots.second)
        }
    }

    /// Writes the diagonal metric d after an update: 1, 1 − μ, √s + ε, or √ŝ + ε.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func metric<Scalar>(
        _ step: OptimizerStep<Scalar>, slots: OptimizerSlots<Scalar>, count: Int, into d: UnsafeMutablePointer<Scalar>
    ) {
        switch self {
        case .sgd, .momentum, .nesterov: d.update(repeating: 1 - step.momentum, count: count)  // μ = 0 for SGD
        case .rmsprop, .adagrad:
            for k in 0..<count { d[k] = slots.first[k].squareRoot() + step.epsilon }
        case .adam, .adamW:
            for k in 0..<count { d[k] = (slots.second[k] / step.correction2).squareRoot() + step.epsilon }
        }
    }
}

/// The addresses of an optimizer's state, which mirrors the parameter block.
public struct OptimizerSlots<Scalar: BLASScalar> {
    /// u of momentum and Nesterov, s of RMSprop and Adagrad, m of Adam.
    public let first: UnsafeMutablePointer<Scalar>
    /// s of Adam.
    public let second: UnsafeMutablePointer<Scalar>

    /// Slots at the given addresses; a rule touches only as many as its ``Optimizer/slotCount``.
    public init(first: UnsafeMutablePointer<Scalar>, second: UnsafeMutablePointer<Scalar>) {
        (self.first, self.second) = (first, second)
    }

    /// The slots of the parameters from `offset` on.
    public func advanced(by offset: Int) -> OptimizerSlots {
        OptimizerSlots(first: first + offset, second: second + offset)
    }
}

/// βᵗ by squaring, the same on every machine.
private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
        if rest & 1 == 1 { result *= factor }
        factor *= factor
        rest >>= 1
    }
    return result
}
