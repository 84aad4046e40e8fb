import Foundation
import LariatTestSupport
import LinearAlgebra
import Testing

@Suite("Factorisations at the edges")
struct FactorizationEdgeTests {
    @Test func solvesByQR() throws {
        for pivoted in [false, true] {
            let a: Matrix<Double> = randomMatrix(40, 7, seed: 1)
            let b: Matrix<Double> = randomMatrix(40, 3, seed: 2)
            let x = try QR(a, pivoted: pivoted).solve(b)
            let expected = try LeastSquares(a, b).solution
            #expect(relativeDifference(x.elements, expected.elements) < 1e-13)
        }
    }

    @Test func saysWhatIsWrong() throws {
        var a: Matrix<Double> = randomMatrix(4, 3, seed: 3)
        let b = Matrix<Double>(rows: 4, columns: 1, repeating: 1)
        a[2, 1] = .infinity
        let expected = FactorizationError.notFinite(row: 2, column: 1)
        #expect(throws: expected) { try QR(a) }
        #expect(throws: expected) { try SVD(a) }
        #expect(throws: expected) { try LeastSquares(a, b) }
        #expect(throws: FactorizationError.notFinite(row: 1, column: 0)) {
            try SymmetricEigen(Matrix<Float>([[1, 0], [.nan, 1]]))
        }
        a[2, 1] = 0
        var bad = b
        bad[3, 0] = .nan
        #expect(throws: FactorizationError.rightHandSideNotFinite(row: 3, column: 0)) { try LeastSquares(a, bad) }
        #expect(throws: FactorizationError.rightHandSideNotFinite(row: 3, column: 0)) { try QR(a).solve(bad) }
        let dependent = Matrix<Double>([[1, 0, 2], [0, 0, 1], [0, 0, 3]])
        #expect(throws: FactorizationError.singular(order: 2)) {
            try QR(dependent).solve(b.selecting(rows: [0, 1, 2]))
        }
        // A column of norm above the largest number, and a solution above it.
        let huge = Matrix<Double>(rows: 4, columns: 1, repeating: 1.5e308)
        #expect(throws: FactorizationError.overflow) { try QR(huge) }
        #expect(throws: FactorizationError.overflow) { try SVD(huge) }
        let tiny = Matrix<Double>(rows: 4, columns: 1, repeating: 1e-300)
        #expect(throws: FactorizationError.overflow) {
            try LeastSquares(tiny, Matrix(rows: 4, columns: 1, repeating: 1e300))
        }
    }

    /// A factorisation does not depend on the unit, up to the last exponents.
    @Test(arguments: [-1010, -900, -500, 500, 900, 1015])
    func anyScale(exponent: Int) throws {
        let unit: Matrix<Double> = randomMatrix(9, 6, seed: 4)
        let factor = Double(sign: .plus, exponent: exponent, significand: 1)
        let scaled = Matrix<Double>(rows: 9, columns: 6) { unit[$0, $1] * factor }
        func same(_ x: [Double], _ y: [Double]) -> Bool {
            relativeDifference(x.map { $0 / factor }, y) < 1e-12
        }
        for pivoted in [false, true] {
            let (qr, expected) = (try QR(scaled, pivoted: pivoted), try QR(unit, pivoted: pivoted))
            #expect(same(qr.triangle.elements, expected.triangle.elements))
            #expect(relativeDifference(qr.orthonormal.elements, expected.orthonormal.elements) < 1e-12)
        }
        #expect(same(try SVD(scaled).singularValues, try SVD(unit).singularValues))
        let b: Matrix<Double> = randomMatrix(9, 1, seed: 5)
        let side = Matrix<Double>(rows: 9, columns: 1) { b[$0, $1] * factor }
        let x = try LeastSquares(scaled, side).solution
        #expect(relativeDifference(x.elements, try LeastSquares(unit, b).solution.elements) < 1e-11)
    }

    /// Columns of very different size: each column of a is met to its own size, which QR promises column by column.
    @Test func gradedColumns() throws {
        let unit: Matrix<Double> = randomMatrix(12, 8, seed: 6)
        let a = Matrix<Double>(rows: 12, columns: 8) { i, j in
            unit[i, j] * Double(sign: .plus, exponent: -100 * j, significand: 1)
        }
        let qr = try QR(a)
        let rebuilt = multiply(qr.orthonormal, qr.triangle)
        for j in 0..<8 { #expect(relativeDifference(rebuilt.column(j), a.column(j)) < 1e-14) }
    }

    /// The tolerance decides what counts as zero.
    @Test func ranksByTolerance() throws {
        let a = Matrix<Double>([[1, 0, 0], [0, 1e-3, 0], [0, 0, 1e-6], [0, 0, 0]])
        let b = Matrix<Double>(rows: 4, columns: 1, repeating: 1)
        for (tolerance, rank) in [(1e-9, 3), (1e-5, 2), (1e-2, 1)] {
            let result = try LeastSquares(a, b, tolerance: tolerance)
            #expect(result.rank == rank)
            #expect(try SVD(a).rank(tolerance: tolerance) == rank)
            #expect(try QR(a, pivoted: true).rank(tolerance: tolerance) == rank)
            #expect(
                zip(result.solution.elements, [1, 1e3, 1e6]).enumerated().allSatisfy { index, pair in
                    abs(pair.0 - (index < rank ? pair.1 : 0)) <= 1e-9 * pair.1
                })
        }
    }

    /// Threads of other programs have small stacks.
    @Test(arguments: [256 << 10, 512 << 10, 1 << 20])
    func smallStacks(size: Int) throws {
        let residuals = Residuals()
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            residuals.compute()
            done.signal()
        }
        thread.stackSize = size
        thread.start()
        done.wait()
        #expect(residuals.values.count == 10 && residuals.values.allSatisfy { $0 < 1e-3 })
    }

    /// Filled by one thread and read after it has signalled.
    private final class Residuals: @unchecked Sendable {
        var values: [Double] = []

        func compute() {
            check(Float.self)
            check(Double.self)
        }

        private func check<Scalar: BLASScalar>(_: Scalar.Type) {
            let a: Matrix<Scalar> = randomMatrix(300, 200, seed: 7)
            let b: Matrix<Scalar> = randomMatrix(300, 4, seed: 8)
            func add(_ left: Matrix<Scalar>?, _ right: Matrix<Scalar>?) {
                guard let left, let right else { return values.append(.infinity) }
                values.append(relativeDifference(left.elements, right.elements))
            }
            let qr = try? QR(a, pivoted: false)
            add(qr.map { multiply($0.orthonormal, $0.triangle) }, a)
            add(try? qr?.solve(b), try? LeastSquares(a, b).solution)
            add(try? QR(a, pivoted: true).solve(b), try? qr?.solve(b))
            let svd = try? SVD(a)
            let scaled = svd.map { svd in
                Matrix<Scalar>(rows: 300, columns: 200) { svd.left[$0, $1] * svd.singularValues[$1] }
            }
            add(scaled.flatMap { scaled in svd.map { multiply(scaled, $0.rightTransposed) } }, a)
            let (square, eigen) = (gram(a), try? SymmetricEigen(gram(a)))
            let stretched = eigen.map { eigen in
                Matrix<Scalar>(rows: 200, columns: 200) { eigen.vectors[$0, $1] * eigen.values[$1] }
            }
            add(stretched.flatMap { left in eigen.map { multiply(left, $0.vectors, transposingB: true) } }, square)
        }
    }
}
