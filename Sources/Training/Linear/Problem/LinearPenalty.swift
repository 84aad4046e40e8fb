internal import Glibc

/// The penalty of a linear problem in one form for all kinds, per unit of strength:
///
/// Ω(β) = Σ_j Σ_k (a_j·|β_jk| + ½c_j·β_jk²) + Σ_b w_b·‖β_b‖₂, and lower_j ≤ β_jk ≤ upper_j.
///
/// Elastic net: a = ρv, c = (1 − ρ)v, no norms. Sparse-group lasso: a = τv, c = 0, w_g = (1 − τ)·v·√|g|, where a block is
/// a group with all its outputs. A feature without groups is a block of its own.
///
/// A vector of coefficients or of slopes is [columns × outputs]: β_jk at j·outputs + k.
package struct LinearPenalty: Sendable {
    package let outputs: Int
    /// a [columns]
    package let absolute: [Double]
    /// c [columns]
    package let square: [Double]
    /// Infinite where there is none.
    package let lower, upper: [Double]
    /// Features that stay 0: excluded, held there by their bounds, or constant.
    package let excluded: [Bool]
    /// Features that no term acts on; with groups, one group after the other.
    package let unpenalized: [Int]
    /// The members of each group that are not excluded, or nil without groups.
    package let groups: [[Int]]?
    /// w of each group
    package let normWeights: [Double]
    /// The group of each feature; empty without groups.
    let groupOf: [Int]
    /// Whether the largest strength is that of ρ = 0.001, as ρ = 0 has none.
    let isRidge: Bool

    package var columns: Int { absolute.count }
    /// The number of blocks, which are zero as a whole or not at all, as far as the norm goes.
    package var blockCount: Int { groups?.count ?? columns }

    /// - Precondition: groups are a partition of the features with one factor each, and come without bounds; bounds
    ///   hold 0 between them.
    package init(_ problem: LinearProblem) {
        let (columns, factors, squares) = (problem.design.columns, problem.penaltyFactors, problem.design.squares)
        precondition(factors.count == columns, "\(factors.count) penalty factors for \(columns) features")
        let unbounded = Array(repeating: Double.infinity, count: columns)
        let upper = problem.bounds?.upper ?? unbounded
        let lower = problem.bounds?.lower ?? unbounded.map { -$0 }
        precondition(
            zip(lower, upper).allSatisfy { $0 <= 0 && $1 >= 0 }, "the bounds of a coefficient must hold 0 between them")
        let excluded = (0..<columns).map {
            factors[$0] == .infinity || squares[$0] == 0 || lower[$0] == upper[$0]
        }
        let share = problem.groups?.sparseShare ?? problem.l1Ratio
        outputs = problem.outputs
        absolute = zip(factors, excluded).map { $1 ? 0 : share * $0 }
        square = zip(factors, excluded).map { $1 || problem.groups != nil ? 0 : (1 - share) * $0 }
        (self.lower, self.upper, self.excluded) = (lower, upper, excluded)
        unpenalized = (problem.groups?.members.flatMap { $0 } ?? Array(0..<columns))
            .filter { factors[$0] == 0 && !excluded[$0] }
        isRidge = problem.groups == nil && share < 1e-3
        guard let members = problem.groups?.members else {
            (groups, normWeights, groupOf) = (nil, [], [])
            return
        }
        precondition(problem.bounds == nil, "groups cannot be bounded")
        precondition(members.joined().sorted() == Array(0..<columns), "groups must hold each feature once")
        groups = members.map { $0.filter { !excluded[$0] } }
        var groupOf = Array(repeating: 0, count: columns)
        for (g, group) in members.enumerated() { for j in group { groupOf[j] = g } }
        self.groupOf = groupOf
        normWeights = members.map { group in
            let included = group.filter { factors[$0] != .infinity }.map { factors[$0] }
            precondition(Set(included).count <= 1, "the features of a group must have one penalty factor")
            return (1 - share) * (included.first ?? 0) * Double(group.count).squareRoot()
        }
    }

    /// The same penalty on some of the features, at their places in `chosen`; −1 stands for an intercept. A group comes with
    /// all its members, side by side, or not at all.
    init(_ whole: LinearPenalty, restrictedTo chosen: [Int]) {
        func pick(_ values: [Double], intercept: Double = 0) -> [Double] {
            chosen.map { $0 < 0 ? intercept : values[$0] }
        }
        (outputs, isRidge) = (whole.outputs, whole.isRidge)
        (absolute, square) = (pick(whole.absolute), pick(whole.square))
        lower = pick(whole.lower, intercept: -.infinity)
        upper = pick(whole.upper, intercept: .infinity)
        excluded = Array(repeating: false, count: chosen.count)
        unpenalized = []
        guard let wholeGroups = whole.groups else {
            (groups, normWeights, groupOf) = (nil, [], [])
            return
        }
        var (groups, weights, groupOf) = ([[Int]](), [Double](), [Int]())
        while groupOf.count < chosen.count {
            let place = groupOf.count
            let group = chosen[place] < 0 ? nil : whole.groupOf[chosen[place]]
            let size = group.map { wholeGroups[$0].count } ?? 1
            groupOf += Array(repeating: groups.count, count: size)
            groups.append(Array(place..<place + size))
            weights.append(group.map { whole.normWeights[$0] } ?? 0)
        }
        (self.groups, normWeights, self.groupOf) = (groups, weights, groupOf)
    }

    /// The features of a block that can be other than 0.
    package func members(_ block: Int) -> [Int] { groups?[block] ?? (excluded[block] ? [] : [block]) }

    /// Ω(β)
    package func value(_ beta: [Double]) -> Double {
        var sum = 0.0
        for (q, x) in beta.enumerated() where x != 0 {
            sum += absolute[q / outputs] * abs(x) + 0.5 * square[q / outputs] * x * x
        }
        for (block, weight) in normWeights.enumerated() { sum += weight * norm(beta, block) }
        return sum
    }

    /// λΩ(β + δ) − λΩ(β) − slopes·δ, each coordinate's terms together, so that they do not cancel late.
    func change(from beta: [Double], by delta: [Double], strength: Double, slopes: [Double]) -> Double {
        var sum = 0.0
        for (q, d) in delta.enumerated() where d != 0 {
            let (x, y, j) = (beta[q], beta[q] + d, q / outputs)
            let grown = x * y >= 0 ? (x + y > 0 ? d : -d) : abs(y) - abs(x)
            sum += strength * (absolute[j] * grown + 0.5 * square[j] * d * (x + y)) - slopes[q] * d
        }
        for (block, weight) in normWeights.enumerated() where weight > 0 {
            // ‖x + d‖ − ‖x‖ = d·(2x + d)/(‖x + d‖ + ‖x‖)
            var (squares, before, after) = (0.0, 0.0, 0.0)
            for j in members(block) {
                for q in j * outputs..<(j + 1) * outputs {
                    let (x, y) = (beta[q], beta[q] + delta[q])
                    squares += delta[q] * (x + y)
                    (before, after) = (before + x * x, after + y * y)
                }
            }
            let norms = before.squareRoot() + after.squareRoot()
            if norms > 0 { sum += strength * weight * squares / norms }
        }
        return sum
    }

    /// ‖x_b‖₂
    func norm(_ x: [Double], _ block: Int) -> Double {
        var sum = 0.0
        for j in members(block) { for q in j * outputs..<(j + 1) * outputs { sum += x[q] * x[q] } }
        return sum.squareRoot()
    }
}

/// S(z, t) = sign(z)·max(|z| − t, 0)
@inline(__always)
func softThreshold(_ z: Double, _ t: Double) -> Double { z > t ? z - t : (z < -t ? z + t : 0) }
