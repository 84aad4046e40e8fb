internal import LariatModels

/// What is known of the solution at a strength, from X and y.
struct PathRecord {
    /// ½‖r‖²
    var loss = 0.0
    /// The penalty, λΣ_j v_j(ρ|w_j| + ½(1 − ρ)w_j²).
    var penalty = 0.0
    /// P − D
    var gap = Double.infinity
    var violation = 0.0
    /// The largest |x_jᵀr|/v_j of features outside the working set that no bound certified, or the threshold.
    var largestOutside = 0.0
    /// Qᵀ of the targets less the fit.
    var shares: [Double] = []

    init() {}

    /// - Parameters:
    ///   - gradient: x_jᵀr of the working set.
    ///   - largest: the largest |x_jᵀr|/v_j of all other features, or the threshold.
    init(
        _ level: GramLevel, _ solution: GramSolution, gram: WorkingGram, gradient: UnsafePointer<Double>,
        residualSquare: Double, largest: Double, shares: [Double]
    ) {
        let w = WorkVector<Double>(repeating: 0, count: gram.count)
        for (position, value) in zip(solution.positions, solution.values) {
            w[position] = value
            penalty += gram.factors[position] * (level.threshold * abs(value) + level.ridge / 2 * value * value)
        }
        var terms = GapTerms(level, residualSquare: residualSquare, largest: largest)
        for j in 0..<gram.count { terms.constrain(j, w[j], gradient[j], gram) }
        for j in 0..<gram.count { terms.add(j, w[j], gradient[j], gram) }
        (gap, violation) = (max(0, terms.gap), terms.violation)
        (loss, largestOutside, self.shares) = (residualSquare / 2, largest, shares)
    }

    /// What is known from the Gram matrix of all features: the same, with all that rounding can have left in the matrix
    /// counted as gap and violation.
    ///
    /// z = c − Gw is X̃ᵀr to δ_j = γ·a_j·(‖y‖ + Σ a_k|w_k|). The dual point is scaled for |z_j| + δ_j, and the gap, a sum of
    /// |w_j|·(t·v_j − s·g_j), grows by Σ|w_j|·δ_j.
    ///
    /// - Parameter z: c − Gw of all features.
    init(
        _ level: GramLevel, _ solution: GramSolution, gram: WorkingGram, z: UnsafePointer<Double>,
        knownTo accuracy: FeatureGram, norm: Double, shares: [Double]
    ) {
        let a = accuracy.magnitudes
        var (square, size) = (norm * norm, norm)
        for (j, value) in zip(solution.positions, solution.values) {
            square -= value * (gram.products[j] + z[j])
            size += a[j] * abs(value)
        }
        let delta = accuracy.rounding * size
        self.init(
            level, solution, gram: gram, gradient: z, residualSquare: max(0, square),
            largest: level.threshold, shares: shares)
        let reach = (0..<gram.count).reduce(0) { max($0, delta * a[$1] * max(gram.rising[$1], gram.falling[$1])) }
        for (j, value) in zip(solution.positions, solution.values) { gap += delta * a[j] * abs(value) }
        // Scaling the dual point down by reach/t more costs at most that share of what it is worth.
        gap += reach / level.threshold * norm * norm
        violation += reach / level.threshold
    }

    /// The solution as it is handed out.
    ///
    /// - Parameter features: the features of the working set.
    func solution(
        _ problem: GaussianProblem, _ level: GramLevel, _ found: GramSolution, features: [Int], tolerance: Double
    ) -> StandardizedSolution {
        let free = problem.free.coefficients(shares)
        var entries = zip(found.positions, found.values).map { (features[$0], $1) }
        entries += zip(problem.free.features, free.features).filter { $1 != 0 }
        entries.sort { $0.0 < $1.0 }
        let relativeGap = problem.nullObjective > 0 ? gap / problem.nullObjective : 0
        let certificate = Certificate(
            primal: loss + penalty, dual: loss + penalty - gap, relativeGap: relativeGap, violation: violation,
            epochs: found.iterations,
            stop: relativeGap <= tolerance ? .converged : found.reachedLimit ? .iterationLimit : .precision)
        return StandardizedSolution(
            strength: level.strength, intercepts: [free.intercept], support: entries.map(\.0),
            coefficients: [entries.map(\.1)], loss: loss, certificate: certificate)
    }
}
