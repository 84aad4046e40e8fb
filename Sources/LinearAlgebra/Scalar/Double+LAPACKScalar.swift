internal import COpenBLAS

// The binding of `Double` to LAPACKE's factorisations.

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double: LAPACKScalar {
    @inline(__always) private static func narrow(_ value: Int) -> Int32 { Int32(value) }
    @inline(__always) private static func letter(_ letter: Unicode.Scalar) -> CChar { CChar(UInt8(ascii: letter)) }

    public static func gelqf(
        rows: Int, columns: Int, _ a: UnsafeMutablePointer<Double>, lda: Int, tau: UnsafeMutablePointer<Double>,
        work: UnsafeMutablePointer<Double>, workCount: Int
    ) -> Int {
        Int(
            LAPACKE_dgelqf_work(
                LAPACK_COL_MAJOR, narrow(rows), narrow(columns), a, narrow(lda), tau, work, narrow(workCount)))
    }

    public static func orglq(
        rows: Int, columns: Int, reflectors: Int, _ a: UnsafeMutablePointer<Double>, lda: Int,
        tau: UnsafePointer<Double>, work: UnsafeMutablePointer<Double>, workCount: Int
    ) -> Int {
        Int(
            LAPACKE_dorglq_work(
                LAPACK_COL_MAJOR, narrow(rows), narrow(columns), narrow(reflectors), a, narrow(lda), tau, work,
                narrow(workCount)))
    }

    public static func ormlq(
        transpose: Bool, rows: Int, columns: Int, reflectors: Int, _ a: UnsafePointer<Double>, lda: Int,
        tau: UnsafePointer<Double>, c: UnsafeMutablePointer<Double>, ldc: Int, work: UnsafeMutablePointer<Double>,
        workCount: Int
    ) -> Int {
        Int(
            LAPACKE_dormlq_work(
                LAPACK_COL_MAJOR, letter("R"), letter(transpose ? "T" : "N"), narrow(rows), narrow(columns),
                narrow(reflectors), a, narrow(lda), tau, c, narrow(ldc), work, narrow(workCount)))
    }

    public static func geqp3(
        rows: Int, columns: Int, _ a: UnsafeMutablePointer<Double>, lda: Int, pivots: UnsafeMutablePointer<Int32>,
        tau: UnsafeMutablePointer<Double>, work: UnsafeMutablePointer<Double>, workCount: Int
    ) -> Int {
        Int(
            LAPACKE_dgeqp3_work(
                LAPACK_COL_MAJOR, narrow(rows), narrow(columns), a, narrow(lda), pivots, tau, work, narrow(workCount)))
    }

    public static func gesdd(
        vectors: Bool, rows: Int, columns: Int, _ a: UnsafeMutablePointer<Double>, lda: Int,
        values: UnsafeMutablePointer<Double>, u: UnsafeMutablePointer<Double>, ldu: Int,
        vt: UnsafeMutablePointer<Double>, ldvt: Int, work: UnsafeMutablePointer<Double>, workCount: Int,
        integers: UnsafeMutablePointer<Int32>
    ) -> Int {
        Int(
            LAPACKE_dgesdd_work(
                LAPACK_COL_MAJOR, letter(vectors ? "S" : "N"), narrow(rows), narrow(columns), a, narrow(lda), values, u,
                narrow(ldu), vt, narrow(ldvt), work, narrow(workCount), integers))
    }

    public static func gesvd(
        vectors: Bool, rows: Int, columns: Int, _ a: UnsafeMutablePointer<Double>, lda: Int,
        values: UnsafeMutablePointer<Double>, u: UnsafeMutablePointer<Double>, ldu: Int,
        vt: UnsafeMutablePointer<Double>, ldvt: Int, work: UnsafeMutablePointer<Double>, workCount: Int
    ) -> Int {
        let job = letter(vectors ? "S" : "N")
        return Int(
            LAPACKE_dgesvd_work(
                LAPACK_COL_MAJOR, job, job, narrow(rows), narrow(columns), a, narrow(lda), values, u, narrow(ldu), vt,
                narrow(ldvt),
                work, narrow(workCount)))
    }

    public static func syevd(
        vectors: Bool, order: Int, _ a: UnsafeMutablePointer<Double>, lda: Int, values: UnsafeMutablePointer<Double>,
        work: UnsafeMutablePointer<Double>, workCount: Int, integers: UnsafeMutablePointer<Int32>, integerCount: Int
    ) -> Int {
        Int(
            LAPACKE_dsyevd_work(
                LAPACK_COL_MAJOR, letter(vectors ? "V" : "N"), letter("U"), narrow(order), a, narrow(lda), values, work,
                narrow(workCount), integers, narrow(integerCount)))
    }

    public static func gelsd(
        rows: Int, columns: Int, rightHandSides: Int, _ a: UnsafeMutablePointer<Double>, lda: Int,
        b: UnsafeMutablePointer<Double>, ldb: Int, values: UnsafeMutablePointer<Double>, tolerance: Double,
        rank: inout Int, work: UnsafeMutablePointer<Double>, workCount: Int, integers: UnsafeMutablePointer<Int32>
    ) -> Int {
        var found: Int32 = 0
        let info = LAPACKE_dgelsd_work(
            LAPACK_COL_MAJOR, narrow(rows), narrow(columns), narrow(rightHandSides), a, narrow(lda), b, narrow(ldb),
            values,
            tolerance, &found, work, narrow(workCount), integers)
        rank = Int(found)
        return Int(info)
    }
}
