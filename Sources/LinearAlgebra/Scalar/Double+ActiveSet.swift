internal import CKernels
internal import COpenBLAS

// What solvers on an active set need beyond `BLASScalar`, on lower triangular factors by columns.

extension Double {
    /// x ← l⁻¹·x, or l⁻ᵀ·x when transposing, with l [order × order] lower triangular by columns.
    package static func solveLower(
        transpose: Bool, order: Int, _ l: UnsafePointer<Double>, ldl: Int, _ x: UnsafeMutablePointer<Double>
    ) {
        cblas_dtrsv(
            CblasColMajor, CblasLower, transpose ? CblasTrans : CblasNoTrans, CblasNonUnit, blasint(order), l,
            blasint(ldl), x, 1)
    }

    /// b ← l⁻¹·b with b [order × columns] by columns.
    package static func solveLower(
        order: Int, columns: Int, _ l: UnsafePointer<Double>, ldl: Int, _ b: UnsafeMutablePointer<Double>, ldb: Int
    ) {
        cblas_dtrsm(
            CblasColMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, blasint(order), blasint(columns), 1, l,
            blasint(ldl), b, blasint(ldb))
    }

    /// b ← b·l⁻ᵀ with b [rows × order] by columns.
    package static func solveLowerFromRight(
        order: Int, rows: Int, _ l: UnsafePointer<Double>, ldl: Int, _ b: UnsafeMutablePointer<Double>, ldb: Int
    ) {
        cblas_dtrsm(
            CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, blasint(rows), blasint(order), 1, l,
            blasint(ldl), b, blasint(ldb))
    }

    /// Cholesky a = l·lᵀ in the lower triangle by columns, in place; returns 0, or the order of the first minor that is
    /// not positive.
    package static func factorLower(order: Int, _ a: UnsafeMutablePointer<Double>, lda: Int) -> Int {
        Int(
            LAPACKE_dpotrf_work(
                LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), blasint(order), a, blasint(lda)))
    }

    /// The lower triangle of c ← c − a·aᵀ with a [order × depth] and c [order × order] by columns.
    package static func subtractSquare(
        order: Int, depth: Int, _ a: UnsafePointer<Double>, lda: Int, from c: UnsafeMutablePointer<Double>, ldc: Int
    ) {
        cblas_dsyrk(
            CblasColMajor, CblasLower, CblasNoTrans, blasint(order), blasint(depth), -1, a, blasint(lda), 1, c,
            blasint(ldc))
    }

    /// y[i] −= Σ_k coefficients[k] · a[columns[k]·lda + i], i below `rows`: columns of a matrix by columns.
    package static func subtractColumns(
        rows: Int, count: Int, _ a: UnsafePointer<Double>, lda: Int, columns: UnsafePointer<Int>,
        coefficients: UnsafePointer<Double>, from y: UnsafeMutablePointer<Double>
    ) {
        activeSetKernels.subtract_columns(rows, count, a, lda, columns, coefficients, y)
    }

    /// y[l·ldy + i] −= Σ_k coefficients[k·vectors + l] · a[columns[k]·lda + i]: the same for several vectors, with one pass
    /// over the columns.
    package static func subtractCombinations(
        rows: Int, count: Int, _ a: UnsafePointer<Double>, lda: Int, columns: UnsafePointer<Int>, vectors: Int,
        coefficients: UnsafePointer<Double>, from y: UnsafeMutablePointer<Double>, ldy: Int
    ) {
        activeSetKernels.subtract_combinations(rows, count, a, lda, columns, vectors, coefficients, y, ldy)
    }

    /// Takes row and column `index` out of a = l·lᵀ by Givens rotations of l [order × order], lower triangular by
    /// columns; z0 and z1, solutions of l·z = b, lose the entry of b likewise.
    package static func deleteFromFactor(
        order: Int, index: Int, _ l: UnsafeMutablePointer<Double>, ldl: Int, _ z0: UnsafeMutablePointer<Double>,
        _ z1: UnsafeMutablePointer<Double>
    ) {
        activeSetKernels.cholesky_delete(order, index, l, ldl, z0, z1)
    }

    private static let activeSetKernels = ck_kernels_active_f64()!.pointee
}
