internal import LinearAlgebra

/// The memory of one contest: everything in it lives as long as the contest.
struct Operands<Scalar: BLASScalar> {
    let arena = Arena()

    func zeros(_ count: Int) -> UnsafeMutablePointer<Scalar> { arena.scalars(Scalar.self, count: count) }

    func copies(_ count: Int) -> Copies<Scalar> { Copies(arena, count: count) }

    /// Integers in −11 … 11 over 16: sums of up to 2¹⁷ products of two of them are exact also in Float, whatever the
    /// order and whether or not products are rounded, so that products of matrices have one right answer.
    func exact(_ count: Int, salt: Int) -> UnsafeMutablePointer<Scalar> {
        let values = zeros(count)
        // Multiplicative hashing: a short period would make rows of the matrices alike.
        for index in 0..<count {
            let hash = (UInt64(truncatingIfNeeded: index &+ salt &* 1_000_003) &* 0x9E37_79B9_7F4A_7C15) >> 32
            values[index] = Scalar(Int(hash % 23) - 11) / 16
        }
        return values
    }

    /// Numbers of U[lower, upper).
    func uniform(_ count: Int, seed: UInt64, in range: Range<Double> = -1..<1) -> UnsafeMutablePointer<Scalar> {
        let values = zeros(count)
        var generator = CounterGenerator(seed: seed)
        let width = range.upperBound - range.lowerBound
        for index in 0..<count { values[index] = Scalar(range.lowerBound + width * generator.nextUniform()) }
        return values
    }
}
