/// The nearest double to m·10ᵏ for 64-bit m and |k| ≤ 27.
///
/// m·10ᵏ = m·5ᵏ·2ᵏ, and 5²⁷ < 2⁶³: for k ≥ 0 the product m·5ᵏ has at most 128 bits, for k < 0 the leading 64 bits of
/// m/5⁻ᵏ come from one division, and its remainder tells whether more follow. Rounded to 53 bits, ties to even, that
/// is the nearest double: such numbers are far from the ends of the range.
enum ExactDecimal {
    @inline(__always)
    static func value(of m: UInt64, exponent k: Int) -> Double? {
        if k == 0 || m == 0 { return Double(m) }
        if k < -27 || k > 27 { return nil }
        if m < 1 << 53 && k >= -22 && k <= 22 {
            // Both sides of 5ᵏ are exact in a double: the one rounding is the right one (Clinger, 1990).
            let (scale, five) = (Double(bitPattern: UInt64(1023 + k) << 52), Double(powersOfFive[abs(k)]))
            return (k < 0 ? Double(m) / five : Double(m) * five) * scale
        }
        return k < 0 ? quotient(m, -k) : product(m, k)
    }

    /// m/10ᵏ
    private static func quotient(_ m: UInt64, _ k: Int) -> Double {
        let five = powersOfFive[k]
        // Both with their top bit set: the quotient of their fractions lies in (½, 2).
        let (shift, fiveShift) = (m.leadingZeroBitCount, five.leadingZeroBitCount)
        let (dividend, divisor) = (m << shift, five << fiveShift)
        let isLarge = dividend >= divisor
        let (leading, rest) = divisor.dividingFullWidth(
            isLarge ? (dividend >> 1, dividend << 63) : (dividend, 0))
        return rounded(leading, isExact: rest == 0, exponent: fiveShift - shift - k - (isLarge ? 63 : 64))
    }

    /// m·10ᵏ
    private static func product(_ m: UInt64, _ k: Int) -> Double {
        let (high, low) = m.multipliedFullWidth(by: powersOfFive[k])
        if high == 0 {
            let shift = low.leadingZeroBitCount
            return rounded(low << shift, isExact: true, exponent: k - shift)
        }
        let shift = high.leadingZeroBitCount
        let leading = shift == 0 ? high : high << shift | low >> (64 - shift)
        return rounded(leading, isExact: low << shift == 0, exponent: k + 64 - shift)
    }

    /// leading·2^exponent, and a little more unless it is exact, rounded to 53 bits; the top bit of `leading` is set.
    @inline(__always)
    private static func rounded(_ leading: UInt64, isExact: Bool, exponent: Int) -> Double {
        let (kept, dropped, half) = (leading >> 11, leading & 0x7FF, UInt64(0x400))
        let isUp = dropped > half || (dropped == half && (!isExact || kept & 1 == 1))
        // The top bit of `kept` counts as one in the exponent's field; a carry beyond it counts right, too.
        return Double(bitPattern: UInt64(exponent + 11 + 51 + 1023) << 52 + kept + (isUp ? 1 : 0))
    }

    private static let powersOfFive: [UInt64] = [
        1, 5, 25, 125, 625, 3125, 15625, 78125, 390_625, 1_953_125, 9_765_625, 48_828_125, 244_140_625, 1_220_703_125,
        6_103_515_625, 30_517_578_125, 152_587_890_625, 762_939_453_125, 3_814_697_265_625, 19_073_486_328_125,
        95_367_431_640_625, 476_837_158_203_125, 2_384_185_791_015_625, 11_920_928_955_078_125,
        59_604_644_775_390_625, 298_023_223_876_953_125, 1_490_116_119_384_765_625, 7_450_580_596_923_828_125,
    ]
}
