/// A number as its decimal digits, the fewest that tell it from its neighbours: formatting by these is exact, and the
/// same on every machine.
///
/// value = ±0.d₁d₂d₃… · 10^exponent
struct DecimalNumber {
    private(set) var isNegative: Bool
    private(set) var digits: [UInt8]
    private(set) var exponent: Int

    /// - Precondition: the value is finite.
    init(_ value: Double) {
        precondition(value.isFinite, "\(value) has no digits")
        (isNegative, digits, exponent) = (value.sign == .minus, [], 0)
        var (pointSeen, exponentText) = (false, "")
        var text = Substring("\(value.magnitude)")
        if let mark = text.firstIndex(of: "e") {
            exponentText = String(text[text.index(after: mark)...])
            text = text[..<mark]
        }
        for character in text.utf8 {
            if character == UInt8(ascii: ".") {
                pointSeen = true
            } else {
                digits.append(character - UInt8(ascii: "0"))
                if !pointSeen { exponent += 1 }
            }
        }
        exponent += Int(exponentText) ?? 0
        normalize()
    }

    /// Whether it is zero.
    var isZero: Bool { digits.isEmpty }

    /// Keeps the digits down to that of 10^place, rounding half away from zero.
    mutating func round(toPlace place: Int) {
        let kept = exponent - place
        if kept >= digits.count { return }
        if kept < 0 {
            digits = []
        } else {
            let roundsUp = digits[kept] >= 5
            digits.removeSubrange(kept...)
            if roundsUp { increment() }
        }
        normalize()
    }

    /// Keeps that many digits.
    mutating func round(toDigits count: Int) { round(toPlace: exponent - count) }

    /// Adds one in the last place.
    private mutating func increment() {
        var index = digits.count - 1
        while index >= 0 {
            if digits[index] < 9 {
                digits[index] += 1
                return
            }
            digits[index] = 0
            index -= 1
        }
        digits.insert(1, at: 0)
        exponent += 1
    }

    private mutating func normalize() {
        while digits.first == 0 {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.last == 0 { digits.removeLast() }
        if digits.isEmpty { (isNegative, exponent) = (false, 0) }
    }

    /// Without a power of ten, with at least `decimals` places behind the point.
    func plain(decimals: Int = 0) -> String {
        var text = isNegative ? "-" : ""
        text += exponent > 0 ? (0..<exponent).map(digit).joined() : "0"
        let places = max(decimals, digits.count - exponent, 0)
        if places > 0 { text += "." + (exponent..<(exponent + places)).map(digit).joined() }
        return text
    }

    /// d.ddd and the power of ten that it is multiplied by.
    var scientific: (mantissa: String, exponent: Int) {
        if isZero { return ("0", 0) }
        let behind = digits.dropFirst().map { "\($0)" }.joined()
        return ("\(isNegative ? "-" : "")\(digits[0])\(behind.isEmpty ? "" : "." + behind)", exponent - 1)
    }

    private func digit(_ index: Int) -> String { digits.indices.contains(index) ? "\(digits[index])" : "0" }
}
