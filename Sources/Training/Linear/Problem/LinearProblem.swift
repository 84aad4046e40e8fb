package import LariatModels

/// What a path solver is asked, with everything validated and standardised:
///
/// min over (b, β) of Σ_i ω_i·ℓ(o_i + b + x̃_i·β, y_i) + λ·pen(β) at each of the strengths λ, where
/// pen(β) = Σ_j v_j·(ρ|β_j| + ½(1 − ρ)β_j²), or with groups
/// Σ_g v_g·((1 − τ)·√|g|·‖β_g‖₂ + τ·‖β_g‖₁), lower_j ≤ β_j ≤ upper_j, and the intercept b never penalised.
package struct LinearProblem: Sendable {
    package var design: StandardizedDesign
    package var family: Family
    /// ω [rows], of sum 1; a row of weight 0 takes no part.
    package var weights: [Double]
    /// y [rows]; for multinomial the index of the class.
    package var targets: [Double]
    /// 1, or the number of classes of a multinomial family.
    package var outputs: Int
    /// o [outputs × rows], or nil for zeros.
    package var offsets: [Double]?
    package var fitsIntercept: Bool
    /// ρ
    package var l1Ratio: Double
    /// v_j ≥ 0 [columns], `infinity` for an excluded feature; used as given.
    package var penaltyFactors: [Double]
    /// On the standardised scale; nil where there are none.
    package var bounds: (lower: [Double], upper: [Double])?
    /// The features of each group, and τ: the share of the L1 norm in a sparse-group lasso (0: group lasso).
    package var groups: (members: [[Int]], sparseShare: Double)?

    package init(
        design: StandardizedDesign, family: Family, weights: [Double], targets: [Double], outputs: Int = 1,
        offsets: [Double]? = nil, fitsIntercept: Bool = true, l1Ratio: Double = 1, penaltyFactors: [Double],
        bounds: (lower: [Double], upper: [Double])? = nil,
        groups: (members: [[Int]], sparseShare: Double)? = nil
    ) {
        (self.design, self.family, self.weights, self.targets) = (design, family, weights, targets)
        (self.outputs, self.offsets, self.fitsIntercept) = (outputs, offsets, fitsIntercept)
        (self.l1Ratio, self.penaltyFactors, self.bounds, self.groups) = (l1Ratio, penaltyFactors, bounds, groups)
    }
}

/// A solution on the standardised scale.
package struct StandardizedSolution: Sendable {
    package var strength: Double
    /// [outputs], for the centred columns
    package var intercepts: [Double]
    /// Ascending.
    package var support: [Int]
    /// [outputs][support]
    package var coefficients: [[Double]]
    /// Σ ω·ℓ
    package var loss: Double
    package var certificate: Certificate

    package init(
        strength: Double, intercepts: [Double], support: [Int], coefficients: [[Double]], loss: Double,
        certificate: Certificate
    ) {
        (self.strength, self.intercepts, self.support) = (strength, intercepts, support)
        (self.coefficients, self.loss, self.certificate) = (coefficients, loss, certificate)
    }
}

/// How exactly to solve, and with what.
package struct PathControl: Sendable {
    /// The relative duality gap to reach.
    package var tolerance = 1e-7
    /// The most iterations at one strength.
    package var iterationLimit = 100_000
    package var workers: Int
    /// Whether a certificate may come from a Gram matrix, its rounding counted, where one from the data costs more than the
    /// solution: for solutions whose certificates nobody sees.
    package var acceptsGram = false

    package init(tolerance: Double = 1e-7, iterationLimit: Int = 100_000, workers: Int) {
        (self.tolerance, self.iterationLimit, self.workers) = (tolerance, iterationLimit, workers)
    }
}
