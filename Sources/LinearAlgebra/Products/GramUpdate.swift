/// The lower triangle of c ← c + scale · aᵀ·a, or c + scale · a·aᵀ: a Gram matrix that is made of parts.
///
/// - Shapes: a [n × p], c [p × p]; with `ofRows` c [n × n]. What is above the diagonal of c is neither read nor written.
/// - Complexity: n·p² flops, or n²·p; no allocation.
/// - Precondition: the shapes agree.
/// - Source: CBLAS `syrk`, row-major, lower triangle.
package func addGram<Scalar>(
    _ a: MatrixView<Scalar>, ofRows: Bool = false, scale: Scalar = 1, to c: MutableMatrixView<Scalar>
) {
    let (n, k) = ofRows ? (a.rows, a.columns) : (a.columns, a.rows)
    precondition(
        c.rows == n && c.columns == n, "a Gram matrix of \(n) vectors does not fit [\(c.rows) × \(c.columns)]")
    if n == 0 || k == 0 { return }
    BLASEngine.withPlace {
        Scalar.syrk(
            transpose: !ofRows, n: n, k: k, alpha: scale, a: a.base, lda: a.stride, beta: 1, c: c.base, ldc: c.stride)
    }
}
