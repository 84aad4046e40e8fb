import Foundation
import Lariat
import LariatTestSupport
import LariatTraining
import LinearAlgebra
import Testing

@Suite("Ridge paths from one factorisation")
struct RidgePathTests {
    static let shapes = [(40, 8), (8, 40), (30, 30), (31, 30), (30, 29), (60, 3), (3, 60), (2, 1), (5, 5)]
    static let strengths = [1e3, 10, 1, 0.1, 1e-2, 1e-4]
    let control = PathControl(tolerance: 1e-12, workers: 1)

    /// Factors of every kind: ones; mixed; with unpenalised and excluded features.
    static func factors(_ kind: Int) -> (Int) -> Double {
        switch kind {
        case 0: { _ in 1 }
        case 1: { [0.1, 3, 1, 40][$0 % 4] }
        default: { $0 == 0 || $0 == 4 ? 0 : $0 == 2 ? .infinity : Double($0) }
        }
    }

    @Test(arguments: shapes, [0, 1, 2])
    func agreesWithDirectSolves(shape: (Int, Int), kind: Int) throws {
        for intercept in [true, false] {
            for weighted in [true, false] {
                let problem = RidgeProblem(
                    shape.0, shape.1, intercept: intercept, weighted: weighted, factors: Self.factors(kind))
                let path = try RidgePath(problem.problem)
                let result = path.solve(strengths: Self.strengths, control: control, leavingOneOut: true)
                for (l, strength) in Self.strengths.enumerated() {
                    let solution = problem.dense(result.solutions[l])
                    let place = "\(shape), \(kind), \(intercept), \(weighted), λ = \(strength)"
                    #expect(relativeDifference(solution, try problem.direct(strength)) < 1e-10, "\(place)")
                    if strength >= 1e-2 {  // below, the normal equations are not that good themselves
                        #expect(relativeDifference(solution, try problem.normalEquations(strength)) < 1e-9, "\(place)")
                    }
                    try checkCertificate(problem, result.solutions[l], place)
                    // A row alone determines what nothing penalises when there are as few.
                    let error = result.leaveOneOutErrors[l]
                    if shape.0 > 5 {
                        let expected = try problem.leaveOneOut(strength)
                        #expect(abs(error - expected) <= 1e-9 * expected, "\(place): \(error) against \(expected)")
                    }
                }
            }
        }
    }

    /// Primal, dual and gap from the coefficients alone.
    private func checkCertificate(_ problem: RidgeProblem, _ solution: StandardizedSolution, _ place: String) throws {
        let dense = problem.dense(solution)
        let residual = problem.residual(dense)
        let loss = zip(residual, problem.weights).reduce(0) { $0 + 0.5 * $1.1 * $1.0 * $1.0 }
        let penalty = zip(dense.dropFirst(), problem.factors).reduce(0) {
            $0 + ($1.0 == 0 ? 0 : 0.5 * solution.strength * $1.1 * $1.0 * $1.0)
        }
        let certificate = solution.certificate
        let scale = zip(problem.targets, problem.weights).reduce(0) { $0 + 0.5 * $1.1 * $1.0 * $1.0 }
        #expect(abs(solution.loss - loss) <= 1e-12 * scale, "\(place)")
        #expect(abs(certificate.primal - loss - penalty) <= 1e-12 * scale, "\(place)")
        #expect(certificate.dual <= certificate.primal && certificate.relativeGap < 1e-16, "\(place)")
        #expect(
            certificate.stop == .converged && certificate.violation * solution.strength < 1e-10 * max(1, scale),
            "\(place): \(certificate)")
        #expect(solution.support == solution.support.sorted())
        // The lower bound is below the objective anywhere, here at the solution of another strength.
        let other = try problem.direct(solution.strength * 1.1 + 0.01)
        let objective =
            zip(problem.residual(other), problem.weights).reduce(0) { $0 + 0.5 * $1.1 * $1.0 * $1.0 }
            + zip(other.dropFirst(), problem.factors).reduce(0) {
                $0 + ($1.0 == 0 ? 0 : 0.5 * solution.strength * $1.1 * $1.0 * $1.0)
            }
        #expect(certificate.dual <= objective + 1e-14 * scale, "\(place)")
    }

    /// scikit-learn's `Ridge` and `RidgeCV` on the diabetes data.
    @Test func agreesWithScikitLearn() throws {
        struct Reference: Decodable {
            struct Point: Decodable {
                let strength, intercept, leaveOneOut: Double
                let coefficients: [Double]
            }
            let points: [Point]
        }
        let points = try reference("ridge", as: Reference.self).points
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.deletingLastPathComponent().appendingPathComponent("Data/diabetes.csv")
        let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst().map {
            $0.split(separator: ",").compactMap { Double($0) }
        }
        let problem = RidgeProblem(Matrix(rows.map { Array($0.dropLast()) }), targets: rows.map { $0.last! })
        let result = try RidgePath(problem.problem).solve(
            strengths: points.map(\.strength), control: control, leavingOneOut: true)
        for (l, point) in points.enumerated() {
            let expected = [point.intercept] + point.coefficients
            #expect(relativeDifference(problem.dense(result.solutions[l]), expected) < 1e-11)
            #expect(abs(result.leaveOneOutErrors[l] / point.leaveOneOut - 1) < 1e-10)
        }
    }

    /// Strengths far below the largest eigenvalue, on columns that nearly coincide.
    @Test(arguments: [(50, 12), (12, 50), (200, 40)])
    func smallStrengths(shape: (Int, Int)) throws {
        let base: Matrix<Double> = randomMatrix(shape.0, shape.1, seed: 3)
        let x = Matrix<Double>(rows: shape.0, columns: shape.1) { base[$0, 0] + 1e-3 * base[$0, $1] }
        let problem = RidgeProblem(x, targets: (0..<shape.0).map { base[$0, 1] + 0.1 * base[$0, 2] })
        let strengths = [1e-3, 1e-6, 1e-8, 1e-10]
        let result = try RidgePath(problem.problem).solve(strengths: strengths, control: control)
        for (l, strength) in strengths.enumerated() {
            let expected = try problem.direct(strength)
            let solution = problem.dense(result.solutions[l])
            #expect(relativeDifference(solution, expected) < 1e-9, "\(shape), λ = \(strength)")
            let gap = result.solutions[l].certificate.relativeGap
            // ‖g‖²/(2λ): the rounding of g shows where λ is small.
            #expect(gap < max(1e-12, 1e-17 / strength), "\(shape), λ = \(strength)")
        }
    }

    /// λ = 0: least squares, of least norm where that is not unique.
    @Test(arguments: [(40, 8), (8, 20)])
    func noPenalty(shape: (Int, Int)) throws {
        let problem = RidgeProblem(shape.0, shape.1, intercept: false, weighted: false, factors: { _ in 1 })
        let result = try RidgePath(problem.problem).solve(strengths: [0], control: control, leavingOneOut: true)
        let x = Matrix<Double>(rows: shape.0, columns: shape.1) {
            problem.x[$0, $1] / problem.problem.design.scales[$1]
        }
        let expected = try LeastSquares(x, Matrix(rows: shape.0, columns: 1, problem.targets)).solution.elements
        #expect(relativeDifference(Array(problem.dense(result.solutions[0]).dropFirst()), expected) < 1e-10)
        #expect(result.solutions[0].certificate.relativeGap < 1e-14)
        if shape.0 > shape.1 {
            #expect(abs(result.leaveOneOutErrors[0] / (try problem.leaveOneOut(0)) - 1) < 1e-9)
        }
    }

    /// The fits without a row at λ = 0 are the limit of those with a small strength, whether the features reach every
    /// target or not.
    @Test(arguments: [8, 5])
    func leaveOneOutWithoutPenalty(rank: Int) throws {
        let (left, right): (Matrix<Double>, Matrix<Double>) = (
            randomMatrix(8, rank, seed: 1), randomMatrix(rank, 20, seed: 2)
        )
        let problem = RidgeProblem(
            multiply(left, right), targets: [1, 3, 2, 5, 4, 4, 0, 1], factors: Array(repeating: 1, count: 20),
            fitsIntercept: rank < 8)
        let path = try RidgePath(problem.problem)
        let errors = path.solve(strengths: [0, 1e-9], control: control, leavingOneOut: true).leaveOneOutErrors
        #expect(abs(errors[0] / errors[1] - 1) < 1e-5)
        #expect(abs(errors[1] / (try problem.leaveOneOut(1e-9)) - 1) < 1e-5)
    }

    @Test func outOfRange() {
        let x = Matrix<Double>(rows: 4, columns: 2, [1e200, 2, -1e200, 1, 3e200, 0, 1e200, -1])
        let weights = Array(repeating: 0.25, count: 4)
        let design = StandardizedDesign(Design(x), weights: weights, centred: true, scaled: false)
        let problem = LinearProblem(
            design: design, family: .gaussian, weights: weights, targets: [1, 2, 3, 4], l1Ratio: 0,
            penaltyFactors: [1, 1])
        #expect(throws: FactorizationError.overflow) { try RidgePath(problem) }
    }

    /// Columns that say nothing, or say the same; weights of zero; a target without spread; no features at all.
    @Test func degenerateProblems() throws {
        let base: Matrix<Double> = randomMatrix(20, 6, seed: 5)
        let targets = (0..<20).map { base[$0, 0] - base[$0, 1] }
        let x = Matrix<Double>(rows: 20, columns: 6) { i, j in j == 2 ? 7 : j == 3 ? base[i, 0] : base[i, j] }
        for factors in [[1.0, 1, 1, 1, 1, 1], [0, 1, 0, 0, 1, 1]] {
            let problem = RidgeProblem(x, targets: targets, factors: factors)
            let solution = try RidgePath.solve(problem.problem, strengths: [0.1], control: control)[0]
            let dense = problem.dense(solution)
            #expect(dense[1 + 2] == 0 && dense.allSatisfy(\.isFinite))
            #expect(solution.certificate.relativeGap < 1e-14)
            // Equal columns share when they are penalised, and one of them is enough when they are not.
            #expect(factors[0] == 1 ? abs(dense[1] - dense[4]) < 1e-12 : dense[1] == 0 || dense[4] == 0)
        }
        let weights = (0..<20).map { Double($0 % 3) }
        let some = (0..<20).filter { $0 % 3 > 0 }
        let all = RidgeProblem(base, targets: targets, weights: weights)
        let kept = RidgeProblem(
            base.selecting(rows: some), targets: some.map { targets[$0] }, weights: some.map { weights[$0] })
        let (left, right) = (
            try RidgePath(all.problem).solve(strengths: [1, 0.01], control: control, leavingOneOut: true),
            try RidgePath(kept.problem).solve(strengths: [1, 0.01], control: control, leavingOneOut: true)
        )
        #expect(relativeDifference(left.leaveOneOutErrors, right.leaveOneOutErrors) < 1e-10)
        for l in 0..<2 {
            #expect(relativeDifference(all.dense(left.solutions[l]), kept.dense(right.solutions[l])) < 1e-10)
        }
        let constant = RidgeProblem(base, targets: Array(repeating: 4, count: 20))
        let flat = try RidgePath.solve(constant.problem, strengths: [1], control: control)[0]
        #expect(abs(flat.intercepts[0] - 4) < 1e-14 && constant.dense(flat).dropFirst().allSatisfy { abs($0) < 1e-14 })
        for factors in [[Double.infinity], [0.0]] {
            let one = RidgeProblem(
                base.selecting(rows: Array(0..<5)).firstColumn, targets: [1, 2, 3, 4, 5], factors: factors)
            let path = try RidgePath(one.problem).solve(strengths: [1, 0], control: control, leavingOneOut: true)
            #expect(path.solutions.allSatisfy { $0.certificate.relativeGap < 1e-14 })
            #expect(relativeDifference(one.dense(path.solutions[0]), try one.direct(1)) < 1e-12)
            #expect(
                relativeDifference(path.leaveOneOutErrors, [try one.leaveOneOut(1), try one.leaveOneOut(0)]) < 1e-12)
        }
    }

    /// A feature without penalty that only one row has: nothing else says what it is worth.
    @Test func undeterminedRow() throws {
        let base: Matrix<Double> = randomMatrix(12, 3, seed: 6)
        let x = Matrix<Double>(rows: 12, columns: 3) { i, j in j == 0 ? (i == 5 ? 1 : 0) : base[i, j] }
        for columns in [3, 40] {
            let wide = Matrix<Double>(rows: 12, columns: columns) { i, j in
                j < 3 ? x[i, j] : (randomMatrix(1, 1, seed: UInt64(i * 50 + j)) as Matrix<Double>)[0, 0]
            }
            let problem = RidgeProblem(
                wide, targets: base.column(1), factors: [0] + Array(repeating: 1, count: columns - 1))
            let path = try RidgePath(problem.problem)
            #expect(path.solve(strengths: [1], control: control, leavingOneOut: true).leaveOneOutErrors == [.infinity])
        }
    }

    @Test func sparseIsTheSame() throws {
        let dense = Matrix<Double>(rows: 30, columns: 70) { i, j in
            (i * 7 + j * 3) % 5 == 0 ? Double(1 + (i + j) % 4) : 0
        }
        var (starts, rows, values) = ([0], [Int32](), [Double]())
        for j in 0..<70 {
            for i in 0..<30 where dense[i, j] != 0 {
                rows.append(Int32(i))
                values.append(dense[i, j])
            }
            starts.append(values.count)
        }
        let sparse = SparseMatrix(rows: 30, columnStarts: starts, rowIndices: rows, values: values)
        let targets = (randomMatrix(1, 30, seed: 7) as Matrix<Double>).elements
        let (left, right) = (
            RidgeProblem(dense, targets: targets), RidgeProblem(dense, targets: targets, sparse: sparse)
        )
        let strengths = [1, 0.01]
        let a = try RidgePath(left.problem).solve(strengths: strengths, control: control, leavingOneOut: true)
        let b = try RidgePath(right.problem).solve(strengths: strengths, control: control, leavingOneOut: true)
        #expect(relativeDifference(a.leaveOneOutErrors, b.leaveOneOutErrors) < 1e-11)
        for l in 0..<2 { #expect(relativeDifference(left.dense(a.solutions[l]), right.dense(b.solutions[l])) < 1e-11) }
    }

    /// More strengths than go through at once, in any order: each as if alone.
    @Test func manyStrengths() throws {
        let problem = RidgeProblem(25, 10, intercept: true, weighted: true, factors: { _ in 1 })
        let strengths = (0..<75).map { Double(($0 * 37) % 75 + 1) / 10 }
        let path = try RidgePath(problem.problem)
        let result = path.solve(strengths: strengths, control: control, leavingOneOut: true)
        #expect(result.solutions.map(\.strength) == strengths && result.leaveOneOutErrors.count == 75)
        for l in [0, 31, 32, 74] {
            let alone = path.solve(strengths: [strengths[l]], control: control, leavingOneOut: true)
            #expect(
                relativeDifference(problem.dense(result.solutions[l]), problem.dense(alone.solutions[0])) < 1e-13)
            #expect(abs(result.leaveOneOutErrors[l] / alone.leaveOneOutErrors[0] - 1) < 1e-12)
        }
    }
}

extension Matrix<Double> {
    fileprivate var firstColumn: Matrix { Matrix(rows: rows, columns: 1, column(0)) }
}
