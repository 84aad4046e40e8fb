internal import COpenBLAS

// The binding of `Float` to LAPACKE's factorisations.

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float: LAPACKScalar {
    @inline(__always) private static func narrow(_ value: Int) -> Int32 { Int32(value) }
    @inline(__always) private static func letter(_ letter: Unicode.Scalar) -> CChar { CChar(UInt8(ascii: letter)) }

    public static func gelqf(
        rows: Int, columns: Int, _ a: UnsafeMutablePointer<Float>, lda: Int, tau: UnsafeMutablePointer<Float>,
        work: UnsafeMutablePointer<Float>, workCount: Int
    ) -> Int {
        Int(
            LAPACKE_sgelqf_work(
                LAPACK_COL_MAJOR, narrow(rows), narrow(columns), a, narrow(lda), tau, work, narrow(workCount)))
    }

    public static func orglq(
        rows: Int, columns: Int, reflectors: Int, _ a: UnsafeMutablePointer<Float>, lda: Int,
        tau: UnsafePointer<Float>, work: UnsafeMutablePointer<Float>, workCount: Int
    ) -> Int {
        Int(
            LAPACKE_sorglq_work(
                LAPACK_COL_MAJOR, narrow(rows), narrow(columns), narrow(reflectors), a, narrow(lda), tau, work,
                narrow(workCount)))
    }

    public static func ormlq(
        transpose: Bool, rows: Int, columns: Int, reflectors: Int, _ a: UnsafePointer<Float>, lda: Int,
        tau: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>, ldc: Int, work: UnsafeMutablePointer<Float>,
        workCount: Int
    ) -> Int {
        Int(
            LAPACKE_sormlq_work(
                LAPACK_COL_MAJOR, letter("R"), letter(transpose ? "T" : "N"), narrow(rows), narrow(columns),
                narrow(reflectors), a, narrow(lda), tau, c, narrow(ldc), work, narrow(workCount)))
    }

    public static func geqp3(
        rows: Int, columns: Int, _ a: UnsafeMutablePointer<Float>, lda: Int, pivots: UnsafeMutablePointer<Int32>,
        tau: UnsafeMutablePointer<Float>, work: UnsafeMutablePointer<Float>, workCount: Int
    ) -> Int {
        Int(
            LAPACKE_sgeqp3_work(
                LAPACK_COL_MAJOR, narrow(rows), narrow(columns), a, narrow(lda), pivots, tau, work, narrow(workCount)))
    }

    public static func gesdd(
        vectors: Bool, rows: Int, columns: Int, _ a: UnsafeMutablePointer<Float>, lda: Int,
        values: UnsafeMutablePointer<Float>, u: UnsafeMutablePointer<Float>, ldu: Int,
        vt: UnsafeMutablePointer<Float>, ldvt: Int, work: UnsafeMutablePointer<Float>, workCount: Int,
        integers: UnsafeMutablePointer<Int32>
    ) -> Int {
        Int(
            LAPACKE_sgesdd_work(
                LAPACK_COL_MAJOR, letter(vectors ? "S" : "N"), narrow(rows), narrow(columns), a, narrow(lda), values, u,
                narrow(ldu), vt, narrow(ldvt), work, narrow(workCount), integers))
    }

    public static func gesvd(
        vectors: Bool, rows: Int, columns: Int, _ a: UnsafeMutablePointer<Float>, lda: Int,
        values: UnsafeMutablePointer<Float>, u: UnsafeMutablePointer<Float>, ldu: Int,
        vt: UnsafeMutablePointer<Float>, ldvt: Int, work: UnsafeMutablePointer<Float>, workCount: Int
    ) -> Int {
        let job = letter(vectors ? "S" : "N")
        return Int(
            LAPACKE_sgesvd_work(
                LAPACK_COL_MAJOR, job, job, narrow(rows), narrow(columns), a, narrow(lda), values, u, narrow(ldu), vt,
                narrow(ldvt),
                work, narrow(workCount)))
    }

    public static func syevd(
        vectors: Bool, order: Int, _ a: UnsafeMutablePointer<Float>, lda: Int, values: UnsafeMutablePointer<Float>,
        work: UnsafeMutablePointer<Float>, workCount: Int, integers: UnsafeMutablePointer<Int32>, integerCount: Int
    ) -> Int {
        Int(
            LAPACKE_ssyevd_work(
                LAPACK_COL_MAJOR, letter(vectors ? "V" : "N"), letter("U"), narrow(order), a, narrow(lda), values, work,
                narrow(workCount), integers, narrow(integerCount)))
    }

    public static func gelsd(
        rows: Int, columns: Int, rightHandSides: Int, _ a: UnsafeMutablePointer<Float>, lda: Int,
        b: UnsafeMutablePointer<Float>, ldb: Int, values: UnsafeMutablePointer<Float>, tolerance: Float,
        rank: inout Int, work: UnsafeMutablePointer<Float>, workCount: Int, integers: UnsafeMutablePointer<Int32>
    ) -> Int {
        var found: Int32 = 0
        let info = LAPACKE_sgelsd_work(
            LAPACK_COL_MAJOR, narrow(rows), narrow(columns), narrow(rightHandSides), a, narrow(lda), b, narrow(ldb),
            values,
            tolerance, &found, work, narrow(workCount), integers)
        rank = Int(found)
        return Int(info)
    }
}
