/// Whether a kernel overwrites its destination or adds to it.
public enum Accumulation: Sendable {
    /// c ← …; c is not read.
    case replacing
    /// c ← c + …
    case adding
}

/// c ← scale · op(a)·op(b), or c ← c + scale · op(a)·op(b), where op(m) = m or mᵀ.
///
/// - Shapes: op(a) [m × k], op(b) [k × n], c [m × n].
/// - Reads and writes: `c` must not overlap `a` or `b`; it is not read when replacing, so NaN in it
///   does not survive. With k = 0, replacing gives zeros.
/// - Numerics: the order of summation is OpenBLAS's for its kernel set and this shape; the error of an
///   element is at most k·ε·(|op(a)|·|op(b)|). NaN and infinity propagate.
/// - Complexity: 2·m·n·k flops, no allocation of ours.
/// - Precondition: the shapes agree.
/// - Source: CBLAS `gemm`, row-major.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func multiply<Scalar: BLASScalar>(
    _ a: MatrixView<Scalar>, transposingA: Bool = false, _ b: MatrixView<Scalar>, transposingB: Bool = false,
    into c: MutableMatrixView<Scalar>, _ accumulation: Accumulation = .replacing, scale: Scalar = 1
) {
    let (m, k) = transposingA ? (a.columns, a.rows) : (a.rows, a.columns)
    let (kOfB, n) = transposingB ? (b.columns, b.rows) : (b.rows, b.columns)
    precondition(
        k == kOfB && c.rows == m && c.columns == n,
        "cannot multiply [\(m) × \(k)] by [\(kOfB) × \(n)] into [\(c.rows) × \(c.columns)]")
    if m == 0 || n == 0 { return }
    if k == 0 {
        if accumulation == .replacing { c.fill(0) }
        return
    }
    BLASEngine.withPlace {
        Scalar.gemm(
            transposeA: transposingA, transposeB: transposingB, m: m, n: n, k: k, alpha: scale, a: a.base,
            lda: a.stride, b: b.base, ldb: b.stride, beta: accumulation == .adding ? 1 : 0, c: c.base, ldc: c.stride)
    }
}

/// c ← scale · op(a)·op(b), or c ← c + scale · op(a)·op(b); see the overload on views.
///
/// - Shapes: op(a) [m × k], op(b) [k × n], c [m × n].
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func multiply<Scalar: BLASScalar>(
    _ a: Matrix<Scalar>, transposingA: Bool = false, _ b: Matrix<Scalar>, transposingB: Bool = false,
    into c: inout Matrix<Scalar>, _ accumulation: Accumulation = .replacing, scale: Scalar = 1
) {
    a.withView { a in
        b.withView { b in
            c.withMutableView { c in
                multiply(
                    a, transposingA: transposingA, b, transposingB: transposingB, into: c, accumulation, scale: scale)
            }
        }
    }
}

/// op(a)·op(b) as a new matrix, [m × n].
///
/// - Precondition: op(a) has as many columns as op(b) rows.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func multiply<Scalar: BLASScalar>(
    _ a: Matrix<Scalar>, transposingA: Bool = false, _ b: Matrix<Scalar>, transposingB: Bool = false
) -> Matrix<Scalar> {
    var c = Matrix<Scalar>(rows: transposingA ? a.columns : a.rows, columns: transposingB ? b.rows : b.columns)
    multiply(a, transposingA: transposingA, b, transposingB: transposingB, into: &c)
    return c
}

/// y ← scale · op(a)·x, or y ← y + scale · op(a)·x.
///
/// - Shapes: op(a) [m × n], x [n], y [m].
/// - Reads and writes: `y` must not overlap the operands; it is not read when replacing.
/// - Complexity: 2·m·n flops; bound by reading `a` once.
/// - Precondition: the shapes agree.
/// - Source: CBLAS `gemv`, row-major.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func multiply<Scalar: BLASScalar>(
    _ a: Matrix<Scalar>, transposing: Bool = false, _ x: [Scalar], into y: inout [Scalar],
    _ accumulation: Accumulation = .replacing, scale: Scalar = 1
) {
    let (m, n) = transposing ? (a.columns, a.rows) : (a.rows, a.columns)
    precondition(
        x.count == n && y.count == m, "cannot multiply [\(m) × \(n)] by a vector of \(x.count) into one of \(y.count)")
    if m == 0 { return }
    if n == 0 {
        if accumulation == .replacing { for index in y.indices { y[index] = 0 } }
        return
    }
    a.withView { a in
        x.withUnsafeBufferPointer { x in
            y.withUnsafeMutableBufferPointer { y in
                BLASEngine.withPlace {
                    Scalar.gemv(
                        transpose: transposing, m: a.rows, n: a.columns, alpha: scale, a: a.base, lda: a.stride,
                        x: x.baseAddress!, beta: accumulation == .adding ? 1 : 0, y: y.baseAddress!)
                }
            }
        }
    }
}

/// The Gram matrix aᵀ·a (or a·aᵀ), symmetric, both triangles filled.
///
/// - Shapes: a [n × p] → [p × p]; with `ofRows` → [n × n].
/// - Complexity: n·p² flops (half of a general product), one allocation: the result.
/// - Source: CBLAS `syrk`, row-major, lower triangle, mirrored.
public func gram<Scalar>(_ a: Matrix<Scalar>, ofRows: Bool = false) -> Matrix<Scalar> {
    let (n, k) = ofRows ? (a.rows, a.columns) : (a.columns, a.rows)
    var c = Matrix<Scalar>(rows: n, columns: n)
    if n == 0 || k == 0 { return c }
    a.withView { a in
        c.withMutableView { c in
            BLASEngine.withPlace {
                Scalar.syrk(
                    transpose: !ofRows, n: n, k: k, alpha: 1, a: a.base, lda: a.stride, beta: 0, c: c.base,
                    ldc: c.stride)
            }
            for row in 0..<n {
                for column in 0..<row { c[column, row] = c[row, column] }
            }
        }
    }
    return c
}
