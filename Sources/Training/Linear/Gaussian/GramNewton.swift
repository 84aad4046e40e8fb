internal import LinearAlgebra

/// The lasso and the elastic net on a working set, by Newton steps on the active set:
///
/// min ½wᵀGw − cᵀw + Σ_j v_j(t|w_j| + ½μw_j²) with signs of w_j that a feature may forbid.
///
/// With the active features and their signs given, the solution is linear in t: one triangular solution of the factor
/// that is kept from strength to strength. A step drops all features whose coefficient left its sign, and adds all whose
/// gradient exceeds its threshold; it ends exact. Steps that do not settle go to the safe mode (``solveSafely``), which
/// lowers the objective in every step, and from there, if rounding stops even that, to coordinate descent.
final class GramNewton {
    let gram: WorkingGram
    let factor: ActiveSetFactor
    let crew: ChunkCrew
    /// w, in the order of the active set.
    var weights = WorkVector<Double>()
    /// g = c − Gw − μ·v∘w on the working set.
    var gradient = WorkVector<Double>()
    /// Where the strength began, which the safe mode goes back to.
    var entry = GramEntry()
    private var step = WorkVector<Double>()
    private var products: UnsafeMutablePointer<Double>?
    let limits: GramNewtonLimits
    private let responseSquare: Double
    private lazy var descent = GramDescent(gram, crew: crew)

    /// - Parameter responseSquare: yᵀy
    init(
        _ gram: WorkingGram, rankLimit: Int, responseSquare: Double, limits: GramNewtonLimits, crew: ChunkCrew
    ) {
        (self.gram, self.crew, self.responseSquare, self.limits) = (gram, crew, responseSquare, limits)
        factor = ActiveSetFactor(gram, rankLimit: rankLimit, crew: crew)
    }

    /// Solves at a strength from the active set of the one before it.
    ///
    /// - Parameter corrected: what to take in place of c, or nil.
    func solve(
        _ level: GramLevel, products corrected: UnsafeMutablePointer<Double>? = nil, stop: GramStop
    ) -> GramSolution {
        reserve()
        products = corrected
        factor.useProducts(corrected)
        defer {
            products = nil
            factor.useProducts(nil)
        }
        entry.record(factor, weights.base)
        if level.ridge != factor.ridge { factor.refactor(ridge: level.ridge) }
        var iterations = 0
        if let found = stepFreely(level, stop, &iterations) { return found }
        if let found = solveSafely(level, stop, &iterations) { return found }
        return descend(level, stop, iterations)
    }

    /// Starts from a solution that was found before.
    func restart(from solution: GramSolution, ridge: Double) {
        reserve()
        let slopes = zip(solution.positions, solution.values).map { $1 < 0 ? -gram.factors[$0] : gram.factors[$0] }
        factor.rebuild(members: solution.positions, slopes: slopes, ridge: ridge)
        placeWeights(solution.positions, solution.values)
    }

    private func stepFreely(_ level: GramLevel, _ stop: GramStop, _ iterations: inout Int) -> GramSolution? {
        while iterations < min(limits.free, stop.iterations) {
            iterations += 1
            factor.solve(threshold: level.threshold, into: weights.base)
            if dropReversed() > 0 { continue }
            computeGradient(level)
            if refine(level), dropReversed() > 0 { continue }
            if gap(level) <= stop.gap { return solution(iterations) }
            let entering = violators(level, margin: stop.margin)
            if entering.positions.isEmpty { return solution(iterations) }
            if factor.insert(entering.positions, slopes: entering.slopes) == 0 { return nil }
            reserve()
        }
        return nil
    }

    /// Takes out every feature whose coefficient is not of its sign; returns how many.
    private func dropReversed() -> Int {
        let before = factor.order
        for index in stride(from: before - 1, through: 0, by: -1) where weights[index] * factor.slopes[index] <= 0 {
            factor.delete(at: index)
            for i in index..<factor.order { weights[i] = weights[i + 1] }
        }
        return before - factor.order
    }

    /// All features outside the active set whose gradient exceeds the threshold.
    private func violators(_ level: GramLevel, margin: Double) -> (positions: [Int], slopes: [Double]) {
        let limit = level.threshold * (1 + margin)
        var (positions, slopes) = ([Int](), [Double]())
        for j in 0..<gram.count where gram.excess(gradient[j], at: j) > limit && factor.isActive[j] == 0 {
            positions.append(j)
            slopes.append(gradient[j] > 0 ? gram.factors[j] : -gram.factors[j])
        }
        return (positions, slopes)
    }

    // MARK: Shared with the safe mode

    /// g = c − Gw − μ·v∘w; large ones in two chunks.
    func computeGradient(_ level: GramLevel) {
        let (count, order) = (gram.count, factor.order)
        let (c, g) = (products ?? gram.products.base, gradient.base)
        crew.split(count, isSmall: count * order < 1 << 17) { rows in
            (g + rows.lowerBound).update(from: c + rows.lowerBound, count: rows.count)
            Double.subtractColumns(
                rows: rows.count, count: order, gram.matrix + rows.lowerBound, lda: gram.stride,
                columns: factor.members.base, coefficients: weights.base, from: g + rows.lowerBound)
        }
        if level.ridge > 0 {
            for i in 0..<order { g[factor.members[i]] -= level.ridge * abs(factor.slopes[i]) * weights[i] }
        }
    }

    /// One step of iterative refinement where the active gradients are not at their thresholds; true if it was taken.
    func refine(_ level: GramLevel) -> Bool {
        var largest = 0.0
        for i in 0..<factor.order {
            step[i] = gradient[factor.members[i]] - level.threshold * factor.slopes[i]
            largest = max(largest, abs(step[i] / factor.slopes[i]))
        }
        guard largest > 1e-10 * level.threshold else { return false }
        factor.solveBoth(step.base)
        for i in 0..<factor.order { weights[i] += step[i] }
        computeGradient(level)
        return true
    }

    /// P − D on the working set at the dual point s·r with s = min(1, t / max_j |g_j|/v_j):
    /// ½(1 − s)²·‖r‖² + Σ_j w_j(t·v_j·sign w_j − s·g_j), in which nothing cancels; ‖r‖² includes the ridge's part.
    func gap(_ level: GramLevel) -> Double {
        var largest = level.threshold
        for j in 0..<gram.count { largest = max(largest, gram.excess(gradient[j], at: j)) }
        let scale = level.threshold / largest
        let c = products ?? gram.products.base
        var (square, sum) = (responseSquare, 0.0)
        for i in 0..<factor.order {
            let (j, w) = (factor.members[i], weights[i])
            square -= (c[j] + gradient[j]) * w
            sum += level.threshold * abs(factor.slopes[i] * w) - scale * gradient[j] * w
        }
        return (1 - scale) * (1 - scale) * max(0, square) / 2 + sum
    }

    func solution(_ iterations: Int, reachedLimit: Bool = false) -> GramSolution {
        var found = GramSolution(iterations: iterations, reachedLimit: reachedLimit)
        for i in 0..<factor.order where weights[i] != 0 {
            found.positions.append(factor.members[i])
            found.values.append(weights[i])
        }
        return found
    }

    /// The weights of features in the order of the active set; zeros for others.
    func placeWeights(_ positions: [Int], _ values: [Double]) {
        var next = 0  // the active set keeps the order of the positions and leaves some out
        for i in 0..<factor.order {
            while positions[next] != factor.members[i] { next += 1 }
            weights[i] = values[next]
        }
    }

    func reserve() {
        factor.follow()
        gradient.reserve(gram.count, keeping: 0)
        step.reserve(gram.count, keeping: 0)
        weights.reserve(gram.count, keeping: factor.order)
    }

    // MARK: The last resort

    /// Coordinate descent, for what rounding denies to the steps above.
    private func descend(_ level: GramLevel, _ stop: GramStop, _ iterations: Int) -> GramSolution {
        if iterations >= stop.iterations { return solution(iterations, reachedLimit: true) }
        var rest = stop
        rest.iterations -= iterations
        var found = descent.solve(
            level, from: solution(0), products: products, responseSquare: responseSquare, stop: rest)
        found.iterations += iterations
        restart(from: found, ridge: level.ridge)
        return found
    }
}

/// How long each mode of ``GramNewton`` is tried; tests lower them to reach the modes that follow.
struct GramNewtonLimits {
    /// Steps that drop and add many features at once.
    var free = 12
    /// Steps of the safe mode for each feature that could take part.
    var safe = 50
}

/// An active set with its weights, as it was when a strength began.
struct GramEntry {
    private(set) var positions: [Int] = []
    private(set) var slopes: [Double] = []
    private(set) var weights: [Double] = []

    mutating func record(_ factor: ActiveSetFactor, _ w: UnsafeMutablePointer<Double>) {
        let count = factor.order
        positions = Array(UnsafeBufferPointer(start: factor.members.base, count: count))
        slopes = Array(UnsafeBufferPointer(start: factor.slopes.base, count: count))
        weights = Array(UnsafeBufferPointer(start: w, count: count))
    }
}
