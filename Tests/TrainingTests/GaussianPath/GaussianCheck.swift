import LariatModels
import LariatTraining

/// The certificate of a gaussian solution by plain loops over the raw numbers: nothing in it comes from the library.
struct GaussianCheck {
    private let columns: [[Double]]
    private let targets: [Double]
    private let weights: [Double]
    private let problem: GaussianCase
    private let factors: [Double]
    /// Columns that no penalty and no bound touches, the intercept among them, orthonormal under the weights.
    private let free: [[Double]]
    private let nullObjective: Double

    init(_ problem: GaussianCase) {
        self.problem = problem
        let weights = problem.shares
        func dot(_ a: [Double], _ b: [Double]) -> Double { Self.dot(weights, a, b) }
        var columns: [[Double]] = []
        for j in 0..<problem.columns {
            var column = problem.x.map { $0[j] }
            let mean = dot(column, Array(repeating: 1, count: column.count))
            let deviation = dot(column.map { $0 - mean }, column.map { $0 - mean }).squareRoot()
            if problem.hasIntercept { column = column.map { $0 - mean } }
            if problem.isStandardized && deviation > 1e-12 * abs(mean) { column = column.map { $0 / deviation } }
            columns.append(column)
        }
        let factors = problem.factors ?? Array(repeating: 1, count: problem.columns)
        let targets = problem.y.indices.map { problem.y[$0] - (problem.offsets?[$0] ?? 0) }
        var free: [[Double]] = []
        func isFree(_ j: Int) -> Bool {
            guard factors[j] == 0 else { return false }
            return problem.bounds.map { $0.lower[j] == -.infinity && $0.upper[j] == .infinity } ?? true
        }
        var unpenalized = columns.indices.filter(isFree).map { columns[$0] }
        if problem.hasIntercept { unpenalized.insert(Array(repeating: 1, count: problem.rows), at: 0) }
        for column in unpenalized {
            let rest = Self.orthogonal(Self.orthogonal(column, free, weights), free, weights)
            let size = dot(rest, rest).squareRoot()
            if size > 1e-9 * dot(column, column).squareRoot() { free.append(rest.map { $0 / size }) }
        }
        let null = Self.orthogonal(Self.orthogonal(targets, free, weights), free, weights)
        (self.columns, self.weights, self.free) = (columns, weights, free)
        (self.factors, self.targets) = (factors, targets)
        nullObjective = dot(null, null) / 2
    }

    struct Result {
        var relativeGap: Double
        /// The largest violation of the optimality conditions, in units of λρ.
        var violation: Double
    }

    func callAsFunction(_ solution: StandardizedSolution) -> Result {
        let beta = solution.dense(problem.columns)
        let (t, mu) = (solution.strength * problem.l1Ratio, solution.strength * (1 - problem.l1Ratio))
        var r = targets.map { $0 - solution.intercepts[0] }
        for j in columns.indices where beta[j] != 0 {
            for i in r.indices { r[i] -= beta[j] * columns[j][i] }
        }
        let theta = Self.orthogonal(r, free, weights)
        let z = columns.map { Self.dot(weights, $0, theta) }
        var (primal, worst, largest) = (Self.dot(weights, r, r) / 2, 0.0, t)
        for j in columns.indices {
            let v = factors[j]
            if v == .infinity { continue }
            primal += v * (t * abs(beta[j]) + mu / 2 * beta[j] * beta[j])
            let (lower, upper) = limits(j)
            let g = z[j] - mu * v * beta[j]
            if v > 0 { worst = max(worst, distance(g, t * v, beta[j], lower, upper) / (t * v)) }
            if v > 0 && upper == .infinity && lower <= 0 { largest = max(largest, g / v) }
            if v > 0 && lower == -.infinity && upper >= 0 { largest = max(largest, -g / v) }
        }
        // The dual point s·θ, with −s·√(μv)β in the rows that the ridge adds for features without finite bounds.
        let s = t / largest
        var dual = s * Self.dot(weights, targets, theta) - s * s * Self.dot(weights, theta, theta) / 2
        for j in columns.indices where factors[j] != .infinity {
            let ((lower, upper), v) = (limits(j), factors[j])
            if lower == -.infinity || upper == .infinity {
                dual -= s * s * mu * v * beta[j] * beta[j] / 2
                // A finite side other than zero can be attained.
                let g = s * (z[j] - mu * v * beta[j])
                if upper.isFinite { dual -= max(0, upper * (g - t * v)) }
                if lower.isFinite { dual -= max(0, lower * (g + t * v)) }
            } else {
                dual -= conjugate(s * z[j], t * v, mu * v, lower, upper)
            }
        }
        return Result(relativeGap: (primal - dual) / nullObjective, violation: worst)
    }

    private func limits(_ j: Int) -> (Double, Double) {
        problem.bounds.map { ($0.lower[j], $0.upper[j]) } ?? (-.infinity, .infinity)
    }

    /// max z·b − t|b| − ½μb² over lower ≤ b ≤ upper, both finite.
    private func conjugate(_ z: Double, _ t: Double, _ mu: Double, _ lower: Double, _ upper: Double) -> Double {
        let value = { (b: Double) in z * b - t * abs(b) - mu / 2 * b * b }
        var best = max(0, value(lower), value(upper))
        if mu > 0 {
            for candidate in [(z - t) / mu, (z + t) / mu] where candidate > lower && candidate < upper {
                best = max(best, value(candidate))
            }
        }
        return best
    }

    private func distance(_ g: Double, _ t: Double, _ beta: Double, _ lower: Double, _ upper: Double) -> Double {
        if beta == 0 { return max(0, upper > 0 ? g - t : 0, lower < 0 ? -g - t : 0) }
        let excess = beta > 0 ? g - t : g + t
        if beta == upper { return max(0, -excess) }
        if beta == lower { return max(0, excess) }
        return abs(excess)
    }

    private static func dot(_ weights: [Double], _ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for i in a.indices { sum += weights[i] * a[i] * b[i] }
        return sum
    }

    private static func orthogonal(_ column: [Double], _ basis: [[Double]], _ weights: [Double]) -> [Double] {
        var rest = column
        for direction in basis {
            let share = dot(weights, direction, rest)
            for i in rest.indices { rest[i] -= share * direction[i] }
        }
        return rest
    }
}
