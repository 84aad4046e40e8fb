/// The x of least norm among those that minimise ‖b − a·x‖₂, for each column of b: a may have any shape and rank.
///
/// x = v·diag(1/sᵢ where sᵢ > tolerance·s₀, else 0)·uᵀ·b with the singular value decomposition a = u·diag(s)·vᵀ.
///
/// - Shapes: a [m × n], b [m × c], x [n × c].
/// - Numerics: x is exact for a matrix within a small multiple of max(m, n)·ε·‖a‖ of a, cut to the rank found.
/// - Complexity: about 4mn² − 4n³/3 + 4mnc flops for m ≥ n.
/// - Source: LAPACK `gelsd`.
public struct LeastSquares<Scalar: BLASScalar>: Sendable {
    /// x [n × c].
    public let solution: Matrix<Scalar>
    /// The number of singular values above tolerance·s₀.
    public let rank: Int
    /// s [min(m, n)], descending.
    public let singularValues: [Scalar]

    /// Solves for every column of `b`.
    ///
    /// - Parameter tolerance: what counts as a zero singular value, relative to the largest; by default max(m, n)·ε.
    /// - Precondition: `b` has as many rows as `a`.
    /// - Throws: ``FactorizationError`` with the place of the first number that is not finite, when the singular
    ///   values did not converge, or when the solution is too large for the scalar.
    public init(_ a: Matrix<Scalar>, _ b: Matrix<Scalar>, tolerance: Scalar? = nil) throws(FactorizationError) {
        precondition(a.rows == b.rows, "\(a.shape) equations have no right-hand side of \(b.shape)")
        if let place = a.firstNonFinite { throw .notFinite(row: place.row, column: place.column) }
        if let place = b.firstNonFinite { throw .rightHandSideNotFinite(row: place.row, column: place.column) }
        let (rows, columns) = (a.rows, a.columns)
        var values = [Scalar](repeating: 0, count: min(rows, columns))
        var rank = 0
        // Column-major [max(m, n) × c], b above and x later; one column of zeros where there is none, which LAPACK needs.
        var x = Matrix<Scalar>(rows: max(b.columns, 1), columns: max(rows, columns))
        if min(rows, columns) > 0 {
            b.withView { b in
                x.withMutableView { x in
                    for row in 0..<rows { for column in 0..<b.columns { x[column, row] = b[row, column] } }
                }
            }
            let zero = tolerance ?? Scalar(max(rows, columns)) * .ulpOfOne
            let info = Self.solve(a, zero, &x, &values, &rank)
            if info > 0 { throw .notConverged(count: info) }
            if x.firstNonFinite != nil || values.contains(where: { !$0.isFinite }) { throw .overflow }
        }
        solution = x.withView { x in Matrix(rows: columns, columns: b.columns) { x[$1, $0] } }
        (self.rank, singularValues) = (rank, values)
    }

    private static func solve(
        _ a: Matrix<Scalar>, _ tolerance: Scalar, _ x: inout Matrix<Scalar>, _ values: inout [Scalar],
        _ rank: inout Int
    ) -> Int {
        var destroyed = a.transposed
        return destroyed.withMutableView { transposed in
            x.withMutableView { x in
                WorkSpace.run("gelsd") { work, count, integers, _ in
                    Scalar.gelsd(
                        rows: a.rows, columns: a.columns, rightHandSides: x.rows, transposed.base, lda: a.rows,
                        b: x.base, ldb: x.stride, values: &values, tolerance: tolerance, rank: &rank, work: work,
                        workCount: count, integers: integers)
                }
            }
        }
    }
}
