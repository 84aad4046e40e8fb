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
