internal import LinearAlgebra

/// Coordinate descent on a Gram matrix, with any bounds l_j ≤ w_j ≤ u_j that contain zero:
///
/// w_j ← clip(S(g_j + G_jj·w_j, t·v_j) / (G_jj + μ·v_j), l_j, u_j), g = c − Gw.
///
/// Sweeps find the features that are neither zero nor at a bound; on these a Newton step, cut short at the first zero or
/// bound, then ends exact where sweeps alone would take thousands.
final class GramDescent {
    private let gram: WorkingGram
    private var w = WorkVector<Double>()
    private var g = WorkVector<Double>()
    private let free: ActiveSetFactor

    private static let sweepsBeforeStep = 5

    init(_ gram: WorkingGram) {
        self.gram = gram
        free = ActiveSetFactor(gram, rankLimit: .max)
    }

    func solve(
        _ level: GramLevel, from start: GramSolution, products: UnsafeMutablePointer<Double>?, responseSquare: Double,
        stop: GramStop
    ) -> GramSolution {
        begin(from: start, products ?? gram.products.base)
        var (iterations, last, stalled) = (0, Double.infinity, 0)
        while iterations < stop.iterations {
            iterations += 1
            var moved = sweep(level, onlyActive: false)
            for _ in 1..<Self.sweepsBeforeStep where moved { moved = sweep(level, onlyActive: true) }
            stepOnFree(level)
            let gap = gap(level, products ?? gram.products.base, responseSquare)
            // Ten rounds without a better gap: rounding is all that moves.
            stalled = gap < 0.99 * last ? 0 : stalled + 1
            last = min(last, gap)
            if gap <= stop.gap || stalled >= 10 { return solution(iterations, false) }
        }
        return solution(iterations, true)
    }

    private func begin(from start: GramSolution, _ c: UnsafeMutablePointer<Double>) {
        free.follow()
        w.reserve(gram.count, keeping: 0)
        g.reserve(gram.count, keeping: 0)
        w.base.initialize(repeating: 0, count: gram.count)
        g.base.update(from: c, count: gram.count)
        for (position, value) in zip(start.positions, start.values) { change(position, by: value) }
    }

    @inline(__always)
    private func change(_ j: Int, by difference: Double) {
        w[j] += difference
        Double.axpy(gram.count, -difference, gram.matrix + j * gram.stride, g.base)
    }

    private func sweep(_ level: GramLevel, onlyActive: Bool) -> Bool {
        var moved = false
        for j in 0..<gram.count where !(onlyActive && w[j] == 0) {
            let square = gram.matrix[j * gram.stride + j]
            guard square > 0 else { continue }
            let new = minimizer(level, j, at: g[j] + square * w[j], curvature: square)
            if new == w[j] { continue }
            change(j, by: new - w[j])
            w[j] = new
            moved = true
        }
        return moved
    }

    /// argmin ½(curvature)b² − z·b + v_j(t|b| + ½μb²) within the bounds of j.
    private func minimizer(_ level: GramLevel, _ j: Int, at z: Double, curvature: Double) -> Double {
        let bounds = bounds(j)
        let threshold = level.threshold * gram.factors[j]
        let shrunk = z > threshold ? z - threshold : z < -threshold ? z + threshold : 0
        return min(max(shrunk / (curvature + level.ridge * gram.factors[j]), bounds.lower), bounds.upper)
    }

    private func bounds(_ j: Int) -> (lower: Double, upper: Double) {
        if gram.lower.isEmpty { return (gram.falling[j] > 0 ? -.infinity : 0, gram.rising[j] > 0 ? .infinity : 0) }
        return (gram.lower[j], gram.upper[j])
    }

    /// A Newton step on the features that are neither zero nor at a bound.
    private func stepOnFree(_ level: GramLevel) {
        var (positions, slopes) = ([Int](), [Double]())
        for j in 0..<gram.count where w[j] != 0 || gram.factors[j] == 0 {
            let bounds = bounds(j)
            guard w[j] > bounds.lower && w[j] < bounds.upper else { continue }
            positions.append(j)
            slopes.append(w[j] < 0 ? -gram.factors[j] : gram.factors[j])
        }
        if positions.isEmpty { return }
        free.rebuild(members: positions, slopes: slopes, ridge: level.ridge)
        let step = WorkVector<Double>(capacity: free.order)
        for i in 0..<free.order {
            let j = free.members[i]
            step[i] = g[j] - level.threshold * free.slopes[i] - level.ridge * gram.factors[j] * w[j]
        }
        free.solveBoth(step.base)
        var (length, first) = (1.0, -1)
        for i in 0..<free.order {
            let share = roomFor(step[i], free.members[i], slope: free.slopes[i])
            if share < length { (length, first) = (share, i) }
        }
        for i in 0..<free.order { change(free.members[i], by: length * step[i]) }
        if first >= 0 { land(free.members[first], step[first], slope: free.slopes[first]) }
    }

    /// The share of a step of j after which its coefficient is zero or at a bound.
    private func roomFor(_ step: Double, _ j: Int, slope: Double) -> Double {
        if step == 0 { return .infinity }
        return (end(step, j, slope: slope) - w[j]) / step
    }

    private func end(_ step: Double, _ j: Int, slope: Double) -> Double {
        let bounds = bounds(j)
        if step > 0 { return slope < 0 ? min(0, bounds.upper) : bounds.upper }
        return slope > 0 ? max(0, bounds.lower) : bounds.lower
    }

    /// Exactly to where the step ended, without what rounding left.
    private func land(_ j: Int, _ step: Double, slope: Double) {
        change(j, by: end(step, j, slope: slope) - w[j])
        w[j] = end(step, j, slope: slope)
    }

    private func gap(_ level: GramLevel, _ c: UnsafeMutablePointer<Double>, _ responseSquare: Double) -> Double {
        var square = responseSquare
        for j in 0..<gram.count where w[j] != 0 { square -= (c[j] + g[j]) * w[j] }
        var terms = GapTerms(level, residualSquare: max(0, square), largest: level.threshold)
        for j in 0..<gram.count { terms.constrain(j, w[j], g[j], gram) }
        for j in 0..<gram.count { terms.add(j, w[j], g[j], gram) }
        return terms.gap
    }

    private func solution(_ iterations: Int, _ reachedLimit: Bool) -> GramSolution {
        let positions = (0..<gram.count).filter { w[$0] != 0 }
        return GramSolution(
            positions: positions, values: positions.map { w[$0] }, iterations: iterations, reachedLimit: reachedLimit)
    }
}
