/// A number for tables and terminals, in as many significant digits: 0.01234, 12.3, 1.5e-7, nan.
package func shortNumber(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite else { return nonFinite(value) }
    var number = DecimalNumber(value)
    number.round(toDigits: digits)
    if number.isZero || (-4...6).contains(number.exponent - 1) { return number.plain() }
    let (mantissa, exponent) = number.scientific
    return "\(mantissa)e\(exponent)"
}

/// The same in the typography of print: −1.5×10⁻⁷.
func printedNumber(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite else { return nonFinite(value) }
    var number = DecimalNumber(value)
    number.round(toDigits: digits)
    if number.isZero || (-4...6).contains(number.exponent - 1) { return withMinus(number.plain()) }
    let (mantissa, exponent) = number.scientific
    return withMinus(mantissa) + "×" + powerOfTen(exponent)
}

/// 10⁻⁷
func powerOfTen(_ exponent: Int) -> String { "10" + superscript(exponent) }

/// A number with a fixed count of places behind the point.
func fixedNumber(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return nonFinite(value) }
    var number = DecimalNumber(value)
    number.round(toPlace: -decimals)
    return withMinus(number.plain(decimals: decimals))
}

/// A place in a drawing, to a tenth of a unit; what lies far outside stays at its edge.
func coordinate(_ value: Double) -> String {
    let tenths = Int((min(max(value, -9999), 9999) * 10).rounded())
    let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
    return "\(tenths < 0 ? "-" : "")\(whole)\(rest == 0 ? "" : ".\(rest)")"
}

private func superscript(_ number: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return String(
        "\(number)".map { $0 == "-" ? "⁻" : digits[$0.wholeNumberValue ?? 0] })
}

private func withMinus(_ text: String) -> String { text.first == "-" ? "−" + text.dropFirst() : text }

private func nonFinite(_ value: Double) -> String { value.isNaN ? "nan" : value > 0 ? "∞" : "−∞" }
