/// A scalar that LAPACK factors matrices of: `Float` or `Double`.
///
/// The requirements are LAPACKE's routines at the level of addresses, on column-major matrices of [rows × columns] with
/// `lda` scalars from one column to the next. What Lariat holds is row-major, and so is the transpose of what a routine
/// sees: the factorisations say what that makes of each.
///
/// Every routine returns LAPACK's `info`: 0, or −k where argument k is wrong, or above 0 what the data did. With
/// `workCount` −1 a routine computes nothing and leaves the size of the best work space in `work[0]` (and `integers[0]`).
public protocol LAPACKScalar: BinaryFloatingPoint {
    /// a = l·q: l on and below the diagonal, the reflectors of q right of it, their factors in `tau` [min(rows, columns)].
    static func gelqf(
        rows: Int, columns: Int, _ a: UnsafeMutablePointer<Self>, lda: Int, tau: UnsafeMutablePointer<Self>,
        work: UnsafeMutablePointer<Self>, workCount: Int
    ) -> Int
    /// The first `rows` rows of q, of `reflectors` ≤ rows ≤ columns, in place of the reflectors in the rows of a.
    static func orglq(
        rows: Int, columns: Int, reflectors: Int, _ a: UnsafeMutablePointer<Self>, lda: Int, tau: UnsafePointer<Self>,
        work: UnsafeMutablePointer<Self>, workCount: Int
    ) -> Int
    /// c ← c·q or c·qᵀ for c [rows × columns] and the whole q [columns × columns] whose reflectors are in the rows of a.
    static func ormlq(
        transpose: Bool, rows: Int, columns: Int, reflectors: Int, _ a: UnsafePointer<Self>, lda: Int,
        tau: UnsafePointer<Self>, c: UnsafeMutablePointer<Self>, ldc: Int, work: UnsafeMutablePointer<Self>,
        workCount: Int
    ) -> Int
    /// a·p = q·r with the largest remaining column first: r on and above the diagonal, the reflectors of q below it;
    /// column j of a·p is column pivots[j] − 1 of a. `pivots` [columns] are zeros on entry.
    static func geqp3(
        rows: Int, columns: Int, _ a: UnsafeMutablePointer<Self>, lda: Int, pivots: UnsafeMutablePointer<Int32>,
        tau: UnsafeMutablePointer<Self>, work: UnsafeMutablePointer<Self>, workCount: Int
    ) -> Int
    /// a = u·diag(s)·vt by divide and conquer, u [rows × k], vt [k × columns], k = min(rows, columns); a is destroyed.
    /// Without vectors u and vt are not touched. `integers` [8k].
    static func gesdd(
        vectors: Bool, rows: Int, columns: Int, _ a: UnsafeMutablePointer<Self>, lda: Int,
        values: UnsafeMutablePointer<Self>, u: UnsafeMutablePointer<Self>, ldu: Int, vt: UnsafeMutablePointer<Self>,
        ldvt: Int, work: UnsafeMutablePointer<Self>, workCount: Int, integers: UnsafeMutablePointer<Int32>
    ) -> Int
    /// The same by the implicit QR iteration: slower, and it converges where divide and conquer does not.
    static func gesvd(
        vectors: Bool, rows: Int, columns: Int, _ a: UnsafeMutablePointer<Self>, lda: Int,
        values: UnsafeMutablePointer<Self>, u: UnsafeMutablePointer<Self>, ldu: Int, vt: UnsafeMutablePointer<Self>,
        ldvt: Int, work: UnsafeMutablePointer<Self>, workCount: Int
    ) -> Int
    /// The eigenvalues, ascending, of a symmetric a of which the upper triangle is read, and the eigenvectors in the
    /// columns of a, by divide and conquer. Without vectors a is destroyed.
    static func syevd(
        vectors: Bool, order: Int, _ a: UnsafeMutablePointer<Self>, lda: Int, values: UnsafeMutablePointer<Self>,
        work: UnsafeMutablePointer<Self>, workCount: Int, integers: UnsafeMutablePointer<Int32>, integerCount: Int
    ) -> Int
    /// The x of least norm among those that minimise ‖b − a·x‖, where singular values up to `tolerance` times the
    /// largest count as zero; in the first rows of b [max(rows, columns) × rightHandSides ≥ 1]. a is destroyed.
    static func gelsd(
        rows: Int, columns: Int, rightHandSides: Int, _ a: UnsafeMutablePointer<Self>, lda: Int,
        b: UnsafeMutablePointer<Self>, ldb: Int, values: UnsafeMutablePointer<Self>, tolerance: Self, rank: inout Int,
        work: UnsafeMutablePointer<Self>, workCount: Int, integers: UnsafeMutablePointer<Int32>
    ) -> Int
}
