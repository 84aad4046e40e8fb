/// A counter-based random generator: the k-th number of a stream is a function of (seed, epoch, step, stream, k)
/// and of nothing else, so that a resumed run draws what an uninterrupted one would have drawn.
///
/// The four keys are mixed into a 64-bit start; the numbers are SplitMix64 from there (Steele, Lea and Flood,
/// OOPSLA 2014). Not for cryptography.
public struct CounterGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The stream of numbers under the given keys.
    public init(seed: UInt64, epoch: UInt64 = 0, step: UInt64 = 0, stream: UInt64 = 0) {
        state = Self.mix(seed)
        for key in [epoch, step, stream] { state = Self.mix(state &+ Self.increment &+ key) }
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= Self.increment
        return Self.mix(state)
    }

    /// The next number of U[0, 1), from the upper 53 bits.
    public mutating func nextUniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number below `bound`, by Lemire's multiplication; its bias is below bound/2⁶⁴.
    public mutating func next(below bound: Int) -> Int {
        precondition(bound > 0, "there is no number below \(bound)")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension CounterGenerator {
    /// Puts the elements into a random order (Fisher and Yates, from the end).
    ///
    /// Written out, because the algorithm behind `shuffle(using:)` may change with the standard library.
    @specialized(where Element == Int)
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        if elements.count < 2 { return }
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, next(below: last + 1))
        }
    }
}
