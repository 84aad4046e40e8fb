/// A few products and a factorisation of awkward sizes against plain loops: does this kernel set compute right?
enum SelfTest {
    /// What disagreed first, or nil.
    static func firstFailure() -> String? { check(Float.self) ?? check(Double.self) }

    private static func check<Scalar: BLASScalar>(_ type: Scalar.Type) -> String? {
        for (m, n, k) in [(1, 1, 1), (17, 33, 65), (64, 48, 31), (5, 129, 200)] {
            if !gemmAgrees(type, m, n, k) { return "\(type) gemm \(m) × \(n) × \(k)" }
            if !gemvAgrees(type, m, n) { return "\(type) gemv \(m) × \(n)" }
        }
        for n in [1, 7, 40] where !choleskyAgrees(type, n) { return "\(type) Cholesky of order \(n)" }
        return nil
    }

    /// Small integers over 16, so that every sum of products is exact and any order gives the same result.
    private static func exact<Scalar: BLASScalar>(_ rows: Int, _ columns: Int, _ salt: Int) -> [Scalar] {
        (0..<rows * columns).map { Scalar(($0 * 7 + salt) % 23 - 11) / 16 }
    }

    private static func gemmAgrees<Scalar: BLASScalar>(_: Scalar.Type, _ m: Int, _ n: Int, _ k: Int) -> Bool {
        let (a, b): ([Scalar], [Scalar]) = (exact(m, k, 3), exact(k, n, 5))
        for transposed in [false, true] {
            var c = [Scalar](repeating: .nan, count: m * n)
            Scalar.gemm(
                transposeA: transposed, transposeB: transposed, m: m, n: n, k: k, alpha: 1, a: a,
                lda: transposed ? m : k, b: b, ldb: transposed ? k : n, beta: 0, c: &c, ldc: n)
            for i in 0..<m {
                for j in 0..<n {
                    var sum: Scalar = 0
                    for l in 0..<k {
                        sum += transposed ? a[l * m + i] * b[j * k + l] : a[i * k + l] * b[l * n + j]
                    }
                    if c[i * n + j] != sum { return false }
                }
            }
        }
        return true
    }

    private static func gemvAgrees<Scalar: BLASScalar>(_: Scalar.Type, _ m: Int, _ n: Int) -> Bool {
        let (a, x): ([Scalar], [Scalar]) = (exact(m, n, 1), exact(1, n, 9))
        var y = [Scalar](repeating: .nan, count: m)
        Scalar.gemv(transpose: false, m: m, n: n, alpha: 1, a: a, lda: n, x: x, beta: 0, y: &y)
        return (0..<m).allSatisfy { i in y[i] == (0..<n).reduce(0) { $0 + a[i * n + $1] * x[$1] } }
    }

    /// l·lᵀ of the factor against the matrix it came from: an integer matrix with a large diagonal.
    private static func choleskyAgrees<Scalar: BLASScalar>(_: Scalar.Type, _ n: Int) -> Bool {
        let a: [Scalar] = (0..<n * n).map {
            let (i, j) = ($0 / n, $0 % n)
            return i == j ? Scalar(4 * n) : Scalar((i + j) % 3)
        }
        var factor = a
        guard Scalar.potrf(order: n, &factor, lda: n) == 0 else { return false }
        for i in 0..<n {
            for j in 0...i {
                let sum = (0...j).reduce(Scalar(0)) { $0 + factor[i * n + $1] * factor[j * n + $1] }
                // ‖a − l·lᵀ‖ ≤ c·n·ε·‖a‖ with a small constant.
                if abs(sum - a[i * n + j]) > 8 * Scalar(n) * Scalar(n) * .ulpOfOne * 4 { return false }
            }
        }
        return true
    }
}
