import Foundation
import Lariat
import LariatTestSupport

/// A plain path solver to compare with: Newton steps, each a quadratic problem solved by coordinate descent on its Gram
/// matrix until nothing moves. Gaussian and binomial families, elastic net with factors, no bounds, no groups.
struct SlowPath {
    /// x̃ by columns, with a column of ones in front when there is an intercept.
    private let columns: [[Double]]
    private let problem: LinearProblem
    private let hasIntercept: Int

    static let solver: PathSolver = { problem, strengths, _ in SlowPath(problem).solve(strengths) }

    init(_ problem: LinearProblem) {
        self.problem = problem
        hasIntercept = problem.fitsIntercept ? 1 : 0
        let features = (0..<problem.design.columns).map { column in
            var x = [Double](repeating: 0, count: problem.design.rows)
            problem.design.copy(column: column, into: &x)
            return x
        }
        columns = (problem.fitsIntercept ? [Array(repeating: 1, count: problem.design.rows)] : []) + features
    }

    /// The largest strength at which nothing penalised is selected, with all factors at least 1 or 0.
    func largestStrength() -> Double {
        var beta = [Double](repeating: 0, count: columns.count)
        minimize(&beta, strength: 1e100)
        let (_, residual) = curvature(beta)
        return (hasIntercept..<columns.count).reduce(0) { largest, j in
            let factor = problem.penaltyFactors[j - hasIntercept]
            guard factor > 0 else { return largest }
            let slope = zip(columns[j], residual).reduce(0) { $0 + $1.0 * $1.1 }
            return max(largest, abs(slope) / (factor * problem.l1Ratio))
        }
    }

    func solve(_ strengths: [Double]) -> [StandardizedSolution] {
        var beta = [Double](repeating: 0, count: columns.count)
        return strengths.map { strength in
            minimize(&beta, strength: strength)
            let support = (hasIntercept..<columns.count).filter { beta[$0] != 0 }
            return StandardizedSolution(
                strength: strength, intercepts: [hasIntercept == 1 ? beta[0] : 0],
                support: support.map { $0 - hasIntercept }, coefficients: [support.map { beta[$0] }], loss: 0,
                certificate: Certificate(
                    primal: 0, dual: 0, relativeGap: 0, violation: 0, epochs: 0, stop: .converged))
        }
    }

    /// h_i = ω_i·ℓ″ and −ω_i·ℓ′ at the linear predictors of β.
    private func curvature(_ beta: [Double]) -> (weights: [Double], residual: [Double]) {
        var eta = problem.offsets ?? Array(repeating: 0, count: problem.design.rows)
        for (j, value) in beta.enumerated() where value != 0 {
            for i in eta.indices { eta[i] += value * columns[j][i] }
        }
        let means = eta.map { problem.family == .gaussian ? $0 : logistic($0) }
        let slopes = means.map { problem.family == .gaussian ? 1 : $0 * (1 - $0) }
        return (
            zip(problem.weights, slopes).map { $0 * $1 },
            eta.indices.map { problem.weights[$0] * (problem.targets[$0] - means[$0]) }
        )
    }

    private func minimize(_ beta: inout [Double], strength: Double) {
        for _ in 0..<60 {
            let (h, residual) = curvature(beta)
            let gram = columns.map { x in
                columns.map { z in
                    var sum = 0.0
                    for i in h.indices { sum += h[i] * x[i] * z[i] }
                    return sum
                }
            }
            // The gradient at β, kept up to date as coordinates move.
            var gradient = columns.map { x in zip(x, residual).reduce(0) { $0 + $1.0 * $1.1 } }
            let before = beta
            var rounds = 0
            while rounds < 100_000 && descend(&beta, gram, &gradient, strength) > 0 { rounds += 1 }
            let moved = zip(beta, before).reduce(0) { max($0, abs($1.0 - $1.1)) }
            let size = beta.reduce(0) { max($0, abs($1)) }
            if moved <= 1e-14 * size || problem.family == .gaussian { return }
        }
    }

    /// One round over the coordinates; returns the largest move that is not rounding.
    private func descend(
        _ beta: inout [Double], _ gram: [[Double]], _ gradient: inout [Double], _ strength: Double
    ) -> Double {
        var largest = 0.0
        for j in beta.indices where gram[j][j] > 0 {
            let factor = j < hasIntercept ? 0 : problem.penaltyFactors[j - hasIntercept]
            let pull = gradient[j] + gram[j][j] * beta[j]
            let l1 = factor == 0 ? 0 : strength * problem.l1Ratio * factor
            let ridge = factor == 0 ? 0 : strength * (1 - problem.l1Ratio) * factor
            let shrunk = abs(pull) <= l1 ? 0 : (pull - (pull > 0 ? l1 : -l1)) / (gram[j][j] + ridge)
            let move = shrunk - beta[j]
            if abs(move) <= 1e-15 * abs(shrunk) { continue }
            beta[j] = shrunk
            for k in gradient.indices { gradient[k] -= move * gram[j][k] }
            largest = max(largest, abs(move))
        }
        return largest
    }
}

/// 1/(1 + e^−x)
func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
