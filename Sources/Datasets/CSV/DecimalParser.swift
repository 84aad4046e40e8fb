/// Decimal numbers from bytes, rounded to the nearest double.
///
/// Up to 19 digits with a power of ten up to 22 in magnitude are exact in two operations (Clinger, 1990); the rest goes
/// to the standard library's correctly rounded conversion. Not accepted: hexadecimal, digit separators, decimal commas,
/// a sign or an exponent without digits.
enum DecimalParser {
    enum Result: Equatable {
        case number(Double)
        /// It has the form of a number, and its value is beyond the largest double.
        case overflow
        case notANumber
    }

    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Result {
        var index = 0
        let count = bytes.count
        var negative = false
        if index < count, bytes[index] == 0x2D || bytes[index] == 0x2B {
            negative = bytes[index] == 0x2D
            index += 1
        }
        // Mantissa: digits with at most one point.
        var (mantissa, digits, significant, exponent) = (UInt64(0), 0, 0, 0)
        while index < count, let digit = digit(bytes[index]) {
            digits += 1
            if significant > 0 || digit > 0 { significant += 1 }
            if significant <= 19 { mantissa = mantissa &* 10 &+ digit }
            index += 1
        }
        if index < count, bytes[index] == 0x2E {
            index += 1
            while index < count, let digit = digit(bytes[index]) {
                digits += 1
                if significant > 0 || digit > 0 { significant += 1 }
                if significant <= 19 {
                    mantissa = mantissa &* 10 &+ digit
                    exponent -= 1
                }
                index += 1
            }
        }
        if digits == 0 { return .notANumber }
        if index < count, bytes[index] | 0x20 == 0x65 {
            guard let written = self.exponent(bytes, &index) else { return .notANumber }
            exponent += written
        }
        if index != count { return .notANumber }
        if mantissa == 0 && significant == 0 { return .number(negative ? -0.0 : 0) }
        if significant <= 19 && mantissa < 1 << 53 && exponent >= -22 && exponent <= 22 {
            let value = Double(mantissa)
            let scaled = exponent < 0 ? value / powersOfTen[-exponent] : value * powersOfTen[exponent]
            return .number(negative ? -scaled : scaled)
        }
        return slow(bytes)
    }

    @inline(__always)
    private static func digit(_ byte: UInt8) -> UInt64? {
        let value = byte &- 0x30
        return value < 10 ? UInt64(value) : nil
    }

    /// The number behind an "e"; nil without digits. Beyond ±99999 it no longer matters how large it is.
    private static func exponent(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Int? {
        index += 1
        var negative = false
        if index < bytes.count, bytes[index] == 0x2D || bytes[index] == 0x2B {
            negative = bytes[index] == 0x2D
            index += 1
        }
        var (value, digits) = (0, 0)
        while index < bytes.count, let digit = digit(bytes[index]) {
            value = min(value * 10 + Int(digit), 99_999)
            digits += 1
            index += 1
        }
        return digits == 0 ? nil : (negative ? -value : value)
    }

    /// What the fast path cannot do exactly; the grammar was checked before.
    private static func slow(_ bytes: UnsafeBufferPointer<UInt8>) -> Result {
        guard let value = Double(String(decoding: bytes, as: UTF8.self)) else { return .notANumber }
        return value.isFinite ? .number(value) : .overflow
    }

    private static let powersOfTen: [Double] = (0...22).map { exponent in
        (0..<exponent).reduce(1.0) { power, _ in power * 10 }
    }
}
