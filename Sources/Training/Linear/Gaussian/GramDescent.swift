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

    init(_ gram: WorkingGram, crew: ChunkCrew) {
        self.gram = gram
        free = ActiveSetFactor(gram, rankLimit: .max, crew: crew)
    }

    func solve(
        _ level: GramLevel, from start: GramSolution, products: UnsafeMutablePointer<Double>?, responseSquare: Double,
        stop: GramStop
    ) -> GramSolution {
        begin(from: start, products ?? gram.products.base)
        let still = 1e-15 * responseSquare.squareRoot()
        var iterations = 0
        while iterations < stop.iterations {
            iterations += 1
            let moved = sweep(level, onlyActive: false)
            for _ in 1..<Self.sweepsBeforeStep { if sweep(level, onlyActive: true) <= still { break } }
            stepOnFree(level)
            let gap = gap(level, products ?? gram.products.base, responseSquare)
            // Where nothing moves but what rounding moves there is no more to gain.
            if gap <= stop.gap || moved <= still { return solution(iterations, false) }
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

    /// One round over the features; returns the largest change of a fit, |Δw_j|·‖x_j‖.
    private func sweep(_ level: GramLevel, onlyActive: Bool) -> Double {
        var largest = 0.0
        for j in 0..<gram.count where !(onlyActive && w[j] == 0) {
            let square = gram.matrix[j * gram.stride + j]
            guard square > 0 else { continue }
            let new = minimizer(level, j, at: g[j] + square * w[j], curvature: square)
            if new == w[j] { continue }
            largest = max(largest, abs(new - w[j]) * square.squareRoot())
            change(j, by: new - w[j])
            w[j] = new
        }
        return largest
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

    /// Newton steps on the features that are neither zero nor at a bound, until one is not cut short.
    private func stepOnFree(_ level: GramLevel) {
        var (positions, slopes) = ([Int](), [Double]())
        for j in 0..<gram.count where w[j] != 0 || gram.factors[j] == 0 {
            let bounds = bounds(j)
            guard w[j] > bounds.lower && w[j] < bounds.upper else { continue }
            positions.append(j)
            slopes.append(w[j] < 0 ? -gram.factors[j] : gram.factors[j])
        }
        free.rebuild(members: positions, slopes: slopes, ridge: level.ridge)
        let dependent = zip(positions, slopes).filter { free.isActive[$0.0] == 0 }
        while free.order > 0, let first = stepUntilCut(level) { free.delete(at: first) }
        for (position, slope) in dependent where exchange(position, slope, level) { return }
    }

    /// Moves a feature whose column is all but a combination X_A·q of the free ones against them, w_j + τ and w_A − τ·q:
    /// the fit stays nearly as it is, so that coordinates alone would hardly move. True where one came to zero or a bound.
    private func exchange(_ position: Int, _ slope: Double, _ level: GramLevel) -> Bool {
        let count = free.order
        let direction = WorkVector<Double>(capacity: count + 1)
        let column = gram.matrix + position * gram.stride
        for i in 0..<count { direction[i] = column[free.members[i]] }
        free.solveBoth(direction.base)
        let ridge = level.ridge * gram.factors[position]
        var (gain, curvature) = (g[position] - level.threshold * slope - ridge * w[position], column[position] + ridge)
        for i in 0..<count {
            let j = free.members[i]
            gain -= direction[i] * (g[j] - level.threshold * free.slopes[i] - level.ridge * gram.factors[j] * w[j])
            curvature -= column[j] * direction[i]
        }
        guard abs(gain) > 1e-13 * level.threshold else { return false }
        var members = (0..<count).map { (free.members[$0], -direction[$0], free.slopes[$0]) }
        members.append((position, 1.0, slope))
        let sign = gain > 0 ? 1.0 : -1.0
        var (length, first) = (curvature > 0 ? abs(gain) / curvature : .infinity, nil as Int?)
        for (i, (j, share, slope)) in members.enumerated() where share != 0 {
            let room = roomFor(sign * share, j, slope: slope)
            if room < length { (length, first) = (max(0, room), i) }
        }
        if length == .infinity { return false }
        for (j, share, _) in members { change(j, by: length * sign * share) }
        guard let first else { return false }
        land(members[first].0, sign * members[first].1, slope: members[first].2)
        return true
    }

    /// Goes to the minimum on the free features, or up to the first one that is zero or at a bound, whose index it returns.
    private func stepUntilCut(_ level: GramLevel) -> Int? {
        let step = WorkVector<Double>(capacity: free.order)
        for i in 0..<free.order {
            let j = free.members[i]
            step[i] = g[j] - level.threshold * free.slopes[i] - level.ridge * gram.factors[j] * w[j]
        }
        free.solveBoth(step.base)
        var (length, first) = (1.0, nil as Int?)
        for i in 0..<free.order {
            let share = roomFor(step[i], free.members[i], slope: free.slopes[i])
            if share < length { (length, first) = (max(0, share), i) }
        }
        for i in 0..<free.order { change(free.members[i], by: length * step[i]) }
        if let first { land(free.members[first], step[first], slope: free.slopes[first]) }
        return first
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
