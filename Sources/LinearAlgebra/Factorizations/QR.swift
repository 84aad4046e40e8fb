/// The QR factorisation a·p = q·r by Householder reflections: q orthogonal, r upper triangular, p a permutation of the
/// columns (the identity unless pivoting).
///
/// With pivoting the column with the largest remainder comes next, so that |r₀₀| ≥ |r₁₁| ≥ … and the rank can be read
/// off the diagonal.
///
/// - Shapes: a [m × n], q [m × m] or its first k = min(m, n) columns, r [k × n].
/// - Numerics: backward stable; ‖a·p − q·r‖ is a small multiple of m·ε·‖a‖. A matrix near the ends of the range is
///   factored scaled by a power of two.
/// - Complexity: 2n²(m − n/3) flops for m ≥ n; pivoting does half of them by matrix-vector products.
/// - Source: LAPACK `gelqf`, `geqp3`, `orglq`, `ormlq`; Golub and Van Loan, Matrix Computations, 5.2 and 5.4.
public struct QR<Scalar: BLASScalar>: Sendable {
    /// r [k × n]; zeros below the diagonal.
    public let triangle: Matrix<Scalar>
    /// Column j of a·p is column `permutation[j]` of a.
    public let permutation: [Int]
    /// Whether columns were exchanged to reveal the rank.
    public let isPivoted: Bool
    /// [m × n]: reflector j is 1 on the diagonal and column j below it; what is above it means nothing.
    private let reflectors: Matrix<Scalar>
    /// H_j = 1 − factors[j]·v·vᵀ, q = H₀·H₁·…
    private let factors: [Scalar]

    /// Factors `matrix`.
    ///
    /// - Throws: ``FactorizationError`` with the place of the first number that is not finite, or that r is too
    ///   large for the scalar.
    public init(_ matrix: Matrix<Scalar>, pivoted: Bool = false) throws(FactorizationError) {
        if let place = matrix.firstNonFinite { throw .notFinite(row: place.row, column: place.column) }
        var work = matrix
        let exponent = work.scaleIntoRange()
        let size = min(matrix.rows, matrix.columns)
        var factors = [Scalar](repeating: 0, count: size)
        var permutation = Array(0..<matrix.columns)
        if size > 0 {
            if pivoted {
                permutation = Self.factorPivoted(&work, &factors)
            } else {
                Self.factor(&work, &factors)
            }
        }
        var triangle = Matrix<Scalar>(rows: size, columns: matrix.columns)
        work.withView { from in
            triangle.withMutableView { to in
                for row in 0..<size { for column in row..<matrix.columns { to[row, column] = from[row, column] } }
            }
        }
        triangle.scale(exponent: exponent)
        if triangle.firstNonFinite != nil || factors.contains(where: { !$0.isFinite }) { throw .overflow }
        (self.triangle, self.permutation, isPivoted) = (triangle, permutation, pivoted)
        (reflectors, self.factors) = (work, factors)
    }

    /// LAPACK is column-major and so sees aᵀ, whose factorisation aᵀ = l·q′ is a = q′ᵀ·lᵀ: nothing is transposed.
    private static func factor(_ a: inout Matrix<Scalar>, _ factors: inout [Scalar]) {
        let (rows, columns) = (a.columns, a.rows)
        _ = a.withMutableView { a in
            WorkSpace.run("gelqf") { work, count, _, _ in
                Scalar.gelqf(
                    rows: rows, columns: columns, a.base, lda: rows, tau: &factors, work: work, workCount: count)
            }
        }
    }

    /// Columns can be exchanged only in a itself, so that it is transposed there and back; the reflectors are the same.
    private static func factorPivoted(_ a: inout Matrix<Scalar>, _ factors: inout [Scalar]) -> [Int] {
        let (rows, columns) = (a.rows, a.columns)
        var transposed = a.transposed
        var pivots = [Int32](repeating: 0, count: columns)
        _ = transposed.withMutableView { a in
            WorkSpace.run("geqp3") { work, count, _, _ in
                Scalar.geqp3(
                    rows: rows, columns: columns, a.base, lda: rows, pivots: &pivots, tau: &factors, work: work,
                    workCount: count)
            }
        }
        a = transposed.transposed
        return pivots.map { Int($0) - 1 }
    }
}

extension QR {
    /// The first k columns of q [m × k], orthonormal: a·p = `orthonormal`·`triangle`.
    ///
    /// - Complexity: 2k²(m − k/3) flops.
    public var orthonormal: Matrix<Scalar> {
        let (rows, size) = (reflectors.rows, triangle.rows)
        var q = Matrix<Scalar>(rows: rows, columns: size)
        if size == 0 { return q }
        reflectors.withView { from in
            q.withMutableView { to in
                for row in 0..<rows {
                    (to.base + row * size).update(from: from.base + row * from.stride, count: size)
                }
                _ = WorkSpace.run("orglq") { work, count, _, _ in
                    Scalar.orglq(
                        rows: size, columns: rows, reflectors: size, to.base, lda: size, tau: factors, work: work,
                        workCount: count)
                }
            }
        }
        return q
    }

    /// q·b, or qᵀ·b, with the whole q [m × m].
    ///
    /// - Shapes: b [m × c] → [m × c].
    /// - Complexity: about 4·m·k·c flops; q is never formed.
    /// - Precondition: `b` has m rows.
    public func multiply(_ b: Matrix<Scalar>, transposing: Bool = false) -> Matrix<Scalar> {
        var product = b
        apply(to: &product, transposing: transposing)
        return product
    }

    /// b ← q·b, or qᵀ·b, with the whole q [m × m], in place; see ``multiply(_:transposing:)``.
    public func apply(to b: inout Matrix<Scalar>, transposing: Bool = false) {
        let rows = reflectors.rows
        precondition(b.rows == rows, "cannot multiply q [\(rows) × \(rows)] by \(b.shape)")
        if triangle.rows == 0 || b.columns == 0 { return }
        reflectors.withView { reflectors in
            b.withMutableView { c in
                _ = WorkSpace.run("ormlq") { work, count, _, _ in
                    Scalar.ormlq(
                        transpose: transposing, rows: c.columns, columns: rows, reflectors: triangle.rows,
                        reflectors.base, lda: reflectors.stride, tau: factors, c: c.base, ldc: c.stride, work: work,
                        workCount: count)
                }
            }
        }
    }

    /// The x that minimises ‖b − a·x‖ for every column of b, where the columns of a are independent.
    ///
    /// - Shapes: b [m × c] → x [n × c].
    /// - Precondition: m ≥ n, and `b` has m rows.
    /// - Throws: ``FactorizationError/singular(order:)`` when a column depends on those before it exactly;
    ///   ``FactorizationError/overflow`` when the solution is not finite. Nearly dependent columns give a large
    ///   solution: ``LeastSquares`` has a tolerance.
    public func solve(_ b: Matrix<Scalar>) throws(FactorizationError) -> Matrix<Scalar> {
        let (rows, columns) = (reflectors.rows, triangle.columns)
        precondition(rows >= columns, "cannot solve for \(columns) unknowns by \(rows) equations; use LeastSquares")
        if let place = b.firstNonFinite { throw .rightHandSideNotFinite(row: place.row, column: place.column) }
        for index in 0..<columns where triangle[index, index] == 0 { throw .singular(order: index + 1) }
        var y = multiply(b, transposing: true).selecting(rows: Array(0..<columns))
        if y.count == 0 { return y }
        triangle.withView { r in
            y.withMutableView { y in
                BLASEngine.withPlace {
                    Scalar.trsm(
                        fromRight: false, upper: true, transpose: false, unitDiagonal: false, m: columns,
                        n: y.columns, alpha: 1, a: r.base, lda: r.stride, b: y.base, ldb: y.stride)
                }
            }
        }
        if y.firstNonFinite != nil { throw .overflow }
        var places = [Int](repeating: 0, count: columns)
        for (place, column) in permutation.enumerated() { places[column] = place }
        return y.selecting(rows: places)
    }

    /// How many columns stand out of the span of those before: |r_jj| > tolerance·|r₀₀|.
    ///
    /// - Parameter tolerance: relative; by default max(m, n)·ε.
    /// - Precondition: the factorisation is pivoted.
    public func rank(tolerance: Scalar? = nil) -> Int {
        precondition(isPivoted, "the rank shows only in a pivoted factorisation")
        let size = triangle.rows
        if size == 0 { return 0 }
        let limit = (tolerance ?? Scalar(max(reflectors.rows, triangle.columns)) * .ulpOfOne) * abs(triangle[0, 0])
        return (0..<size).first { !(abs(triangle[$0, $0]) > limit) } ?? size
    }
}

extension Matrix {
    /// Multiplies by the power of two 2⁻ᵉ that brings the largest element near 1 where products of elements could
    /// leave the range; returns e.
    fileprivate mutating func scaleIntoRange() -> Int {
        let largest = withView { Scalar.largestMagnitude(count, $0.base) }
        // LAPACK's own bounds for the routines that scale by themselves: √(least normal number)/ε and its inverse.
        let small = Scalar.leastNormalMagnitude.squareRoot() / Scalar.ulpOfOne
        if largest == 0 || (largest >= small && largest <= 1 / small) { return 0 }
        let bound = Int(Scalar.greatestFiniteMagnitude.exponent) - 1
        let exponent = min(max(Int(largest.exponent), -bound), bound)
        scale(exponent: -exponent)
        return exponent
    }

    fileprivate mutating func scale(exponent: Int) {
        if exponent == 0 { return }
        let factor = Scalar(sign: .plus, exponent: Scalar.Exponent(exponent), significand: 1)
        let count = count
        withMutableView { Scalar.scale(count, factor, $0.base) }
    }
}
