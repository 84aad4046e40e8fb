import Lariat
import LariatTestSupport
import LariatTraining
import LinearAlgebra

/// A ridge problem with everything that it was made of, and its solution by other means.
struct RidgeProblem {
    let x: Matrix<Double>
    let targets: [Double]
    let weights: [Double]
    let offsets: [Double]
    let factors: [Double]
    let fitsIntercept: Bool
    let problem: LinearProblem

    init(
        _ x: Matrix<Double>, targets: [Double], weights: [Double]? = nil, offsets: [Double]? = nil,
        factors: [Double]? = nil, fitsIntercept: Bool = true, sparse: SparseMatrix<Double>? = nil
    ) {
        self.x = x
        let total = weights?.reduce(0, +) ?? Double(x.rows)
        self.weights = (weights ?? Array(repeating: 1, count: x.rows)).map { $0 / total }
        (self.targets, self.fitsIntercept) = (targets, fitsIntercept)
        self.offsets = offsets ?? Array(repeating: 0, count: x.rows)
        self.factors = factors ?? Array(repeating: 1, count: x.columns)
        let design = StandardizedDesign(
            sparse.map { Design($0) } ?? Design(x), weights: self.weights, centred: fitsIntercept, scaled: true)
        problem = LinearProblem(
            design: design, family: .gaussian, weights: self.weights, targets: targets, offsets: offsets,
            fitsIntercept: fitsIntercept, l1Ratio: 0, penaltyFactors: self.factors)
    }

    /// Random data of that shape, with whatever is asked for.
    init(_ rows: Int, _ columns: Int, intercept: Bool, weighted: Bool, factors: (Int) -> Double) {
        let x: Matrix<Double> = randomMatrix(rows, columns, seed: UInt64(rows * 100 + columns))
        let noise = (randomMatrix(3, rows, seed: 9) as Matrix<Double>)
        // Columns that hang together, about different levels.
        let mixed = Matrix<Double>(rows: rows, columns: columns) { i, j in
            x[i, j] + 0.7 * x[i, max(j - 1, 0)] + Double(j % 3) - 0.3 * x[i, 0]
        }
        let targets = (0..<rows).map { i in 3 + 2 * mixed[i, 0] - mixed[i, columns - 1] + noise[0, i] }
        self.init(
            mixed, targets: targets, weights: weighted ? (0..<rows).map { 1.5 + noise[1, $0] } : nil,
            offsets: weighted ? (0..<rows).map { noise[2, $0] } : nil, factors: (0..<columns).map(factors),
            fitsIntercept: intercept)
    }

    /// x̃ with the columns that take part, and what each is.
    private var standardized: (columns: [Int], matrix: Matrix<Double>) {
        let columns = factors.indices.filter { factors[$0] < .infinity && problem.design.squares[$0] > 0 }
        var rows = Matrix<Double>(rows: columns.count, columns: x.rows)
        rows.withMutableView { rows in
            for (k, column) in columns.enumerated() {
                problem.design.copy(column: column, into: rows.base + k * rows.stride)
            }
        }
        return (columns, rows.transposed)
    }

    /// The solution [intercept, β…] of the least-squares problem with the penalty as further rows √(λvⱼ)·βⱼ = 0, by QR.
    func direct(_ strength: Double, without left: Int? = nil) throws -> [Double] {
        let (columns, x) = standardized
        let first = fitsIntercept ? 1 : 0
        let rows = x.rows
        func weight(_ i: Int) -> Double { i == left ? 0 : weights[i].squareRoot() }
        let a = Matrix<Double>(rows: rows + columns.count, columns: first + columns.count) { i, j in
            if i < rows { return weight(i) * (j < first ? 1 : x[i, j - first]) }
            return j == i - rows + first ? (strength * factors[columns[i - rows]]).squareRoot() : 0
        }
        let b = Matrix<Double>(rows: rows + columns.count, columns: 1) { i, _ in
            i < rows ? weight(i) * (targets[i] - offsets[i]) : 0
        }
        let solution = try QR(a).solve(b).elements
        var full = [Double](repeating: 0, count: 1 + factors.count)
        if fitsIntercept { full[0] = solution[0] }
        for (k, column) in columns.enumerated() { full[1 + column] = solution[first + k] }
        return full
    }

    /// The same by Cholesky of the normal equations.
    func normalEquations(_ strength: Double) throws -> [Double] {
        let (columns, x) = standardized
        let first = fitsIntercept ? 1 : 0
        let design = Matrix<Double>(rows: x.rows, columns: first + columns.count) { i, j in
            weights[i].squareRoot() * (j < first ? 1 : x[i, j - first])
        }
        var gram = gram(design)
        for (k, column) in columns.enumerated() { gram[first + k, first + k] += strength * factors[column] }
        let t = Matrix<Double>(rows: x.rows, columns: 1) { i, _ in weights[i].squareRoot() * (targets[i] - offsets[i]) }
        let solution = try Cholesky(gram).solve(multiply(design, transposingA: true, t)).elements
        var full = [Double](repeating: 0, count: 1 + factors.count)
        if fitsIntercept { full[0] = solution[0] }
        for (k, column) in columns.enumerated() { full[1 + column] = solution[first + k] }
        return full
    }

    /// y − o − b − x̃·β of [intercept, β…].
    func residual(_ solution: [Double]) -> [Double] {
        let (columns, x) = standardized
        return (0..<x.rows).map { i in
            columns.enumerated().reduce(targets[i] - offsets[i] - solution[0]) { $0 - x[i, $1.0] * solution[1 + $1.1] }
        }
    }

    /// Σωᵢ(yᵢ − ŷ₋ᵢ)² by as many fits as there are rows.
    func leaveOneOut(_ strength: Double) throws -> Double {
        try (0..<x.rows).reduce(0) { sum, i in
            if weights[i] == 0 { return sum }
            let error = residual(try direct(strength, without: i))[i]
            return sum + weights[i] * error * error
        }
    }

    /// [intercept, β…] of a solution.
    func dense(_ solution: StandardizedSolution) -> [Double] {
        var full = [Double](repeating: 0, count: 1 + factors.count)
        full[0] = solution.intercepts[0]
        for (feature, value) in zip(solution.support, solution.coefficients[0]) { full[1 + feature] = value }
        return full
    }
}
