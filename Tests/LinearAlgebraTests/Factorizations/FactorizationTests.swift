import Foundation
import LinearAlgebra
import Testing

/// The residuals of every factorisation by the method of LAPACK's test programs (`xlintst`, `xeigtst`), with their
/// threshold of 30.
@Suite("Factorisations by LAPACK's residuals")
struct FactorizationTests {
    static let sizes = [0, 1, 2, 3, 5, 10, 50]

    @Test(arguments: MatrixKind.allCases)
    func qr(kind: MatrixKind) throws {
        for rows in Self.sizes {
            for columns in Self.sizes {
                for pivoted in [false, true] {
                    try Check<Float>.qr(kind, rows, columns, pivoted: pivoted)
                    try Check<Double>.qr(kind, rows, columns, pivoted: pivoted)
                }
            }
        }
    }

    @Test(arguments: MatrixKind.allCases)
    func svd(kind: MatrixKind) throws {
        for rows in Self.sizes {
            for columns in Self.sizes {
                try Check<Float>.svd(kind, rows, columns)
                try Check<Double>.svd(kind, rows, columns)
            }
        }
    }

    @Test(arguments: MatrixKind.allCases)
    func symmetricEigen(kind: MatrixKind) throws {
        for order in Self.sizes {
            try Check<Float>.eigen(kind, order)
            try Check<Double>.eigen(kind, order)
        }
    }

    @Test(arguments: MatrixKind.allCases)
    func leastSquares(kind: MatrixKind) throws {
        for rows in Self.sizes {
            for columns in Self.sizes {
                try Check<Float>.leastSquares(kind, rows, columns)
                try Check<Double>.leastSquares(kind, rows, columns)
            }
        }
    }

    @Test func cholesky() throws {
        for order in Self.sizes {
            try Check<Float>.cholesky(order)
            try Check<Double>.cholesky(order)
        }
    }
}

private enum Check<Scalar: BLASScalar> {
    typealias R = Residual<Scalar>

    static func qr(_ kind: MatrixKind, _ rows: Int, _ columns: Int, pivoted: Bool) throws {
        let a: Matrix<Scalar> = kind.matrix(rows, columns).matrix
        let qr = try QR(a, pivoted: pivoted)
        let q = qr.orthonormal
        let permuted = Matrix<Double>(rows: rows, columns: columns) { Double(a[$0, qr.permutation[$1]]) }
        let rebuilt = multiply(Matrix<Double>(q), Matrix<Double>(qr.triangle))
        #expect(R.difference(permuted, rebuilt, count: rows) < 30, "\(Scalar.self) [\(rows) × \(columns)]")
        #expect(R.orthonormality(q, count: rows) < 30, "\(Scalar.self) [\(rows) × \(columns)]")
        for row in 0..<qr.triangle.rows { for column in 0..<row { #expect(qr.triangle[row, column] == 0) } }
        // The whole q, applied: orthonormal, its first columns those above, and qᵀ its inverse.
        let identity = Matrix<Scalar>(rows: rows, columns: rows) { $0 == $1 ? 1 : 0 }
        let whole = qr.multiply(identity)
        #expect(R.orthonormality(whole, count: rows) < 30)
        let first = Matrix<Double>(rows: rows, columns: q.columns) { Double(whole[$0, $1]) }
        #expect(R.difference(Matrix<Double>(q), first, count: rows) < 30)
        let back = Matrix<Double>(qr.multiply(whole, transposing: true))
        #expect(R.difference(Matrix<Double>(identity), back, count: rows) < 30)
        guard pivoted else { return }
        #expect(qr.permutation.sorted() == Array(0..<columns))
        let diagonal = (0..<qr.triangle.rows).map { abs(Double(qr.triangle[$0, $0])) }
        // The norms of the remaining columns are updated, to about √ε of the first.
        for (before, after) in zip(diagonal, diagonal.dropFirst()) {
            #expect(after <= before * (1 + 1e-6) + diagonal[0] * 100 * R.epsilon)
        }
        if kind == .rankDeficient { #expect(qr.rank() == kind.rank(min(rows, columns))) }
        if kind == .zero { #expect(qr.rank() == 0) }
        if kind == .geometric { #expect(qr.rank() == min(rows, columns)) }
    }

    static func svd(_ kind: MatrixKind, _ rows: Int, _ columns: Int) throws {
        let (a, chosen): (Matrix<Scalar>, [Double]?) = kind.matrix(rows, columns)
        let size = max(rows, columns)
        let values = try SVD.singularValues(of: a)
        for svd in [try SVD(a), try SVD(a, by: .implicitQR)] {
            let rebuilt = R.product(svd.left, svd.singularValues, svd.rightTransposed)
            #expect(R.difference(Matrix<Double>(a), rebuilt, count: size) < 30, "\(Scalar.self) [\(rows) × \(columns)]")
            #expect(R.orthonormality(svd.left, count: rows) < 30, "\(Scalar.self) [\(rows) × \(columns)]")
            #expect(R.orthonormality(svd.rightTransposed.transposed, count: columns) < 30)
            let s = svd.singularValues
            #expect(s.allSatisfy { $0 >= 0 } && zip(s, s.dropFirst()).allSatisfy { $0 >= $1 })
            let limit = 30 * Double(size) * R.epsilon * Double(s.first ?? 0)
            #expect(zip(s, values).allSatisfy { abs(Double($0) - Double($1)) <= limit } && s.count == values.count)
            if let chosen { #expect(zip(s, chosen).allSatisfy { abs(Double($0) - $1) <= limit }) }
            if kind.hasClearRank {
                #expect(
                    svd.rank() == (kind == .zero ? 0 : kind == .rankDeficient ? kind.rank(s.count) : s.count)
                        || kind == .upperTriangular || kind == .lowerTriangular)
            }
        }
    }

    static func eigen(_ kind: MatrixKind, _ order: Int) throws {
        let a: Matrix<Scalar> = kind.symmetric(order)
        // Above the diagonal there is nothing that may be read.
        let eigen = try SymmetricEigen(Matrix(rows: order, columns: order) { $0 < $1 ? .nan : a[$0, $1] })
        let rebuilt = R.product(eigen.vectors, eigen.values, eigen.vectors.transposed)
        #expect(R.difference(Matrix<Double>(a), rebuilt, count: order) < 30, "\(Scalar.self) \(order)")
        #expect(R.orthonormality(eigen.vectors, count: order) < 30, "\(Scalar.self) \(order)")
        #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 <= $1 })
        let alone = try SymmetricEigen.values(of: a)
        let largest = eigen.values.reduce(0) { max($0, abs(Double($1))) }
        #expect(
            zip(alone, eigen.values).allSatisfy {
                abs(Double($0) - Double($1)) <= 30 * Double(order) * R.epsilon * largest
            })
    }

    static func leastSquares(_ kind: MatrixKind, _ rows: Int, _ columns: Int) throws {
        let a: Matrix<Scalar> = kind.matrix(rows, columns).matrix
        for sides in [0, 1, 3] {
            var generator = CounterGenerator(seed: UInt64(rows + 100 * columns))
            // As large as a is, so that x is of order 1 (the smallest near the ends of the range).
            let size = Scalar(R.norm(Matrix<Double>(a)))
            let b = Matrix<Scalar>(rows: rows, columns: sides) { _, _ in Scalar(generator.nextUniform() - 0.5) * size }
            let result = try LeastSquares(a, b)
            let (wide, x) = (Matrix<Double>(a), Matrix<Double>(result.solution))
            #expect(x.rows == columns && x.columns == sides)
            // aᵀ(b − ax) against the backward error: ‖aᵀr‖ ≤ c·max(m, n)·ε·‖a‖·(‖a‖‖x‖ + ‖b‖), all over ‖a‖².
            let norm = max(R.norm(wide), R.norm(wide.transposed))
            if norm > 0 && sides > 0 {
                let unit = Matrix<Double>(rows: rows, columns: columns, wide.elements.map { $0 / norm })
                let target = Matrix<Double>(rows: rows, columns: sides, b.elements.map { Double($0) / norm })
                let residual = R.subtract(target, multiply(unit, x))
                let gradient = R.norm(multiply(unit, transposingA: true, residual))
                let limit = Double(max(rows, columns)) * R.epsilon * (R.norm(x) + R.norm(target))
                #expect(gradient <= 30 * limit, "\(Scalar.self) [\(rows) × \(columns)]: \(gradient / limit)")
            }
            let svd = try SVD(a)
            if kind.hasClearRank && kind != .upperTriangular && kind != .lowerTriangular {
                #expect(result.rank == svd.rank())
                // Least norm: nothing of x is outside the span of the right singular vectors of the rank.
                let right = Matrix<Double>(svd.rightTransposed.selecting(rows: Array(0..<result.rank)))
                let inside = multiply(right, transposingA: true, multiply(right, x))
                let condition = result.rank == 0 ? 1 : svd.singularValues[0] / svd.singularValues[result.rank - 1]
                let limit = Double(max(rows, columns)) * R.epsilon * Double(condition) * R.norm(x)
                #expect(R.norm(R.subtract(x, inside)) <= 30 * limit, "\(Scalar.self) [\(rows) × \(columns)]")
            }
            if kind == .zero { #expect(result.rank == 0 && result.solution.elements.allSatisfy { $0 == 0 }) }
        }
    }

    static func cholesky(_ order: Int) throws {
        for kind in [MatrixKind.arithmetic, .geometric, .oneLarge, .oneSmall, .nearUnderflow, .nearOverflow] {
            let a = Matrix<Double>(kind.symmetric(order) as Matrix<Scalar>)
            // With twice its norm on the diagonal it is positive definite.
            let norm = R.norm(a)
            let spd = Matrix<Scalar>(rows: order, columns: order) { Scalar(a[$0, $1] + ($0 == $1 ? 2 * norm : 0)) }
            let factor = Matrix<Double>(try Cholesky(spd).factor)
            let rebuilt = multiply(factor, factor, transposingB: true)
            #expect(R.difference(Matrix<Double>(spd), rebuilt, count: order) < 30)
            let b = Matrix<Scalar>(rows: order, columns: 2) { Scalar($0 - 2 * $1) }
            let x = Matrix<Double>(try Cholesky(spd).solve(b))
            let residual = R.norm(R.subtract(Matrix<Double>(b), multiply(Matrix<Double>(spd), x)))
            #expect(order == 0 || residual <= 30 * R.norm(Matrix<Double>(spd)) * R.norm(x) * R.epsilon * Double(order))
        }
    }
}
