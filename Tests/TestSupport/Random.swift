public import LinearAlgebra

/// A matrix of numbers in −1 ..< 1, the same for the same seed.
public func randomMatrix<Scalar>(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Scalar> {
    var generator = CounterGenerator(seed: seed)
    return Matrix(rows: rows, columns: columns) { _, _ in Scalar(2 * generator.nextUniform() - 1) }
}

/// max |a − b| over all elements, relative to max |b| (or 1 where b is smaller).
public func relativeDifference<A: BLASScalar, B: BLASScalar>(_ a: [A], _ b: [B]) -> Double {
    precondition(a.count == b.count, "\(a.count) elements against \(b.count)")
    let scale = b.reduce(1e-300) { max($0, abs(Double($1))) }
    return zip(a, b).reduce(0) { largest, pair in
        let difference = abs(Double(pair.0) - Double(pair.1))
        return difference.isNaN ? .infinity : max(largest, difference)
    } / scale
}
