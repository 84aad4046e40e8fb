/// The values that an axis must show.
struct Extent {
    /// Whether only what is above 0 has a place.
    let isLog: Bool
    private(set) var range: ClosedRange<Double>?

    init(_ axis: Axis) {
        isLog = axis.scale == .log
        include(axis.including)
    }

    mutating func include(_ values: some Sequence<Double>) { for value in values { include(value) } }

    mutating func include(_ value: Double) {
        guard value.isFinite, !isLog || value > 0 else { return }
        range = range.map { min($0.lowerBound, value)...max($0.upperBound, value) } ?? value...value
    }

    /// A range with a length, around the data with a margin: equal data stand in its middle, and without data it is from
    /// 0 to 1.
    func domain(margin: Double = 0.04) -> ClosedRange<Double> {
        guard let range else { return isLog ? 0.1...1 : 0...1 }
        let (low, high) = (range.lowerBound, range.upperBound)
        if isLog {
            // Positive, so that neither bound leaves the numbers above 0.
            let factor = ratio(high, low) > 1.000001 ? power(ratio(high, low), margin) : 2
            return max(low / factor, .leastNonzeroMagnitude)...min(high * factor, .greatestFiniteMagnitude)
        }
        let size = max(abs(low), abs(high))
        // Below this the digits of the values end.
        if high - low <= max(size * 1e-11, 1e-290) {
            let reach = size > 1e-280 ? size / 10 : size > 0 ? 1e-280 : 1
            return low - reach...high + reach
        }
        let reach = (high * margin - low * margin)
        return max(low - reach, -.greatestFiniteMagnitude)...min(high + reach, .greatestFiniteMagnitude)
    }

    private func ratio(_ a: Double, _ b: Double) -> Double { min(a / b, .greatestFiniteMagnitude) }
}
