import LinearAlgebra
import Testing

/// gemm, gemv, syrk and trsm over every small shape and around the sizes of OpenBLAS's blocks, with strides, off
/// alignment and transposed, against plain loops in Double; and nothing written outside the result.
@Suite("Products over a grid of shapes")
struct ProductGridTests {
    @Test(arguments: 0...17)
    func smallShapes(m: Int) {
        for n in 0...17 {
            for k in 0...17 {
                Grid<Float>.gemm(m, n, k)
                Grid<Double>.gemm(m, n, k)
            }
            Grid<Float>.others(m, n)
            Grid<Double>.others(m, n)
        }
    }

    /// Sizes beside multiples of the register tiles and cache blocks, drawn in threes.
    @Test func aroundBlocks() {
        var generator = CounterGenerator(seed: 1)
        let blocks = [16, 24, 32, 48, 64, 96, 128, 192, 256]
        func size() -> Int { blocks[generator.next(below: blocks.count)] + generator.next(below: 3) - 1 }
        for _ in 0..<24 {
            let (m, n, k) = (size(), size(), size())
            Grid<Float>.gemm(m, n, k)
            Grid<Double>.gemm(m, n, k)
            Grid<Float>.others(m, n)
            Grid<Double>.others(m, n)
        }
    }
}

private enum Grid<Scalar: BLASScalar> {
    private static var epsilon: Double { Double(Scalar.ulpOfOne) }

    private static func random(_ rows: Int, _ columns: Int, gap: Int, seed: UInt64) -> GuardedBuffer<Scalar> {
        var generator = CounterGenerator(seed: seed)
        return GuardedBuffer(rows, columns, gap: gap) { _, _ in Scalar(2 * generator.nextUniform() - 1) }
    }

    /// op(b) row by row, in Double.
    private static func plain(_ b: GuardedBuffer<Scalar>, transposed: Bool) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(b.rows * b.columns)
        for i in 0..<(transposed ? b.columns : b.rows) {
            for j in 0..<(transposed ? b.rows : b.columns) {
                result.append(Double(transposed ? b[j, i] : b[i, j]))
            }
        }
        return result
    }

    /// |c − c₀ − scale·a·b| ≤ (k + 3)·ε·(|c₀| + |scale|·|a|·|b|), a [m × k] in rows and b [n × k] in rows.
    private static func isProduct(
        _ c: GuardedBuffer<Scalar>, _ a: [Double], _ b: [Double], _ k: Int, scale: Double, start: Double, lower: Bool
    ) -> Bool {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                for i in 0..<c.rows {
                    for j in 0..<(lower ? i + 1 : c.columns) {
                        var (sum, size) = (0.0, 0.0)
                        for l in 0..<k {
                            let product = a[i * k + l] * b[j * k + l]
                            sum += product
                            size += abs(product)
                        }
                        let bound = Double(k + 3) * epsilon * (abs(start) + abs(scale) * size)
                        if !(abs(Double(c[i, j]) - start - scale * sum) <= bound) { return false }
                    }
                }
                return true
            }
        }
    }

    static func gemm(_ m: Int, _ n: Int, _ k: Int) {
        for (variant, (ta, tb)) in [(false, false), (true, false), (false, true), (true, true)].enumerated() {
            let gap = variant  // 0 is contiguous
            let a = ta ? random(k, m, gap: gap, seed: 1) : random(m, k, gap: gap, seed: 1)
            let b = tb ? random(n, k, gap: gap, seed: 2) : random(k, n, gap: gap, seed: 2)
            let (rowsOfA, columnsOfB) = (plain(a, transposed: ta), plain(b, transposed: !tb))
            for accumulation in [Accumulation.replacing, .adding] {
                let adds = accumulation == .adding
                let c = GuardedBuffer<Scalar>(m, n, gap: gap) { _, _ in adds ? 0.5 : .nan }
                multiply(
                    a.view, transposingA: ta, b.view, transposingB: tb, into: c.mutableView, accumulation,
                    scale: adds ? -0.75 : 1)
                let isRight = isProduct(
                    c, rowsOfA, columnsOfB, k, scale: adds ? -0.75 : 1, start: adds ? 0.5 : 0, lower: false)
                #expect(isRight && c.isIntact, "gemm \(Scalar.self) \(m) × \(n) × \(k), variant \(variant)")
            }
        }
    }

    static func others(_ m: Int, _ n: Int) {
        if m == 0 || n == 0 { return }
        for (transpose, gap) in [(false, 0), (true, 0), (false, 3), (true, 5)] {
            gemv(m, n, transpose, gap)
            syrk(m, n, transpose, gap)
            for upper in [false, true] {
                trsm(m, n, fromRight: false, upper, transpose, gap)
                trsm(m, n, fromRight: true, upper, transpose, gap)
            }
        }
    }

    private static func gemv(_ m: Int, _ n: Int, _ transpose: Bool, _ gap: Int) {
        let a = random(m, n, gap: gap, seed: 3)
        let x = random(1, transpose ? m : n, gap: 0, seed: 4)
        let y = GuardedBuffer<Scalar>(1, transpose ? n : m, gap: 0) { _, _ in .nan }
        Scalar.gemv(
            transpose: transpose, m: m, n: n, alpha: 1, a: a.readOnly, lda: a.stride, x: x.readOnly, beta: 0,
            y: y.base)
        let isRight = isProduct(
            y, plain(x, transposed: false), plain(a, transposed: transpose), x.columns, scale: 1, start: 0,
            lower: false)
        #expect(isRight && y.isIntact, "gemv \(Scalar.self) \(m) × \(n), transposed \(transpose)")
    }

    private static func syrk(_ n: Int, _ k: Int, _ transpose: Bool, _ gap: Int) {
        let a = transpose ? random(k, n, gap: gap, seed: 5) : random(n, k, gap: gap, seed: 5)
        let c = GuardedBuffer<Scalar>(n, n, gap: gap) { i, j in j > i ? 7 : .nan }
        Scalar.syrk(
            transpose: transpose, n: n, k: k, alpha: 1, a: a.readOnly, lda: a.stride, beta: 0, c: c.base,
            ldc: c.stride)
        let rows = plain(a, transposed: transpose)
        var isRight = isProduct(c, rows, rows, k, scale: 1, start: 0, lower: true)
        for i in 0..<n { for j in (i + 1)..<max(n, i + 1) where c[i, j] != 7 { isRight = false } }
        #expect(isRight && c.isIntact, "syrk \(Scalar.self) \(n) × \(k), transposed \(transpose)")
    }

    /// |op(a)·x − b| ≤ (n + 3)·ε·|op(a)|·|x| (Higham, Accuracy and Stability, 8.1), for well-conditioned a: the diagonal
    /// outweighs the rest of its row and column. The other triangle holds NaN.
    private static func trsm(_ m: Int, _ n: Int, fromRight: Bool, _ upper: Bool, _ transpose: Bool, _ gap: Int) {
        let order = fromRight ? n : m
        var generator = CounterGenerator(seed: 6)
        let a = GuardedBuffer<Scalar>(order, order, gap: gap) { i, j in
            if i == j { return Scalar(1 + generator.nextUniform()) }
            return (j > i) == upper ? Scalar((generator.nextUniform() - 0.5) / Double(order)) : .nan
        }
        let b = random(m, n, gap: gap, seed: 7)
        let before = plain(b, transposed: false)
        Scalar.trsm(
            fromRight: fromRight, upper: upper, transpose: transpose, unitDiagonal: false, m: m, n: n, alpha: 1,
            a: a.readOnly, lda: a.stride, b: b.base, ldb: b.stride)
        let triangle = plain(a, transposed: transpose), x = plain(b, transposed: false)
        var isRight = b.isIntact && a.isIntact
        for i in 0..<m {
            for j in 0..<n {
                var (sum, size) = (0.0, 0.0)
                let isUpper = upper != transpose
                // op(a)·x from the left is over the row i of op(a); x·op(a) over its column j.
                let place = fromRight ? j : i
                let range = isUpper == fromRight ? 0..<(place + 1) : place..<order
                for l in range {
                    let product = fromRight ? x[i * n + l] * triangle[l * n + j] : triangle[i * m + l] * x[l * n + j]
                    sum += product
                    size += abs(product)
                }
                if !(abs(sum - before[i * n + j]) <= Double(order + 3) * epsilon * size) { isRight = false }
            }
        }
        #expect(isRight, "trsm \(Scalar.self) \(m) × \(n), right \(fromRight), upper \(upper), \(transpose)")
    }
}
