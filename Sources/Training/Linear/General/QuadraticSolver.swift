internal import LinearAlgebra

/// Solves min over x of ½(x − x₀)ᵀG(x − x₀) − gᵀ(x − x₀) + λΩ(x) by coordinate descent, which finds the support and ends always,
/// and Newton's method on the support found, which ends soon.
struct QuadraticSolver {
    private let penalty: LinearPenalty
    private let strength: Double
    private let outputs: Int
    private let order: Int
    private let gram: UnsafePointer<Double>
    private let stride: Int
    /// For each group a bound of the largest eigenvalue of its part of G.
    private let curvatures: [Double]

    /// x [places × outputs]
    private(set) var x: [Double]
    /// −∂/∂x of the smooth part: g − G(x − x₀)
    private(set) var slopes: [Double]
    /// Epochs and Newton steps.
    private(set) var iterations = 0

    /// - Parameters:
    ///   - gram: G [order × order], `stride` apart, both triangles.
    ///   - slopes: g
    init(
        penalty: LinearPenalty, strength: Double, gram: UnsafePointer<Double>, stride: Int, start: [Double],
        slopes: [Double]
    ) {
        (self.penalty, self.strength, self.gram, self.stride) = (penalty, strength, gram, stride)
        (x, self.slopes, outputs, order) = (start, slopes, penalty.outputs, start.count)
        curvatures = (penalty.groups ?? []).map { group in
            let first = group[0] * penalty.outputs
            let block = first..<first + group.count * penalty.outputs
            return block.reduce(0) { sum, q in
                block.reduce(sum) { $0 + gram[q * stride + $1] * gram[q * stride + $1] }
            }.squareRoot()
        }
    }

    /// Whether no coordinate outside the support would leave 0.
    private var isComplete: Bool {
        penalty.groups == nil
            && x.indices.allSatisfy { x[$0] != 0 || abs(slopes[$0]) <= strength * penalty.absolute[$0 / outputs] }
    }

    /// How far x is from optimal: the largest distance of the slopes from λ∂Ω(x).
    var violation: Double { penalty.violation(x, slopes: slopes, strength: strength) }

    /// Runs until the violation is within the tolerance, or falls no more.
    mutating func solve(tolerance: Double, factor: SupportFactor, limit: Int = 200) {
        var (epochs, best, stalls) = (isComplete ? 0 : 1, Double.infinity, 0)
        for round in 0..<limit {
            for _ in 0..<epochs {
                iterations += 1
                // Where all else is at its best for fixed signs but for a Newton step, only new members are looked for.
                if !(round == 0 && penalty.groups == nil ? epoch(over: 0..<order, onlyZeros: true) : epoch()) { break }
            }
            if violation <= tolerance { return }
            // A support that lost a member has a minimum of its own, which comes before any member is let in again.
            var step = newtonStep(factor)
            for _ in 0..<order where step == .cut { step = newtonStep(factor) }
            iterations += 1
            let violation = violation
            if violation <= tolerance { return }
            stalls = violation < 0.5 * best ? 0 : stalls + 1
            if stalls > 20 { return }
            best = min(best, violation)
            // Where Newton is of no use, as long as the support changes, descent does the work.
            epochs = step != .failed ? (round < 5 ? 1 : 3) : min(epochs * 2, 64)
        }
    }
}

// MARK: - Coordinate descent

extension QuadraticSolver {
    /// Minimises over one coordinate, or one group, after the other; whether anything changed.
    private mutating func epoch() -> Bool {
        guard let groups = penalty.groups else { return epoch(over: 0..<order) }
        var changed = false
        for (block, group) in groups.enumerated() {
            let first = group[0] * outputs
            let coordinates = first..<first + group.count * outputs
            let moved =
                penalty.normWeights[block] == 0
                ? epoch(over: coordinates) : step(coordinates, block: block)
            changed = moved || changed
        }
        return changed
    }

    /// x_q ← clip(S(s_q + G_qq·x_q, λa)/(G_qq + λc))
    private mutating func epoch(over coordinates: Range<Int>, onlyZeros: Bool = false) -> Bool {
        var changed = false
        for q in coordinates where !onlyZeros || x[q] == 0 {
            let (j, diagonal) = (q / outputs, gram[q * stride + q])
            let curvature = diagonal + strength * penalty.square[j]
            if curvature <= 0 { continue }
            let thresholded = softThreshold(slopes[q] + diagonal * x[q], strength * penalty.absolute[j])
            let value = max(penalty.lower[j], min(penalty.upper[j], thresholded / curvature))
            if value != x[q] {
                move(q, by: value - x[q])
                x[q] = value
                changed = true
            }
        }
        return changed
    }

    /// A proximal step on a group: L an upper bound of its curvature, v = x + s/L, then both thresholds of the
    /// sparse-group lasso, that of coordinates first.
    private mutating func step(_ coordinates: Range<Int>, block: Int) -> Bool {
        let curvature = curvatures[block]
        if curvature <= 0 { return false }
        let absolute = strength * penalty.absolute[coordinates.lowerBound / outputs] / curvature
        let v = coordinates.map { softThreshold(x[$0] + slopes[$0] / curvature, absolute) }
        let norm = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let pull = strength * penalty.normWeights[block] / curvature
        let shrink = norm > pull ? 1 - pull / norm : 0
        var changed = false
        for (q, value) in zip(coordinates, v) where shrink * value != x[q] {
            move(q, by: shrink * value - x[q])
            x[q] = shrink * value
            changed = true
        }
        return changed
    }

    /// s ← s − G·e_q·δ
    @inline(__always)
    private mutating func move(_ q: Int, by delta: Double) {
        slopes.withUnsafeMutableBufferPointer { Double.axpy(order, -delta, gram + q * stride, $0.baseAddress!) }
    }
}

// MARK: - Newton's method on the support

extension QuadraticSolver {
    /// How a Newton step went: not at all, until some coordinate came to 0 or to a bound, or to its end.
    private enum Step { case failed, cut, whole }

    /// Whether the norm of a group bends the objective on the support: the matrix then changes with x.
    private var isCurved: Bool { penalty.groups != nil }

    /// The coordinates in whose directions the objective is smooth around x.
    private func smoothSupport() -> [Int] {
        (0..<order).filter { q in
            let j = q / outputs
            if penalty.absolute[j] > 0 && x[q] == 0 { return false }
            if let groups = penalty.groups {
                let block = penalty.groupOf[j]
                return penalty.normWeights[block] == 0
                    || groups[block].contains { f in
                        (f * outputs..<(f + 1) * outputs).contains { x[$0] != 0 }
                    }
            }
            let rest = slopes[q] - strength * (penalty.square[j] * x[q] + penalty.absolute[j] * sign(x[q]))
            return (x[q] < penalty.upper[j] || rest < 0) && (x[q] > penalty.lower[j] || rest > 0)
        }
    }

    /// One step to the minimum over the support, cut where signs or bounds would be crossed.
    private mutating func newtonStep(_ factor: SupportFactor) -> Step {
        var support = smoothSupport()
        if support.isEmpty { return .failed }
        if isCurved { return curvedStep(support) }
        let isFactored = factor.update(to: support, gram: gram, gramStride: stride, order: order) {
            strength * penalty.square[$0 / outputs]
        }
        if !isFactored { return .failed }
        support = factor.support
        var direction = support.map { q in
            let j = q / outputs
            return slopes[q] - strength * (penalty.square[j] * x[q] + penalty.absolute[j] * sign(x[q]))
        }
        factor.solve(&direction)
        return moveAlong(direction, support)
    }

    /// The same where norms bend: the matrix is that of the place, and made anew.
    private mutating func curvedStep(_ support: [Int]) -> Step {
        let norms = penalty.normWeights.indices.map { penalty.norm(x, $0) }
        var direction = support.map { q in
            let (j, block) = (q / outputs, penalty.groupOf[q / outputs])
            let pull = norms[block] > 0 ? penalty.normWeights[block] * x[q] / norms[block] : 0
            return slopes[q] - strength * (penalty.absolute[j] * sign(x[q]) + pull)
        }
        let count = support.count
        for ridge in [1e-12, 1e-9, 1e-6] {
            var matrix = Array(repeating: 0.0, count: count * count)
            for (row, q) in support.enumerated() {
                for column in 0...row { matrix[row * count + column] = gram[q * stride + support[column]] }
                matrix[row * count + row] *= 1 + ridge
            }
            addNormCurvature(&matrix, support, norms)
            if Double.potrf(order: count, &matrix, lda: count) == 0 {
                _ = Double.potrs(order: count, columns: 1, matrix, lda: count, &direction, ldb: count)
                return moveAlong(direction, support)
            }
        }
        return .failed
    }

    /// ∂²‖x‖ = (I − x·xᵀ/‖x‖²)/‖x‖, the diagonal by the squares of the other coordinates.
    private func addNormCurvature(_ matrix: inout [Double], _ support: [Int], _ norms: [Double]) {
        for (row, q) in support.enumerated() {
            let block = penalty.groupOf[q / outputs]
            if norms[block] == 0 || penalty.normWeights[block] == 0 { continue }
            let pull = strength * penalty.normWeights[block] / norms[block]
            let unit = { (coordinate: Int) in x[coordinate] / norms[block] }
            for (column, r) in support.enumerated() where penalty.groupOf[r / outputs] == block {
                if column < row { matrix[row * support.count + column] -= pull * unit(q) * unit(r) }
                if column != row { matrix[row * support.count + row] += pull * unit(r) * unit(r) }
            }
        }
    }

    /// Tries the whole step with what would change its sign set to 0 and what would leave its bounds put on them; then
    /// shorter steps.
    private mutating func moveAlong(_ direction: [Double], _ support: [Int]) -> Step {
        let crossing = zip(support, direction).reduce(1) { min($0, room($1.0, $1.1)) }
        for rate in [1, crossing, crossing / 2, crossing / 8, crossing / 64] {
            var (trial, delta, step) = (x, Array(repeating: 0.0, count: order), Step.whole)
            for (q, d) in zip(support, direction) {
                let limit = room(q, d)
                trial[q] = x[q] + rate * d
                // What is at its limit to rounding is there.
                if rate >= limit * (1 - 1e-12) && limit.isFinite {
                    let j = q / outputs
                    trial[q] =
                        penalty.absolute[j] > 0 && x[q] * d < 0 ? 0 : (d > 0 ? penalty.upper[j] : penalty.lower[j])
                    step = .cut
                }
                delta[q] = trial[q] - x[q]
            }
            let product = gramTimes(delta, support)
            var change = penalty.change(from: x, by: delta, strength: strength, slopes: slopes)
            for q in support { change += delta[q] * 0.5 * product[q] }
            // A step of no length that ends at a limit says no more than that the coordinate belongs there.
            if change < 0 || (rate == crossing && crossing < 1e-9) {
                x = trial
                for q in 0..<order { slopes[q] -= product[q] }
                return step
            }
        }
        return .failed
    }

    /// The rate at which a coordinate comes to 0, where the penalty bends, or to its bound.
    @inline(__always)
    private func room(_ q: Int, _ d: Double) -> Double {
        let j = q / outputs
        if penalty.absolute[j] > 0 && x[q] * d < 0 { return -x[q] / d }
        let bound = d > 0 ? penalty.upper[j] : penalty.lower[j]
        return bound.isFinite && d != 0 ? (bound - x[q]) / d : .infinity
    }

    private func gramTimes(_ delta: [Double], _ support: [Int]) -> [Double] {
        var product = Array(repeating: 0.0, count: order)
        product.withUnsafeMutableBufferPointer {
            if support.count * 2 > order {
                Double.gemv(
                    transpose: false, m: order, n: order, alpha: 1, a: gram, lda: stride, x: delta, beta: 0,
                    y: $0.baseAddress!)
                return
            }
            for q in support where delta[q] != 0 { Double.axpy(order, delta[q], gram + q * stride, $0.baseAddress!) }
        }
        return product
    }
}

@inline(__always)
func sign(_ x: Double) -> Double { x > 0 ? 1 : (x < 0 ? -1 : 0) }
