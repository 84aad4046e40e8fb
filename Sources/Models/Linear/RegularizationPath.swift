/// Why a solver ended at a strength.
public enum StopReason: String, Sendable, Hashable, Codable {
    /// The relative duality gap is within the tolerance.
    case converged
    /// The limit of iterations was reached first.
    case iterationLimit
    /// The numbers allow no further progress: the gap is at their rounding.
    case precision
}

/// How close a solution is to the best there is, computed from the data and not from the solver's own state.
public struct Certificate: Sendable, Hashable, Codable {
    /// The objective at the solution.
    public var primal: Double
    /// A lower bound of the objective: its value at a feasible point of the dual problem.
    public var dual: Double
    /// (primal − dual) / objective of the null model.
    public var relativeGap: Double
    /// The largest violation of the optimality conditions over all coefficients, on the standardised scale, in units of
    /// the strength's gradient bound.
    public var violation: Double
    /// Iterations over coefficients or Newton steps that the solution took.
    public var epochs: Int
    /// Why the solver ended.
    public var stop: StopReason

    /// A certificate of its parts.
    public init(
        primal: Double, dual: Double, relativeGap: Double, violation: Double, epochs: Int, stop: StopReason
    ) {
        (self.primal, self.dual, self.relativeGap) = (primal, dual, relativeGap)
        (self.violation, self.epochs, self.stop) = (violation, epochs, stop)
    }
}

/// The solution at one strength.
public struct PathPoint: Sendable, Hashable {
    /// λ
    public var strength: Double
    /// The intercept of each output, on the original scale.
    public var intercepts: [Double]
    /// The indices of the features of which some coefficient is not zero, ascending.
    public var support: [Int]
    /// The coefficients of the support on the original scale, [outputs][support].
    public var coefficients: [[Double]]
    /// 1 − deviance/null deviance
    public var devianceRatio: Double
    /// The evidence.
    public var certificate: Certificate

    /// A point of its parts.
    public init(
        strength: Double, intercepts: [Double], support: [Int], coefficients: [[Double]], devianceRatio: Double,
        certificate: Certificate
    ) {
        (self.strength, self.intercepts, self.support) = (strength, intercepts, support)
        (self.coefficients, self.devianceRatio, self.certificate) = (coefficients, devianceRatio, certificate)
    }

    /// The relative duality gap.
    public var dualityGap: Double { certificate.relativeGap }
}
