/// The Cholesky factorisation a = l·lᵀ of a symmetric positive definite matrix.
///
/// - Numerics: backward stable; ‖a − l·lᵀ‖ is a small multiple of n·ε·‖a‖.
/// - Complexity: n³/3 flops to factor, 2n² a right-hand side to solve.
/// - Source: LAPACK `potrf`, `potrs`.
public struct Cholesky<Scalar: BLASScalar>: Sendable {
    /// The lower triangular factor [n × n]; zeros above the diagonal.
    public let factor: Matrix<Scalar>

    /// Factors `matrix`, of which only the lower triangle is read.
    ///
    /// - Precondition: `matrix` is square.
    /// - Throws: ``FactorizationError`` with the order of the first minor that is not positive, or the
    ///   place of the first number that is not finite.
    public init(_ matrix: Matrix<Scalar>) throws(FactorizationError) {
        let order = matrix.rows
        precondition(matrix.columns == order, "Cholesky needs a square matrix, not \(matrix.shape)")
        var lower = Matrix<Scalar>(rows: order, columns: order)
        matrix.withView { from in
            lower.withMutableView { to in
                for row in 0..<order { for column in 0...row { to[row, column] = from[row, column] } }
            }
        }
        if let place = lower.firstNonFinite { throw .notFinite(row: place.row, column: place.column) }
        if order > 0 {
            let info = lower.withMutableView { lower in
                BLASEngine.withPlace { Scalar.potrf(order: order, lower.base, lda: order) }
            }
            precondition(info >= 0, "potrf was called with a wrong argument \(-info)")
            if info > 0 { throw .notPositiveDefinite(order: info) }
            // info = 0 does not promise a finite factor when elements are near the limits of the range.
            if lower.firstNonFinite != nil { throw .overflow }
        }
        factor = lower
    }

    /// The solution x of a·x = b.
    ///
    /// - Shapes: b [n × k] → x [n × k].
    /// - Precondition: `b` has n rows.
    /// - Throws: ``FactorizationError/overflow`` when the solution is not finite.
    public func solve(_ b: Matrix<Scalar>) throws(FactorizationError) -> Matrix<Scalar> {
        let order = factor.rows
        precondition(b.rows == order, "cannot solve \(factor.shape) with a right-hand side of \(b.shape)")
        // LAPACK is column-major, so it gets the transpose: right-hand sides in rows.
        var x = b.transposed
        if x.count == 0 { return x.transposed }
        let info = factor.withView { factor in
            x.withMutableView { x in
                BLASEngine.withPlace {
                    Scalar.potrs(order: order, columns: b.columns, factor.base, lda: order, x.base, ldb: order)
                }
            }
        }
        precondition(info == 0, "potrs was called with a wrong argument \(-info)")
        if x.firstNonFinite != nil { throw .overflow }
        return x.transposed
    }
}
