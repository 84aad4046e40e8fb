/// A hyperparameter outside its range.
public struct HyperparameterError: Error, Equatable, CustomStringConvertible {
    /// The error in words: what, its range, and what it was.
    public let description: String

    package init(_ description: String) { self.description = description }

    static func require(_ condition: Bool, _ name: String, _ range: String, _ value: Double) throws(HyperparameterError)
    {
        if !condition { throw HyperparameterError("\(name) must be \(range), not \(value)") }
    }
}

extension Optimizer {
    /// Checks the hyperparameters: μ, β₁, β₂, α in [0, 1); ε > 0; decay ≥ 0.
    public func validate() throws(HyperparameterError) {
        func fraction(_ value: Double, _ what: String) throws(HyperparameterError) {
            try HyperparameterError.require(value >= 0 && value < 1, "\(name)'s \(what)", "in [0, 1)", value)
        }
        func positive(_ value: Double, _ what: String) throws(HyperparameterError) {
            try HyperparameterError.require(
                value > 0 && value.isFinite, "\(name)'s \(what)", "a number above 0", value)
        }
        switch self {
        case .sgd: break
        case .momentum(let mu), .nesterov(let mu): try fraction(mu, "momentum")
        case .rmsprop(let smoothing, let epsilon):
            try fraction(smoothing, "smoothing")
            try positive(epsilon, "epsilon")
        case .adagrad(let epsilon): try positive(epsilon, "epsilon")
        case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon, _):
            try fraction(beta1, "beta1")
            try fraction(beta2, "beta2")
            try positive(epsilon, "epsilon")
        }
        if case .adamW(_, _, _, let decay) = self {
            try HyperparameterError.require(decay >= 0 && decay.isFinite, "adamw's decay", "a number from 0 on", decay)
        }
    }
}
