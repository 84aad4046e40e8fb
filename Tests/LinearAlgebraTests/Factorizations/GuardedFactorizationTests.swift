import LinearAlgebra
import Testing

/// LAPACK's routines on memory off alignment, with gaps between columns and margins around every argument: they write
/// where they may and nowhere else, and the result does not depend on where a matrix lies.
@Suite("What LAPACK writes")
struct GuardedFactorizationTests {
    static let shapes = [(1, 1), (1, 4), (4, 1), (5, 3), (3, 5), (17, 50), (50, 17), (65, 65)]

    @Test(arguments: shapes)
    func staysWithinItsArguments(rows: Int, columns: Int) {
        Calls<Float>(rows: rows, columns: columns).check()
        Calls<Double>(rows: rows, columns: columns).check()
    }
}

/// Integers between margins.
private final class GuardedIntegers {
    private let margin = 16
    private var memory: UnsafeMutableBufferPointer<Int32>
    private let count: Int

    init(_ count: Int) {
        self.count = count
        memory = .allocate(capacity: count + 2 * margin)
        memory.initialize(repeating: -77)
        for index in 0..<count { base[index] = 0 }
    }
    deinit { memory.deallocate() }

    var base: UnsafeMutablePointer<Int32> { memory.baseAddress! + margin }
    var isIntact: Bool {
        memory.indices.allSatisfy { $0 >= margin && $0 < margin + count || memory[$0] == -77 }
    }
}

private struct Calls<Scalar: BLASScalar> {
    let rows, columns: Int
    var size: Int { min(rows, columns) }

    /// A column-major matrix: its columns are the rows of the guarded buffer.
    private func matrix(_ rows: Int, _ columns: Int, gap: Int, seed: UInt64 = 1) -> GuardedBuffer<Scalar> {
        var generator = CounterGenerator(seed: seed)
        return GuardedBuffer(columns, rows, gap: gap) { _, _ in Scalar(generator.nextUniform() - 0.5) }
    }

    private func vector(_ count: Int) -> GuardedBuffer<Scalar> { GuardedBuffer(1, count, gap: 0) }

    /// Calls `routine` with work space of the size it asks for, between margins.
    private func withWork(
        _ name: String, integers: Int = 1, _ guarded: [GuardedBuffer<Scalar>],
        _ routine: (UnsafeMutablePointer<Scalar>, Int, UnsafeMutablePointer<Int32>, Int) -> Int
    ) {
        var (best, bestIntegers) = (Scalar(0), Int32(0))
        #expect(routine(&best, -1, &bestIntegers, -1) == 0, "\(name)")
        let count = Int(best), integerCount = max(integers, Int(bestIntegers))
        let (work, integerWork) = (vector(count), GuardedIntegers(integerCount))
        let info = routine(work.base, count, integerWork.base, integerCount)
        #expect(info == 0, "\(name) of [\(rows) × \(columns)]")
        let isIntact = work.isIntact && integerWork.isIntact && guarded.allSatisfy(\.isIntact)
        #expect(isIntact, "\(name) of [\(rows) × \(columns)]")
    }

    private func expectEqual(_ name: String, _ left: GuardedBuffer<Scalar>, _ right: GuardedBuffer<Scalar>) {
        var largest = Scalar(0)
        for i in 0..<left.rows { for j in 0..<left.columns { largest = max(largest, abs(left[i, j] - right[i, j])) } }
        // The same operations; alignment may change how a vector is summed.
        #expect(largest <= 500 * .ulpOfOne, "\(name) of [\(rows) × \(columns)]: \(largest)")
    }

    func check() {
        var (qr, svd, pivoted, eigen, squares) = ([Result](), [Result](), [Result](), [Result](), [Result]())
        for gap in [0, 3] {
            qr.append(factorQR(gap))
            pivoted.append(factorPivoted(gap))
            svd.append(decompose(gap, divideAndConquer: true))
            svd.append(decompose(gap, divideAndConquer: false))
            eigen.append(decomposeSymmetric(gap))
            squares.append(solve(gap))
        }
        for (name, results) in [("QR", qr), ("geqp3", pivoted), ("SVD", svd), ("syevd", eigen), ("gelsd", squares)] {
            for result in results.dropFirst() {
                for (left, right) in zip(results[0], result) { expectEqual(name, left, right) }
            }
        }
    }

    private typealias Result = [GuardedBuffer<Scalar>]

    private func factorQR(_ gap: Int) -> Result {
        let (a, tau) = (matrix(rows, columns, gap: gap), vector(size))
        withWork("gelqf", [a, tau]) { work, count, _, _ in
            Scalar.gelqf(
                rows: rows, columns: columns, a.base, lda: a.stride, tau: tau.base, work: work, workCount: count)
        }
        let c = matrix(4, columns, gap: gap, seed: 2)
        for transpose in [false, true, true] {
            withWork("ormlq", [a, tau, c]) { work, count, _, _ in
                Scalar.ormlq(
                    transpose: transpose, rows: 4, columns: columns, reflectors: size, a.readOnly, lda: a.stride,
                    tau: tau.readOnly, c: c.base, ldc: c.stride, work: work, workCount: count)
            }
        }
        let q = GuardedBuffer<Scalar>(columns, size, gap: gap) { a[$0, $1] }
        withWork("orglq", [q, tau]) { work, count, _, _ in
            Scalar.orglq(
                rows: size, columns: columns, reflectors: size, q.base, lda: q.stride, tau: tau.readOnly, work: work,
                workCount: count)
        }
        return [a, c, q]
    }

    private func factorPivoted(_ gap: Int) -> Result {
        let (a, tau, pivots) = (matrix(rows, columns, gap: gap), vector(size), GuardedIntegers(columns))
        withWork("geqp3", [a, tau]) { work, count, _, _ in
            Scalar.geqp3(
                rows: rows, columns: columns, a.base, lda: a.stride, pivots: pivots.base, tau: tau.base, work: work,
                workCount: count)
        }
        #expect(pivots.isIntact)
        return [a, tau]
    }

    /// The singular values; the vectors' signs are free.
    private func decompose(_ gap: Int, divideAndConquer: Bool) -> Result {
        let values = vector(size), valuesAlone = vector(size)
        for vectors in [true, false] {
            let a = matrix(rows, columns, gap: gap)
            let u = GuardedBuffer<Scalar>(size, rows, gap: gap), vt = GuardedBuffer<Scalar>(columns, size, gap: gap)
            let s = vectors ? values : valuesAlone
            withWork("SVD", integers: 8 * size, [a, u, vt, s]) { work, count, integers, _ in
                divideAndConquer
                    ? Scalar.gesdd(
                        vectors: vectors, rows: rows, columns: columns, a.base, lda: a.stride, values: s.base,
                        u: u.base, ldu: u.stride, vt: vt.base, ldvt: vt.stride, work: work, workCount: count,
                        integers: integers)
                    : Scalar.gesvd(
                        vectors: vectors, rows: rows, columns: columns, a.base, lda: a.stride, values: s.base,
                        u: u.base, ldu: u.stride, vt: vt.base, ldvt: vt.stride, work: work, workCount: count)
            }
            if !vectors { #expect(u[0, 0] == -1 && vt[0, 0] == -1, "vectors that were not asked for") }
        }
        return [values, valuesAlone]
    }

    private func decomposeSymmetric(_ gap: Int) -> Result {
        let values = vector(rows), valuesAlone = vector(rows)
        for vectors in [true, false] {
            let a = matrix(rows, rows, gap: gap)
            let w = vectors ? values : valuesAlone
            withWork("syevd", [a, w]) { work, count, integers, integerCount in
                Scalar.syevd(
                    vectors: vectors, order: rows, a.base, lda: a.stride, values: w.base, work: work, workCount: count,
                    integers: integers, integerCount: integerCount)
            }
        }
        return [values, valuesAlone]
    }

    private func solve(_ gap: Int) -> Result {
        let (a, values) = (matrix(rows, columns, gap: gap), vector(size))
        let b = matrix(max(rows, columns), 3, gap: gap, seed: 3)
        var rank = -1
        withWork("gelsd", [a, b, values]) { work, count, integers, _ in
            Scalar.gelsd(
                rows: rows, columns: columns, rightHandSides: 3, a.base, lda: a.stride, b: b.base, ldb: b.stride,
                values: values.base, tolerance: 10 * .ulpOfOne, rank: &rank, work: work, workCount: count,
                integers: integers)
        }
        #expect(rank == size)
        return [values]
    }
}
