extension LinearPenalty {
    /// For each block the smallest strength at which 0 is its best value, given the loss's negative slopes there; 0 for
    /// what is not penalised. These are the dual norms of the blocks: a slope is feasible where they are ≤ λ.
    package func nullStrengths(_ slopes: [Double]) -> [Double] {
        precondition(slopes.count == columns * outputs)
        return (0..<blockCount).map { nullStrength($0, slopes) }
    }

    /// max_b of ``nullStrengths(_:)``: at this strength and above all penalised coefficients are 0.
    package func largestStrength(_ slopes: [Double]) -> Double {
        if !isRidge { return nullStrengths(slopes).max() ?? 0 }
        return (0..<columns).reduce(0) { largest, j in
            let penalty = absolute[j] + square[j]
            if penalty == 0 { return largest }
            let slope = (j * outputs..<(j + 1) * outputs).reduce(0) { max($0, abs(outward(slopes[$1], j))) }
            return max(largest, slope / (1e-3 * penalty))
        }
    }

    /// |c|/a for a feature alone; for a group the root λ of ‖S(c, λa)‖ = λw.
    package func nullStrength(_ block: Int, _ slopes: [Double]) -> Double {
        if groups == nil {
            if excluded[block] || absolute[block] + square[block] == 0 { return 0 }
            let slope = (block * outputs..<(block + 1) * outputs).reduce(0) {
                max($0, abs(outward(slopes[$1], block)))
            }
            return slope == 0 ? 0 : slope / absolute[block]
        }
        let features = members(block)
        guard let first = features.first, absolute[first] + normWeights[block] > 0 else { return 0 }
        let c = features.flatMap { slopes[$0 * outputs..<($0 + 1) * outputs] }
        return groupNullStrength(c, absolute: absolute[first], norm: normWeights[block])
    }

    /// ‖S(c, λa)‖ is convex and falls with λ, so Newton's method from the left comes to the root from the left, and what
    /// is squared never changes its members once they have left.
    private func groupNullStrength(_ c: [Double], absolute a: Double, norm w: Double) -> Double {
        let largest = c.reduce(0) { max($0, abs($1)) }
        if largest == 0 { return 0 }
        if w == 0 { return largest / a }
        var strength = 0.0
        for _ in 0..<100 {
            var (squares, sum) = (0.0, 0.0)
            for x in c {
                let rest = abs(softThreshold(x, strength * a)) / largest
                (squares, sum) = (squares + rest * rest, sum + rest)
            }
            let norm = squares.squareRoot()
            if norm == 0 { break }
            let step = (largest * norm - strength * w) / (a * sum / norm + w)
            strength += step
            if step <= 1e-16 * strength { break }
        }
        return strength
    }

    /// The slope as far as the bounds let the coefficient follow it.
    @inline(__always)
    func outward(_ slope: Double, _ feature: Int) -> Double {
        (slope > 0 && upper[feature] == 0) || (slope < 0 && lower[feature] == 0) ? 0 : slope
    }

    /// The largest s ≤ 1 at which s·slopes is feasible at the strength, that is (λΩ)* is finite; with
    /// `everywhere`, at which also finite bounds are not needed.
    package func feasibleScale(_ slopes: [Double], strength: Double, everywhere: Bool) -> Double {
        var largest = 0.0
        if groups != nil {
            largest = largestStrength(slopes)
        } else {
            for q in slopes.indices {
                let (c, j) = (slopes[q], q / outputs)
                if square[j] > 0 || absolute[j] == 0 || excluded[j] { continue }
                let bound = c > 0 ? upper[j] : -lower[j]
                if bound == .infinity || (everywhere && bound > 0) { largest = max(largest, abs(c) / absolute[j]) }
            }
        }
        return largest > strength ? strength / largest : 1
    }

    /// (λΩ)*(s·slopes) of the features without norms, where the slopes are feasible and 0 for what is not penalised: the sum of
    /// sup_x s·c·x − λ(a|x| + ½·square·x²) between the bounds.
    package func conjugate(_ slopes: [Double], scaledBy s: Double, strength: Double) -> Double {
        if groups != nil { return 0 }
        var sum = 0.0
        for q in slopes.indices {
            let j = q / outputs
            if excluded[j] { continue }
            let c = s * slopes[q]
            let excess = abs(c) - strength * absolute[j]
            let (bound, curvature) = (c > 0 ? upper[j] : -lower[j], strength * square[j])
            // Without curvature an excess without a bound is what rounding left of feasibility, or not penalised.
            if excess <= 0 || bound == 0 || (curvature == 0 && bound == .infinity) { continue }
            let x = curvature > 0 ? min(excess / curvature, bound) : bound
            sum += excess * x - 0.5 * curvature * x * x
        }
        return sum
    }

    /// The largest distance of the slopes from λ·∂Ω(β) plus the normals of the bounds, over features and groups.
    package func violation(_ beta: [Double], slopes: [Double], strength: Double) -> Double {
        var largest = 0.0
        if groups == nil {
            for q in slopes.indices where !excluded[q / outputs] {
                largest = max(largest, abs(remainder(beta[q], slopes[q], q / outputs, strength)))
            }
            return largest
        }
        for block in 0..<blockCount {
            let norm = norm(beta, block)
            let pull = strength * normWeights[block]
            var squares = 0.0
            for j in members(block) {
                for q in j * outputs..<(j + 1) * outputs {
                    let slope = norm > 0 ? slopes[q] - pull * beta[q] / norm : slopes[q]
                    let rest = remainder(beta[q], slope, j, strength)
                    squares += rest * rest
                }
            }
            largest = max(largest, norm > 0 ? squares.squareRoot() : squares.squareRoot() - pull)
        }
        return largest
    }

    /// What is left of the slope beyond λ(a·∂|x| + square·x) and what a bound holds off.
    @inline(__always)
    private func remainder(_ x: Double, _ slope: Double, _ feature: Int, _ strength: Double) -> Double {
        let rest = slope - strength * square[feature] * x
        let a = strength * absolute[feature]
        let left = x > 0 ? rest - a : (x < 0 ? rest + a : softThreshold(rest, a))
        return (x >= upper[feature] && left > 0) || (x <= lower[feature] && left < 0) ? 0 : left
    }
}
