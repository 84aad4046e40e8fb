/// One strength as the solvers on a Gram matrix see it.
struct GramLevel {
    /// λ
    let strength: Double
    /// t = λρ: |x_jᵀr| ≤ t·v_j where β_j = 0.
    let threshold: Double
    /// μ = λ(1 − ρ), the ridge for a penalty factor of one.
    let ridge: Double

    init(strength: Double, l1Ratio: Double) {
        (self.strength, threshold, ridge) = (strength, strength * l1Ratio, strength * (1 - l1Ratio))
    }
}

/// A solution on a working set: its coefficients that are not zero, and how it was found.
struct GramSolution {
    /// Positions in the working set.
    var positions: [Int] = []
    var values: [Double] = []
    var iterations = 0
    var reachedLimit = false
}

/// When a solver on a Gram matrix may end.
struct GramStop {
    /// The duality gap on the working set to reach.
    var gap: Double
    /// By how much a gradient must exceed its threshold, relative to it, before its feature enters.
    var margin: Double
    /// The most iterations at one strength.
    var iterations: Int
}
