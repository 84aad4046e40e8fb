internal import Glibc
internal import LinearAlgebra

// Element-wise passes as one writes them down, a pass for each formula.

/// y ← max(y + bias, 0), row by row.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func plainBiasReLU<Scalar: BLASScalar>(
    _ y: UnsafeMutablePointer<Scalar>, bias: UnsafePointer<Scalar>, rows: Int, columns: Int
) {
    for i in 0..<rows {
        let row = y + i * columns
        for j in 0..<columns {
            let z = row[j] + bias[j]
            row[j] = z > 0 ? z : 0
        }
    }
}

/// y ← y + bias, row by row.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func plainAddBias<Scalar: BLASScalar>(
    _ y: UnsafeMutablePointer<Scalar>, bias: UnsafePointer<Scalar>, rows: Int, columns: Int
) {
    for i in 0..<rows {
        let row = y + i * columns
        for j in 0..<columns { row[j] += bias[j] }
    }
}

/// dz ← dy where the output y of a ReLU is above 0, else 0; dz may be dy.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func plainReLUGradient<Scalar: BLASScalar>(
    _ dy: UnsafePointer<Scalar>, output y: UnsafePointer<Scalar>, into dz: UnsafeMutablePointer<Scalar>, count: Int
) {
    for k in 0..<count { dz[k] = y[k] > 0 ? dy[k] : 0 }
}

/// p ← softmax of every row of x, with the sum of exponentials by BLAS where `usesBLAS`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func plainSoftmax<Scalar: BLASScalar>(
    _ x: UnsafePointer<Scalar>, into p: UnsafeMutablePointer<Scalar>, ones: UnsafePointer<Scalar>, rows: Int,
    columns: Int, usesBLAS: Bool
) {
    for i in 0..<rows {
        let (from, to) = (x + i * columns, p + i * columns)
        var (largest, sum) = (from[0], Scalar(0))
        for j in 1..<columns where from[j] > largest { largest = from[j] }
        for j in 0..<columns { to[j] = exponential(from[j] - largest) }
        if usesBLAS {
            sum = Scalar.dot(columns, to, ones)
        } else {
            for j in 0..<columns { sum += to[j] }
        }
        for j in 0..<columns { to[j] /= sum }
    }
}

/// eˣ of the C library in x's own precision.
@inline(__always)
private func exponential<Scalar: BLASScalar>(_ x: Scalar) -> Scalar {
    if let x = x as? Float { return Scalar(expf(x)) }
    return Scalar(exp(Double(x)))
}

/// log x.
func naturalLogarithm<Scalar: BLASScalar>(_ x: Scalar) -> Double { log(Double(x)) }
