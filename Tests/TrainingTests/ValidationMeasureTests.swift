import Foundation
import Lariat
import LariatTestSupport
import Testing

/// The measures of held-out rows against their definitions, and the linear predictors they are taken of.
@Suite("Validation measures")
struct ValidationMeasureTests {
    private static func value(
        _ measure: ValidationMeasure, _ family: Family, _ eta: [Double], _ targets: [Double], _ weights: [Double]
    ) -> Double {
        eta.withUnsafeBufferPointer {
            measure.value(family, predictors: $0, targets: targets, weights: weights)
        }
    }

    @Test func definitions() {
        let w = [1.0, 3, 0]
        func mean(_ a: Double, _ b: Double) -> Double { (a + 3 * b) / 4 }
        func check(_ mine: Double, _ exact: Double) { #expect(abs(mine - exact) <= 1e-14 * abs(exact)) }
        check(Self.value(.deviance, .gaussian, [1, 2, 9], [0, 5, .nan], w), mean(1, 9))
        let (p, q) = (1 / (1 + exp(-0.5)), 1 / (1 + exp(2.0)))
        check(Self.value(.deviance, .binomial, [0.5, -2, 9], [1, 1, 0], w), mean(-2 * log(p), -2 * log(q)))
        check(
            Self.value(.squaredError, .binomial, [0.5, -2, 9], [1, 1, 0], w), mean((1 - p) * (1 - p), (1 - q) * (1 - q))
        )
        check(Self.value(.classificationError, .binomial, [0.5, -2, 9], [1, 1, 0], w), mean(0, 1))
        check(
            Self.value(.deviance, .poisson, [0.5, -2, 9], [0, 3, 0], w),
            mean(2 * exp(0.5), 2 * (3 * log(3 / exp(-2.0)) - 3 + exp(-2.0))))
        check(Self.value(.squaredError, .poisson, [0.5, -2, 9], [0, 3, 0], w), mean(exp(1.0), pow(3 - exp(-2.0), 2)))
        // Three classes: predictors lie output after output.
        let eta = [1.0, 0, 9, 0, 2, 9, -1, 0.5, 9]
        let rows = [[1.0, 0, -1], [0, 2, 0.5]].map { row in
            let total = row.reduce(0) { $0 + exp($1) }
            return row.map { exp($0) / total }
        }
        let y = [2.0, 1, 0]
        check(Self.value(.deviance, .multinomial, eta, y, w), mean(-2 * log(rows[0][2]), -2 * log(rows[1][1])))
        check(Self.value(.classificationError, .multinomial, eta, y, w), mean(1, 0))
        func brier(_ p: [Double], _ y: Int) -> Double {
            p.indices.reduce(0) { $0 + pow((y == $1 ? 1 : 0) - p[$1], 2) }
        }
        check(Self.value(.squaredError, .multinomial, eta, y, w), mean(brier(rows[0], 2), brier(rows[1], 1)))
    }

    @Test func farPredictorsHaveFiniteDeviances() {
        #expect(Self.value(.deviance, .binomial, [800], [0], [1]) == 1600)
        #expect(Self.value(.deviance, .binomial, [-800], [0], [1]) == 0)
        #expect(Self.value(.deviance, .multinomial, [800, -800], [1], [1]) == 3200)
    }

    @Test func areas() {
        #expect(Self.value(.areaUnderCurve, .binomial, [1, 2, 3, 0], [0, 1, 1, 1], [1, 1, 1, 0]) == 1)
        #expect(Self.value(.areaUnderCurve, .binomial, [1, 1], [0, 1], [1, 1]) == 0.5)
        #expect(Self.value(.areaUnderCurve, .binomial, [1, 2], [1, 1], [1, 1]).isNaN)
        #expect(Self.value(.areaUnderCurve, .binomial, [1, 2], [0, 1], [0, 1]).isNaN)
    }

    /// More features than are gathered at a time, three outputs, offsets, dense and sparse.
    @Test(arguments: [false, true])
    func linearPredictorsOfSomeRows(isSparse: Bool) {
        let (rows, features, outputs) = (23, 300, 3)
        let dense: Matrix<Double> = randomMatrix(rows, features, seed: 9)
        let x = Matrix(rows: rows, columns: features) { abs(dense[$0, $1]) > 0.6 || !isSparse ? dense[$0, $1] + 1 : 0 }
        let offsets: Matrix<Double> = randomMatrix(outputs, rows, seed: 8)
        let specification = LinearSpecification(
            design: isSparse ? Design(SparseMatrix(x)) : Design(x), family: .multinomial,
            targets: (0..<rows).map { Double($0 % 3) }, outputs: outputs, offsets: offsets.elements)
        let problem = specification.problem(weights: specification.weights, l1Ratio: 1)
        let values: Matrix<Double> = randomMatrix(6, features, seed: 7)
        let solutions = (0..<3).map { s in
            let support = (0..<features).filter { s > 0 && $0 % s == 0 }
            return StandardizedSolution(
                strength: 1, intercepts: [1, 2, Double(s)], support: support,
                coefficients: (0..<outputs).map { o in support.map { values[(s + o) % 6, $0] } }, loss: 0,
                certificate: Certificate(
                    primal: 0, dual: 0, relativeGap: 0, violation: 0, epochs: 0, stop: .converged))
        }
        let asked = [0, 4, 7, 8, 22]
        let predictors = linearPredictors(problem, solutions, rows: asked)
        for (s, solution) in solutions.enumerated() {
            for output in 0..<outputs {
                for (k, row) in asked.enumerated() {
                    var eta = solution.intercepts[output] + offsets[output, row]
                    for (j, value) in zip(solution.support, solution.coefficients[output]) {
                        let mean = x.column(j).reduce(0, +) / Double(rows)
                        let spread = x.column(j).reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
                        eta += value * (x[row, j] - mean) / spread.squareRoot()
                    }
                    #expect(abs(predictors[s * outputs + output, k] - eta) < 1e-11)
                }
            }
        }
    }
}
