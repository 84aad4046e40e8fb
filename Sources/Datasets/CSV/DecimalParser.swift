/// Decimal numbers from bytes, rounded to the nearest double.
///
/// Not accepted: hexadecimal, digit separators, decimal commas, a sign or an exponent without digits. Up to 19 digits
/// with a power of ten up to 27 in magnitude, nearly all numbers of real files, take ``ExactDecimal``; the rest goes
/// to the standard library's correctly rounded conversion.
enum DecimalParser {
    enum Result: Equatable {
        case number(Double)
        /// It has the form of a number, and its value is beyond the largest double.
        case overflow
        case notANumber
    }

    /// The number in `bytes`, which must hold nothing else.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Result {
        var end = 0
        guard let decimal = ScannedDecimal(bytes, &end), end == bytes.count else { return .notANumber }
        if let value = decimal.exactValue { return .number(value) }
        guard let value = Double(String(decoding: bytes, as: UTF8.self)) else { return .notANumber }
        return value.isFinite ? .number(value) : .overflow
    }

    /// The number that starts at `index`, which moves behind it; nil for all that needs a closer look.
    @inline(__always)
    static func scanQuickly(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Double? {
        ScannedDecimal(bytes, &index)?.exactValue
    }
}

/// ± mantissa·10^exponent, as it is written.
private struct ScannedDecimal {
    private var isNegative = false
    private var mantissa: UInt64 = 0
    private var exponent = 0
    /// Digits from the first that is not zero on; beyond 19 the mantissa no longer holds them all.
    private var significant = 0

    /// Scans [sign] digits [. digits] [e [sign] digits] from `index` on, which moves behind them; nil when that is not
    /// what stands there.
    @inline(__always)
    init?(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
        if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        let start = index
        scanDigits(bytes, &index)
        var digits = index - start
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            let start = index
            scanDigits(bytes, &index)
            digits += index - start
            exponent = start - index
        }
        if digits == 0 { return nil }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            guard let written = Self.scanExponent(bytes, &index) else { return nil }
            exponent += written
        }
    }

    @inline(__always)
    private mutating func scanDigits(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            if digit > 9 { break }
            mantissa = mantissa &* 10 &+ UInt64(digit)
            if digit != 0 || significant != 0 { significant &+= 1 }
            index &+= 1
        }
    }

    /// The number behind an "e"; nil without digits. Beyond ±99999 it no longer matters how large it is.
    private static func scanExponent(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Int? {
        index += 1
        var isNegative = false
        if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        let start = index
        var value = 0
        while index < bytes.count, bytes[index] &- UInt8(ascii: "0") <= 9 {
            value = min(value * 10 + Int(bytes[index] &- UInt8(ascii: "0")), 99_999)
            index += 1
        }
        return index == start ? nil : (isNegative ? -value : value)
    }

    /// The nearest double where 64-bit arithmetic tells it; nil for more digits or larger exponents.
    @inline(__always)
    var exactValue: Double? {
        guard significant <= 19, let value = ExactDecimal.value(of: mantissa, exponent: exponent) else { return nil }
        return isNegative ? -value : value
    }
}
