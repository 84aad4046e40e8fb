/// A bound on gradients before the step.
public enum GradientClipping: Sendable, Hashable {
    /// None.
    case none
    /// Each element to ±c.
    case byValue(Double)
    /// g ← g·min(1, c/(‖g‖ + 10⁻⁶)), over all parameters together.
    case byGlobalNorm(Double)

    /// The factor for a gradient of that norm. A norm that is NaN or infinite gives a factor of NaN or 0 that
    /// leaves NaN in the gradient, so that divergence is seen and not hidden.
    public func scale(norm: Double) -> Double {
        guard case .byGlobalNorm(let bound) = self else { return 1 }
        let factor = bound / (norm + 1e-6)
        return factor > 1 ? 1 : factor
    }

    /// Checks the bound: a number above 0.
    public func validate() throws(HyperparameterError) {
        switch self {
        case .none: break
        case .byValue(let bound), .byGlobalNorm(let bound):
            try HyperparameterError.require(
                bound > 0 && bound.isFinite, "the clipping bound", "a number above 0", bound)
        }
    }
}
