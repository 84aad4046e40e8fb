internal import LinearAlgebra

// What one writes without this library: loops, or calls of CBLAS. The loops are over addresses and in the order that
// reads memory in rows, so that they are as fast as plain Swift gets. `@specialized`, because they are reached through
// existentials, behind which the compiler sees no concrete type.

/// c ← op(a)·op(b) in one of the plain forms.
struct PlainProducts<Scalar: BLASScalar> {
    let form: Form

    /// c [m × n] ← a [m × k] · b [k × n]
    func multiply(
        _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, into c: UnsafeMutablePointer<Scalar>, m: Int, n: Int,
        k: Int
    ) {
        if form == .naive { return loopMultiply(a, b, c, m, n, k) }
        Scalar.gemm(
            transposeA: false, transposeB: false, m: m, n: n, k: k, alpha: 1, a: a, lda: k, b: b, ldb: n, beta: 0,
            c: c, ldc: n)
    }

    /// c [k × n] ← aᵀ·b, a [m × k], b [m × n]: the gradient of a layer's weights.
    func multiplyTransposed(
        _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, into c: UnsafeMutablePointer<Scalar>, m: Int, n: Int,
        k: Int
    ) {
        if form == .naive { return loopMultiplyTransposed(a, b, c, m, n, k) }
        Scalar.gemm(
            transposeA: true, transposeB: false, m: k, n: n, k: m, alpha: 1, a: a, lda: k, b: b, ldb: n, beta: 0, c: c,
            ldc: n)
    }

    /// c [m × k] ← a·bᵀ, a [m × n], b [k × n]: the gradient of a layer's input.
    func multiplyByTransposed(
        _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, into c: UnsafeMutablePointer<Scalar>, m: Int, n: Int,
        k: Int
    ) {
        if form == .naive { return loopMultiplyByTransposed(a, b, c, m, n, k) }
        Scalar.gemm(
            transposeA: false, transposeB: true, m: m, n: k, k: n, alpha: 1, a: a, lda: n, b: b, ldb: n, beta: 0, c: c,
            ldc: k)
    }

    /// y [m] ← a [m × n] · x [n]
    func multiply(
        _ a: UnsafePointer<Scalar>, vector x: UnsafePointer<Scalar>, into y: UnsafeMutablePointer<Scalar>, m: Int,
        n: Int
    ) {
        if form == .naive { return loopMultiplyVector(a, x, y, m, n) }
        Scalar.gemv(transpose: false, m: m, n: n, alpha: 1, a: a, lda: n, x: x, beta: 0, y: y)
    }

    /// sums[j] ← Σᵢ x[i, j]; BLAS takes them as xᵀ times `ones` [rows].
    func columnSums(
        _ x: UnsafePointer<Scalar>, rows: Int, columns: Int, ones: UnsafePointer<Scalar>,
        into sums: UnsafeMutablePointer<Scalar>
    ) {
        if form == .naive { return loopColumnSums(x, sums, rows, columns) }
        Scalar.gemv(transpose: true, m: rows, n: columns, alpha: 1, a: x, lda: columns, x: ones, beta: 0, y: sums)
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func loopMultiply<Scalar: BLASScalar>(
    _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ c: UnsafeMutablePointer<Scalar>, _ m: Int, _ n: Int,
    _ k: Int
) {
    for i in 0..<m {
        let row = c + i * n
        for j in 0..<n { row[j] = 0 }
        for l in 0..<k {
            let (factor, from) = (a[i * k + l], b + l * n)
            for j in 0..<n { row[j] += factor * from[j] }
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func loopMultiplyTransposed<Scalar: BLASScalar>(
    _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ c: UnsafeMutablePointer<Scalar>, _ m: Int, _ n: Int,
    _ k: Int
) {
    for index in 0..<(k * n) { c[index] = 0 }
    for i in 0..<m {
        for l in 0..<k {
            let (factor, from, row) = (a[i * k + l], b + i * n, c + l * n)
            for j in 0..<n { row[j] += factor * from[j] }
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func loopMultiplyByTransposed<Scalar: BLASScalar>(
    _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ c: UnsafeMutablePointer<Scalar>, _ m: Int, _ n: Int,
    _ k: Int
) {
    for i in 0..<m {
        for l in 0..<k {
            let (left, right) = (a + i * n, b + l * n)
            var sum: Scalar = 0
            for j in 0..<n { sum += left[j] * right[j] }
            c[i * k + l] = sum
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func loopMultiplyVector<Scalar: BLASScalar>(
    _ a: UnsafePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>, _ m: Int, _ n: Int
) {
    for i in 0..<m {
        let row = a + i * n
        var sum: Scalar = 0
        for j in 0..<n { sum += row[j] * x[j] }
        y[i] = sum
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func loopColumnSums<Scalar: BLASScalar>(
    _ x: UnsafePointer<Scalar>, _ sums: UnsafeMutablePointer<Scalar>, _ rows: Int, _ columns: Int
) {
    for j in 0..<columns { sums[j] = 0 }
    for i in 0..<rows {
        let row = x + i * columns
        for j in 0..<columns { sums[j] += row[j] }
    }
}
