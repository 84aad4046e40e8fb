import Foundation
import LariatTestSupport
import LariatTraining
import LinearAlgebra

/// A random problem with its numbers as they were before any solver saw them, and a checker of solutions that shares nothing
/// with what it checks.
struct RandomProblem {
    /// [rows][columns]
    var x: [[Double]]
    var y: [Double]
    var family: Family
    var outputs = 1
    /// Of any sum.
    var weights: [Double]
    /// [outputs][rows]
    var offsets: [[Double]]?
    var fitsIntercept = true
    var l1Ratio = 1.0
    var factors: [Double]
    var bounds: (lower: [Double], upper: [Double])?
    var groups: (members: [[Int]], sparseShare: Double)?
    var isSparse = false

    var rows: Int { x.count }
    var columns: Int { x[0].count }

    init(x: [[Double]], y: [Double], family: Family, outputs: Int = 1) {
        (self.x, self.y, self.family, self.outputs) = (x, y, family, outputs)
        weights = Array(repeating: 1, count: x.count)
        factors = Array(repeating: 1, count: x[0].count)
    }

    var problem: LinearProblem {
        let total = weights.reduce(0, +)
        let weights = weights.map { $0 / total }
        let dense = Matrix(rows: rows, columns: columns) { x[$0][$1] }
        let design = StandardizedDesign(
            isSparse ? Design(sparse) : Design(dense), weights: weights, centred: fitsIntercept, scaled: true)
        return LinearProblem(
            design: design, family: family, weights: weights, targets: y, outputs: outputs,
            offsets: offsets.map { Array($0.joined()) }, fitsIntercept: fitsIntercept, l1Ratio: l1Ratio,
            penaltyFactors: factors, bounds: bounds, groups: groups)
    }

    private var sparse: SparseMatrix<Double> {
        var (starts, indices, values) = ([0], [Int32](), [Double]())
        for j in 0..<columns {
            for i in 0..<rows where x[i][j] != 0 {
                indices.append(Int32(i))
                values.append(x[i][j])
            }
            starts.append(values.count)
        }
        return SparseMatrix(rows: rows, columnStarts: starts, rowIndices: indices, values: values)
    }
}

// MARK: - The checker

extension RandomProblem {
    /// Columns less their mean (with an intercept) over their deviation, both weighted; zeros for a constant one.
    var standardized: [[Double]] {
        let total = weights.reduce(0, +)
        var z = x
        for j in 0..<columns {
            let mean = (0..<rows).reduce(0) { $0 + weights[$1] * x[$1][j] } / total
            let variance = (0..<rows).reduce(0) { $0 + weights[$1] * (x[$1][j] - mean) * (x[$1][j] - mean) } / total
            let scale = variance.squareRoot() > 1e-13 * abs(mean) ? variance.squareRoot() : 1
            for i in 0..<rows { z[i][j] = (x[i][j] - (fitsIntercept ? mean : 0)) / scale }
        }
        return z
    }

    /// −∂/∂η of the mean loss in each row, [rows][outputs].
    func residuals(_ solution: StandardizedSolution, _ z: [[Double]]) -> [[Double]] {
        let total = weights.reduce(0, +)
        return (0..<rows).map { i in
            var eta = (0..<outputs).map { solution.intercepts[$0] + (offsets?[$0][i] ?? 0) }
            for (place, j) in solution.support.enumerated() {
                for k in 0..<outputs { eta[k] += z[i][j] * solution.coefficients[k][place] }
            }
            let w = weights[i] / total
            switch family {
            case .gaussian: return [w * (y[i] - eta[0])]
            case .binomial: return [w * (y[i] - 1 / (1 + exp(-eta[0])))]
            case .poisson: return [w * (y[i] - exp(eta[0]))]
            case .multinomial:
                let largest = eta.max()!
                let sum = eta.reduce(0) { $0 + exp($1 - largest) }
                return (0..<outputs).map { w * ((Double($0) == y[i] ? 1 : 0) - exp(eta[$0] - largest) / sum) }
            }
        }
    }

    /// The largest violation of the optimality conditions.
    func violation(_ solution: StandardizedSolution, _ z: [[Double]]) -> Double {
        let u = residuals(solution, z)
        let beta = solution.beta(columns: columns)
        var largest = 0.0
        if fitsIntercept {
            for k in 0..<outputs { largest = max(largest, abs(u.reduce(0) { $0 + $1[k] })) }
        }
        func slope(_ j: Int, _ k: Int) -> Double { (0..<rows).reduce(0) { $0 + z[$1][j] * u[$1][k] } }
        let share = groups?.sparseShare ?? l1Ratio
        for group in groups?.members ?? (0..<columns).map({ [$0] }) {
            let coordinates = group.flatMap { j in (0..<outputs).map { (j, $0) } }
                .filter { factors[$0.0] != .infinity }
            let norm = coordinates.reduce(0) { $0 + pow(beta[$1.0 * outputs + $1.1], 2) }.squareRoot()
            let pull =
                groups == nil ? 0 : solution.strength * factors[group[0]] * (1 - share) * sqrt(Double(group.count))
            var squares = 0.0
            for (j, k) in coordinates {
                let (b, l1) = (beta[j * outputs + k], solution.strength * factors[j] * share)
                var rest = slope(j, k) - (groups == nil ? solution.strength * factors[j] * (1 - share) * b : 0)
                if norm > 0 { rest -= pull * b / norm }
                rest = b != 0 ? rest - l1 * (b > 0 ? 1 : -1) : (abs(rest) <= l1 ? 0 : rest - l1 * (rest > 0 ? 1 : -1))
                if let bounds, (b == bounds.upper[j] && rest > 0) || (b == bounds.lower[j] && rest < 0) { rest = 0 }
                squares += rest * rest
            }
            largest = max(largest, squares.squareRoot() - (norm > 0 ? 0 : pull))
        }
        return largest
    }
}

// MARK: - Random problems

extension RandomProblem {
    /// A problem of the kind that `trial` asks for: any family and penalty; columns that are correlated, constant, equal, or
    /// a sum of others; more columns than rows; classes that a column separates; weights of zero and offsets.
    static func random(_ trial: Int, seed: UInt64) -> RandomProblem {
        var generator = CounterGenerator(seed: seed, step: UInt64(trial))
        let family = Family.allCases[trial % 4]
        let rows = 20 + generator.next(below: 40)
        let columns = 3 + generator.next(below: trial % 3 == 0 ? 80 : 12)
        let correlation = [0, 0.5, 0.95][generator.next(below: 3)]
        var x = (0..<rows).map { _ in
            var last = generator.nextNormal()
            return (0..<columns).map { _ -> Double in
                last = correlation * last + sqrt(1 - correlation * correlation) * generator.nextNormal()
                return last
            }
        }
        for i in 0..<rows where columns > 4 {
            if trial % 5 == 0 { x[i][1] = x[i][0] }
            if trial % 7 == 0 { x[i][2] = 3 }
            if trial % 6 == 0 { x[i][3] = x[i][0] + x[i][4] }
        }
        let outputs = family == .multinomial ? 3 : 1
        let noise = [0.0, 0.5, 2][generator.next(below: 3)]
        var random = RandomProblem(
            x: x, y: x.map { target(of: $0, family, outputs, noise, &generator) }, family: family, outputs: outputs)
        if family != .gaussian { for k in 0..<max(2, outputs) { random.y[k] = Double(k) } }
        random.fitsIntercept = generator.next(below: 4) > 0
        random.l1Ratio = [1, 0.5, 0.9, 1, 0.1][generator.next(below: 5)]
        if trial % 6 == 1 { random.weights = (0..<rows).map { _ in Double(generator.next(below: 4)) } }
        if trial % 6 == 1 { for k in 0..<max(2, outputs) { random.weights[k] = 1 } }
        if trial % 6 == 2 { random.offsets = (0..<outputs).map { _ in (0..<rows).map { _ in generator.nextNormal() } } }
        switch generator.next(below: 6) {
        case 0: random.addGroups(&generator)
        case 1: random.bounds = (Array(repeating: 0, count: columns), Array(repeating: .infinity, count: columns))
        case 2: random.bounds = (Array(repeating: -0.3, count: columns), Array(repeating: 0.2, count: columns))
        case 3:
            random.factors = (0..<columns).map { _ in [0.5, 1, 2][generator.next(below: 3)] }
            random.factors[0] = 0
            random.factors[columns - 1] = .infinity
        default: break
        }
        random.isSparse = trial % 4 == generator.next(below: 4)
        return random
    }

    private mutating func addGroups(_ generator: inout CounterGenerator) {
        var members: [[Int]] = []
        while members.joined().count < columns {
            let first = members.joined().count
            members.append(Array(first..<min(columns, first + 1 + generator.next(below: 4))))
        }
        groups = (members, generator.next(below: 2) == 0 ? 0 : 0.5)
    }

    private static func target(
        of row: [Double], _ family: Family, _ outputs: Int, _ noise: Double, _ generator: inout CounterGenerator
    ) -> Double {
        let eta = row[0] - 0.7 * row[row.count / 2] + row[row.count - 1] + noise * generator.nextNormal()
        switch family {
        case .gaussian: return eta
        case .binomial: return eta > 0 ? 1 : 0
        case .multinomial: return min(Double(outputs - 1), max(0, (eta + 1.5).rounded(.down)))
        case .poisson: return max(0, (exp(0.4 * eta) + 0.5 * generator.nextNormal()).rounded())
        }
    }
}

extension CounterGenerator {
    /// Box and Muller.
    mutating func nextNormal() -> Double {
        let (u, v) = (nextUniform(), nextUniform())
        return sqrt(-2 * log(1 - u)) * cos(2 * .pi * v)
    }
}

/// The columns and the last column's texts of a file of Tests/Data.
func dataFile(_ name: String) throws -> (x: [[Double]], target: [String]) {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../Data/\(name).csv")
    let lines = try String(decoding: Data(contentsOf: file), as: UTF8.self).split(separator: "\n").dropFirst()
    let cells = lines.map { $0.split(separator: ",") }
    return (cells.map { $0.dropLast().map { Double($0)! } }, cells.map { String($0.last!) })
}
