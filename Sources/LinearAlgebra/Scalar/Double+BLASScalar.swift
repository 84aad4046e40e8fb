internal import CKernels
internal import COpenBLAS

// The whole binding of `Double` to CBLAS and LAPACKE.

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: BLASScalar {
    @inline(__always) private static func int(_ value: Int) -> blasint { blasint(value) }

    public static func gemm(
        transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Double, a: UnsafePointer<Double>, lda: Int,
        b: UnsafePointer<Double>, ldb: Int, beta: Double, c: UnsafeMutablePointer<Double>, ldc: Int
    ) {
        cblas_dgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            int(m), int(n), int(k), alpha, a, int(lda), b, int(ldb), beta, c, int(ldc))
    }

    public static func gemv(
        transpose: Bool, m: Int, n: Int, alpha: Double, a: UnsafePointer<Double>, lda: Int, x: UnsafePointer<Double>,
        beta: Double, y: UnsafeMutablePointer<Double>
    ) {
        cblas_dgemv(
            CblasRowMajor, transpose ? CblasTrans : CblasNoTrans, int(m), int(n), alpha, a, int(lda), x, 1, beta, y, 1)
    }

    public static func syrk(
        transpose: Bool, n: Int, k: Int, alpha: Double, a: UnsafePointer<Double>, lda: Int, beta: Double,
        c: UnsafeMutablePointer<Double>, ldc: Int
    ) {
        cblas_dsyrk(
            CblasRowMajor, CblasLower, transpose ? CblasTrans : CblasNoTrans, int(n), int(k), alpha, a, int(lda), beta,
            c, int(ldc))
    }

    public static func trsm(
        fromRight: Bool, upper: Bool, transpose: Bool, unitDiagonal: Bool, m: Int, n: Int, alpha: Double,
        a: UnsafePointer<Double>, lda: Int, b: UnsafeMutablePointer<Double>, ldb: Int
    ) {
        cblas_dtrsm(
            CblasRowMajor, fromRight ? CblasRight : CblasLeft, upper ? CblasUpper : CblasLower,
            transpose ? CblasTrans : CblasNoTrans, unitDiagonal ? CblasUnit : CblasNonUnit, int(m), int(n), alpha, a,
            int(lda), b, int(ldb))
    }

    public static func dot(_ count: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>) -> Double {
        cblas_ddot(int(count), x, 1, y, 1)
    }

    public static func axpy(
        _ count: Int, _ alpha: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
    ) {
        cblas_daxpy(int(count), alpha, x, 1, y, 1)
    }

    public static func potrf(order: Int, _ a: UnsafeMutablePointer<Double>, lda: Int) -> Int {
        // Row-major lower is column-major upper: no transpose, no copy.
        Int(LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), int(order), a, int(lda)))
    }

    public static func potrs(
        order: Int, columns: Int, _ factor: UnsafePointer<Double>, lda: Int, _ b: UnsafeMutablePointer<Double>, ldb: Int
    ) -> Int {
        Int(
            LAPACKE_dpotrs_work(
                LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), int(order), int(columns), factor, int(lda), b, int(ldb)))
    }
}
