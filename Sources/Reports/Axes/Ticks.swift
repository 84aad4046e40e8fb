internal import Glibc

/// The ticks of an axis.
package struct Ticks: Sendable, Equatable {
    /// A tick with its label.
    package struct Tick: Sendable, Equatable {
        package let value: Double
        package let label: String
    }

    /// The ticks with labels, ascending.
    package private(set) var major: [Tick] = []
    /// The ticks between them.
    package private(set) var minor: [Double] = []
    /// What the title of the axis must add to the labels: a power of ten, or a number from which they count.
    package private(set) var note = ""

    /// Ticks of nice numbers, 1, 2, 2.5 or 5 times a power of ten apart, within a range.
    package static func linear(_ range: ClosedRange<Double>, about count: Int) -> Ticks {
        let span = range.upperBound / 2 - range.lowerBound / 2
        guard span > 0 else { return Ticks() }
        let step = Step(atLeast: span / Double(max(count, 1)) * 2)
        var values: [Double] = []
        var index = (range.lowerBound / step.value - 1e-9).rounded(.up)
        let last = (range.upperBound / step.value + 1e-9).rounded(.down)
        while index <= last && values.count < 100 {
            values.append(step.times(index))
            index += 1
        }
        return labelled(values, step)
    }

    /// Ticks at powers of ten, those between them minor; within one decade 1, 2 and 5 have labels, and within a part of
    /// it ticks are as on a linear axis.
    ///
    /// - Precondition: the range is above 0.
    package static func log(_ range: ClosedRange<Double>, about count: Int) -> Ticks {
        precondition(range.lowerBound > 0, "a logarithmic axis begins above 0, not at \(range.lowerBound)")
        let (low, high) = (log10(range.lowerBound), log10(range.upperBound))
        if high - low < 0.7 { return linear(range, about: count) }
        let decades =
            Int((low - 1e-9).rounded(.up))...max(Int((low - 1e-9).rounded(.up)), Int((high + 1e-9).rounded(.down)))
        let isPlain = low >= -4.01 && high <= 5.01
        var ticks = Ticks()
        func append(_ factor: Int, _ exponent: Int) {
            let value = scaled(Double(factor), exponent)
            guard range.contains(value) else { return }
            let label = isPlain ? shortNumber(value) : (factor == 1 ? "" : "\(factor)·") + powerOfTen(exponent)
            ticks.major.append(Tick(value: value, label: label))
        }
        let labelled = high - low < 1.5 ? [1, 2, 5] : high - low < 2.5 ? [1, 3] : [1]
        let every = max(1, Int((Double(decades.count) / Double(max(count, 1))).rounded(.up)))
        for exponent in (decades.lowerBound - 1)...decades.upperBound
        where labelled.count > 1 || exponent.isMultiple(of: every) {
            for factor in labelled { append(factor, exponent) }
        }
        if decades.count <= 8 {
            for exponent in (decades.lowerBound - 1)...decades.upperBound {
                for factor in 1...9 where !labelled.contains(factor) {
                    let value = scaled(Double(factor), exponent)
                    if range.contains(value) { ticks.minor.append(value) }
                }
            }
        } else if decades.count <= 40 {
            ticks.minor = decades.filter { !$0.isMultiple(of: every) }.map { scaled(1, $0) }.filter(range.contains)
        }
        return ticks
    }

    /// Labels with a common number of places. Large and small numbers share a power of ten; where numbers differ in
    /// their last digits only, labels count from one of them.
    private static func labelled(_ values: [Double], _ step: Step) -> Ticks {
        var ticks = Ticks()
        let largest = values.reduce(0) { max($0, abs($1)) }
        if largest / step.value > 1e5, let origin = values.first {
            // The differences are multiples of the step: they are made from it, and carry no rounding.
            let differences = values.indices.map { step.times(Double($0)) }
            let inner = labelled(differences, step)
            ticks.major = zip(values, inner.major).map { Tick(value: $0, label: "+" + $1.label) }
            ticks.note = inner.note + " + " + printedNumber(origin, digits: 12)
            return ticks
        }
        var exponent = largest > 0 ? DecimalNumber(largest).exponent - 1 : 0
        if (-3...5).contains(exponent) { exponent = 0 }
        let decimals = max(0, exponent - step.exponent + (step.factor == 2.5 ? 1 : 0))
        ticks.major = values.map { Tick(value: $0, label: fixedNumber(scaled($0, -exponent), decimals: decimals)) }
        if exponent != 0 { ticks.note = " ×" + powerOfTen(exponent) }
        return ticks
    }
}

/// 1, 2, 2.5 or 5 times a power of ten.
private struct Step {
    let factor: Double
    let exponent: Int

    init(atLeast raw: Double) {
        var exponent = Int(log10(raw).rounded(.down))
        let mantissa = scaled(raw, -exponent)
        let factor = [1, 2, 2.5, 5].first { $0 >= mantissa * (1 - 1e-9) }
        if factor == nil { exponent += 1 }
        (self.factor, self.exponent) = (factor ?? 1, exponent)
    }

    var value: Double { scaled(factor, exponent) }

    /// A multiple, rounded once.
    func times(_ count: Double) -> Double { scaled(count * factor, exponent) }
}

/// x · 10^exponent, rounded once where the power is exact.
func scaled(_ x: Double, _ exponent: Int) -> Double {
    if exponent < -300 { return scaled(x / 1e300, exponent + 300) }
    if exponent > 300 { return scaled(x * 1e300, exponent - 300) }
    return exponent >= 0 ? x * pow(10, Double(exponent)) : x / pow(10, Double(-exponent))
}

/// base^exponent
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
