/// The eigendecomposition a = v·diag(w)·vᵀ of a symmetric matrix.
///
/// - Shapes: a [n × n], v [n × n], w [n].
/// - Numerics: backward stable; ‖a − v·diag(w)·vᵀ‖ is a small multiple of n·ε·‖a‖, and so is the error of each
///   eigenvalue, small ones included.
/// - Complexity: about 9n³ flops with vectors, 4n³/3 without.
/// - Source: LAPACK `syevd`.
public struct SymmetricEigen<Scalar: BLASScalar>: Sendable {
    /// w [n], ascending.
    public let values: [Scalar]
    /// v [n × n]: the eigenvectors in columns, orthonormal.
    public let vectors: Matrix<Scalar>

    /// Decomposes `matrix`, of which only the lower triangle is read.
    ///
    /// - Precondition: `matrix` is square.
    /// - Throws: ``FactorizationError`` with the place of the first number that is not finite, when the iteration did
    ///   not converge, or when an eigenvalue is too large for the scalar.
    public init(_ matrix: Matrix<Scalar>) throws(FactorizationError) {
        var (values, work) = ([Scalar](), matrix)
        try Self.decompose(&work, vectors: true, &values)
        // In rows, where LAPACK has columns.
        (self.values, vectors) = (values, work.transposed)
    }

    /// The eigenvalues alone, ascending, of a symmetric matrix of which only the lower triangle is read.
    ///
    /// - Precondition: `matrix` is square.
    public static func values(of matrix: Matrix<Scalar>) throws(FactorizationError) -> [Scalar] {
        var (values, work) = ([Scalar](), matrix)
        try decompose(&work, vectors: false, &values)
        return values
    }

    private static func decompose(
        _ a: inout Matrix<Scalar>, vectors: Bool, _ values: inout [Scalar]
    ) throws(FactorizationError) {
        let order = a.rows
        precondition(a.columns == order, "an eigendecomposition needs a square matrix, not \(a.shape)")
        // What is not read may hold anything.
        a.withMutableView { a in
            for row in 0..<order { for column in (row + 1)..<max(order, row + 1) { a[row, column] = 0 } }
        }
        if let place = a.firstNonFinite { throw .notFinite(row: place.row, column: place.column) }
        values = [Scalar](repeating: 0, count: order)
        if order == 0 { return }
        let info = a.withMutableView { a in
            WorkSpace.run("syevd") { work, count, integers, integerCount in
                // Row-major lower is column-major upper.
                Scalar.syevd(
                    vectors: vectors, order: order, a.base, lda: order, values: &values, work: work,
                    workCount: count, integers: integers, integerCount: integerCount)
            }
        }
        if info > 0 { throw .notConverged(count: info) }
        if values.contains(where: { !$0.isFinite }) || (vectors && a.firstNonFinite != nil) { throw .overflow }
    }
}
