/// The part of a linear model that no penalty acts on, intercept first: its columns as they are, and Newton's equations on
/// them, (Zᵀ·ωH·Z)·δ = Zᵀ·ωu.
struct UnpenalizedPart {
    let outputs: Int
    let hasIntercept: Bool
    let features: [Int]
    /// Z by columns
    private let columns: [[Double]]
    private let weights: [Double]
    private let family: Family

    private var rows: Int { weights.count }
    private var order: Int { columns.count * outputs }

    init(_ problem: LinearProblem, _ penalty: LinearPenalty) {
        let rows = problem.design.rows
        (outputs, hasIntercept) = (problem.outputs, problem.fitsIntercept)
        (weights, family, features) = (problem.weights, problem.family, penalty.unpenalized)
        let ones = hasIntercept ? [Array(repeating: 1.0, count: rows)] : []
        columns =
            ones
            + features.map { feature in
                Array(unsafeUninitializedCapacity: rows) { buffer, count in
                    problem.design.copy(column: feature, into: buffer.baseAddress!)
                    count = rows
                }
            }
    }

    /// Zᵀ·v for v [outputs × rows], column-wise: [columns × outputs].
    func slopes(_ v: [Double]) -> [Double] {
        columns.flatMap { z in
            (0..<outputs).map { k in (0..<rows).reduce(0) { $0 + z[$1] * v[k * rows + $1] } }
        }
    }

    /// Z·δ [outputs × rows]
    func predictor(_ delta: [Double]) -> [Double] {
        var eta = Array(repeating: 0.0, count: outputs * rows)
        for (a, z) in columns.enumerated() {
            for k in 0..<outputs where delta[a * outputs + k] != 0 {
                for i in 0..<rows { eta[k * rows + i] += delta[a * outputs + k] * z[i] }
            }
        }
        return eta
    }

    /// ωH·z for z [outputs × rows], with the curvatures of a ``FamilyState``.
    func weightedCurvature(_ curvatures: [Double], times z: [Double]) -> [Double] {
        if family != .multinomial { return (0..<rows).map { weights[$0] * curvatures[$0] * z[$0] } }
        var product = z
        for i in 0..<rows {
            let mean = (0..<outputs).reduce(0) { $0 + curvatures[$1 * rows + i] * z[$1 * rows + i] }
            for k in 0..<outputs {
                product[k * rows + i] = weights[i] * curvatures[k * rows + i] * (z[k * rows + i] - mean)
            }
        }
        return product
    }

    /// δ [columns × outputs] of Newton's equations for the right-hand side `slopes`; what is redundant, or `held`, stays 0.
    func newtonStep(_ curvatures: [Double], slopes: [Double], held: Set<Int> = []) -> [Double] {
        if order == 0 { return [] }
        var system = Array(repeating: 0.0, count: order * order)
        for q in 0..<order {
            var unit = Array(repeating: 0.0, count: order)
            unit[q] = 1
            let column = self.slopes(weightedCurvature(curvatures, times: predictor(unit)))
            for r in 0..<order { system[r * order + q] = column[r] }
        }
        return solveSemidefinite(system, slopes, held: held)
    }

    /// Whether the mean at (1 + z)-fold odds, μ + H·z, is one that the family can have, by a bound that is easy to check.
    func keepsMean(_ z: [Double], _ curvatures: [Double]) -> Bool {
        switch family {
        case .gaussian: true
        case .binomial: z.allSatisfy { abs($0) <= 1 }
        case .poisson: z.allSatisfy { $0 >= -1 }
        case .multinomial:
            (0..<rows).allSatisfy { i in
                let mean = (0..<outputs).reduce(0) { $0 + curvatures[$1 * rows + i] * z[$1 * rows + i] }
                return (0..<outputs).allSatisfy { z[$0 * rows + i] - mean >= -1 }
            }
        }
    }
}

/// x of a·x = b for a symmetric and positive semidefinite, by Cholesky's method; a row that is a combination of those
/// before it, to rounding, gets 0, and so does one that is held.
func solveSemidefinite(_ a: [Double], _ b: [Double], held: Set<Int>) -> [Double] {
    let order = b.count
    var (factor, x) = (a, b)
    var free = (0..<order).map { !held.contains($0) }
    for q in 0..<order where free[q] {
        for r in 0..<q where free[r] {
            var sum = factor[q * order + r]
            for s in 0..<r where free[s] { sum -= factor[q * order + s] * factor[r * order + s] }
            factor[q * order + r] = sum / factor[r * order + r]
        }
        var pivot = factor[q * order + q]
        for s in 0..<q where free[s] { pivot -= factor[q * order + s] * factor[q * order + s] }
        if pivot <= 1e-12 * a[q * order + q] { free[q] = false } else { factor[q * order + q] = pivot.squareRoot() }
    }
    for q in 0..<order where free[q] {
        for s in 0..<q where free[s] { x[q] -= factor[q * order + s] * x[s] }
        x[q] /= factor[q * order + q]
    }
    for q in (0..<order).reversed() where free[q] {
        x[q] /= factor[q * order + q]
        for s in 0..<q where free[s] { x[s] -= factor[q * order + s] * x[q] }
    }
    return x.indices.map { free[$0] ? x[$0] : 0 }
}
