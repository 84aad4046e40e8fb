/// The singular value decomposition a = u·diag(s)·vᵀ.
///
/// - Shapes: a [m × n], u [m × k], s [k], v [n × k], k = min(m, n).
/// - Numerics: backward stable; ‖a − u·diag(s)·vᵀ‖ is a small multiple of max(m, n)·ε·‖a‖, so that a singular value
///   is right to that, not to its own size.
/// - Complexity: about 14mk² + 8k³ flops with vectors.
/// - Source: LAPACK `gesdd`, and `gesvd` where that does not converge.
public struct SVD<Scalar: BLASScalar>: Sendable {
    /// u [m × k]: the left singular vectors in columns, orthonormal.
    public let left: Matrix<Scalar>
    /// s [k], descending, from 0 on.
    public let singularValues: [Scalar]
    /// vᵀ [k × n]: the right singular vectors in rows, orthonormal.
    public let rightTransposed: Matrix<Scalar>

    /// Which algorithm finds the singular values of the bidiagonal form.
    package enum Algorithm { case divideAndConquer, implicitQR }

    /// Decomposes `matrix`.
    ///
    /// - Throws: ``FactorizationError`` with the place of the first number that is not finite, when neither algorithm
    ///   converged, or when a singular value is too large for the scalar.
    public init(_ matrix: Matrix<Scalar>) throws(FactorizationError) {
        var result: Parts
        do {
            result = try Self.decompose(matrix, vectors: true, .divideAndConquer)
        } catch .notConverged {
            result = try Self.decompose(matrix, vectors: true, .implicitQR)
        }
        (left, singularValues, rightTransposed) = result
    }

    /// Decomposes `matrix` by the algorithm asked for.
    package init(_ matrix: Matrix<Scalar>, by algorithm: Algorithm) throws(FactorizationError) {
        (left, singularValues, rightTransposed) = try Self.decompose(matrix, vectors: true, algorithm)
    }

    /// The singular values alone, descending: 8mk²/3 flops or less.
    public static func singularValues(of matrix: Matrix<Scalar>) throws(FactorizationError) -> [Scalar] {
        do {
            return try decompose(matrix, vectors: false, .divideAndConquer).values
        } catch .notConverged {
            return try decompose(matrix, vectors: false, .implicitQR).values
        }
    }

    /// The number of singular values above tolerance·s₀; by default tolerance is max(m, n)·ε.
    public func rank(tolerance: Scalar? = nil) -> Int {
        guard let largest = singularValues.first else { return 0 }
        let limit = (tolerance ?? Scalar(max(left.rows, rightTransposed.columns)) * .ulpOfOne) * largest
        return singularValues.prefix { $0 > limit }.count
    }

    private typealias Parts = (left: Matrix<Scalar>, values: [Scalar], rightTransposed: Matrix<Scalar>)

    /// LAPACK is column-major and so sees aᵀ = v·diag(s)·uᵀ; its two results, column-major, are vᵀ and u as they are
    /// wanted: nothing is transposed.
    private static func decompose(
        _ matrix: Matrix<Scalar>, vectors: Bool, _ algorithm: Algorithm
    ) throws(FactorizationError) -> Parts {
        if let place = matrix.firstNonFinite { throw .notFinite(row: place.row, column: place.column) }
        let (rows, columns, size) = (matrix.columns, matrix.rows, min(matrix.rows, matrix.columns))
        var values = [Scalar](repeating: 0, count: size)
        // Without vectors LAPACK reads no more than their leading dimensions, which are positive.
        var u = Matrix<Scalar>(rows: vectors ? matrix.rows : 0, columns: size)
        var vt = Matrix<Scalar>(rows: vectors ? size : 0, columns: matrix.columns)
        if size == 0 { return (u, values, vt) }
        var destroyed = matrix
        let info = destroyed.withMutableView { a in
            u.withMutableView { u in
                vt.withMutableView { vt in
                    switch algorithm {
                    case .divideAndConquer:
                        WorkSpace.run("gesdd", integers: 8 * size) { work, count, integers, _ in
                            Scalar.gesdd(
                                vectors: vectors, rows: rows, columns: columns, a.base, lda: rows, values: &values,
                                u: vt.base, ldu: rows, vt: u.base, ldvt: size, work: work, workCount: count,
                                integers: integers)
                        }
                    case .implicitQR:
                        WorkSpace.run("gesvd") { work, count, _, _ in
                            Scalar.gesvd(
                                vectors: vectors, rows: rows, columns: columns, a.base, lda: rows, values: &values,
                                u: vt.base, ldu: rows, vt: u.base, ldvt: size, work: work, workCount: count)
                        }
                    }
                }
            }
        }
        if info > 0 { throw .notConverged(count: info) }
        // info = 0 does not promise finite results when elements are near the limits of the range.
        if values.contains(where: { !$0.isFinite }) || u.firstNonFinite != nil || vt.firstNonFinite != nil {
            throw .overflow
        }
        return (u, values, vt)
    }
}
