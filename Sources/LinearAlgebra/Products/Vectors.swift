/// xᵀy.
///
/// - Numerics: OpenBLAS's order of summation; error at most n·ε·Σ|xᵢyᵢ|.
/// - Precondition: both have the same count.
/// - Source: CBLAS `dot`.
public func dot<Scalar: BLASScalar>(_ x: [Scalar], _ y: [Scalar]) -> Scalar {
    precondition(x.count == y.count, "cannot take the product of vectors of \(x.count) and \(y.count)")
    if x.isEmpty { return 0 }
    return x.withUnsafeBufferPointer { x in
        y.withUnsafeBufferPointer { y in
            BLASEngine.withPlace { Scalar.dot(x.count, x.baseAddress!, y.baseAddress!) }
        }
    }
}

/// y ← y + scale · x.
///
/// - Precondition: both have the same count.
/// - Source: CBLAS `axpy`.
public func add<Scalar: BLASScalar>(_ x: [Scalar], scale: Scalar = 1, to y: inout [Scalar]) {
    precondition(x.count == y.count, "cannot add a vector of \(x.count) to one of \(y.count)")
    if x.isEmpty { return }
    x.withUnsafeBufferPointer { x in
        y.withUnsafeMutableBufferPointer { y in
            BLASEngine.withPlace { Scalar.axpy(x.count, scale, x.baseAddress!, y.baseAddress!) }
        }
    }
}

/// x ← scale · x, where 0 · NaN is NaN as it should be (OpenBLAS 0.3.21's own `scal` writes 0).
public func scale<Scalar: BLASScalar>(_ x: inout [Scalar], by scale: Scalar) {
    x.withUnsafeMutableBufferPointer { x in
        if let base = x.baseAddress { Scalar.scale(x.count, scale, base) }
    }
}

/// ‖x‖₂, safe against overflow and underflow of the squares.
///
/// - Numerics: squares are summed in Double; for `Double` whose squares leave its range, of x/max|x|.
///   NaN gives NaN.
public func norm<Scalar: BLASScalar>(_ x: [Scalar]) -> Double {
    x.withUnsafeBufferPointer { x in
        guard let base = x.baseAddress else { return 0 }
        let sum = Scalar.sumOfSquares(x.count, base)
        if sum.isNormal && sum > 1e-280 { return sum.squareRoot() }
        let largest = Double(Scalar.largestMagnitude(x.count, base))
        guard largest > 0, largest.isFinite else { return largest }
        return largest * x.reduce(0) { $0 + (Double($1) / largest) * (Double($1) / largest) }.squareRoot()
    }
}
