internal import CKernels
internal import COpenBLAS

// The whole binding of `Float` to CBLAS and LAPACKE.

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: BLASScalar {
    @inline(__always) private static func int(_ value: Int) -> blasint { blasint(value) }

    public static func gemm(
        transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Float, a: UnsafePointer<Float>, lda: Int,
        b: UnsafePointer<Float>, ldb: Int, beta: Float, c: UnsafeMutablePointer<Float>, ldc: Int
    ) {
        cblas_sgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            int(m), int(n), int(k), alpha, a, int(lda), b, int(ldb), beta, c, int(ldc))
    }

    public static func gemv(
        transpose: Bool, m: Int, n: Int, alpha: Float, a: UnsafePointer<Float>, lda: Int, x: UnsafePointer<Float>,
        beta: Float, y: UnsafeMutablePointer<Float>
    ) {
        cblas_sgemv(
            CblasRowMajor, transpose ? CblasTrans : CblasNoTrans, int(m), int(n), alpha, a, int(lda), x, 1, beta, y, 1)
    }

    public static func syrk(
        transpose: Bool, n: Int, k: Int, alpha: Float, a: UnsafePointer<Float>, lda: Int, beta: Float,
        c: UnsafeMutablePointer<Float>, ldc: Int
    ) {
        cblas_ssyrk(
            CblasRowMajor, CblasLower, transpose ? CblasTrans : CblasNoTrans, int(n), int(k), alpha, a, int(lda), beta,
            c, int(ldc))
    }

    public static func trsm(
        fromRight: Bool, upper: Bool, transpose: Bool, unitDiagonal: Bool, m: Int, n: Int, alpha: Float,
        a: UnsafePointer<Float>, lda: Int, b: UnsafeMutablePointer<Float>, ldb: Int
    ) {
        cblas_strsm(
            CblasRowMajor, fromRight ? CblasRight : CblasLeft, upper ? CblasUpper : CblasLower,
            transpose ? CblasTrans : CblasNoTrans, unitDiagonal ? CblasUnit : CblasNonUnit, int(m), int(n), alpha, a,
            int(lda), b, int(ldb))
    }

    public static func dot(_ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>) -> Float {
        cblas_sdot(int(count), x, 1, y, 1)
    }

    public static func axpy(_ count: Int, _ alpha: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
        cblas_saxpy(int(count), alpha, x, 1, y, 1)
    }

    public static func potrf(order: Int, _ a: UnsafeMutablePointer<Float>, lda: Int) -> Int {
        // Row-major lower is column-major upper: no transpose, no copy.
        Int(LAPACKE_spotrf_work(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), int(order), a, int(lda)))
    }

    public static func potrs(
        order: Int, columns: Int, _ factor: UnsafePointer<Float>, lda: Int, _ b: UnsafeMutablePointer<Float>, ldb: Int
    ) -> Int {
        Int(
            LAPACKE_spotrs_work(
                LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), int(order), int(columns), factor, int(lda), b, int(ldb)))
    }
}
