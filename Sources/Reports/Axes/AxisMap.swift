internal import Glibc

/// From the values of an axis to places along a length, and its ticks.
package struct AxisMap: Sendable {
    package let axis: Axis
    package let domain: ClosedRange<Double>
    /// The length, in units of the drawing.
    package let length: Double
    /// Whether places are counted against the axis: upwards on a page that counts down.
    private let isFlipped: Bool

    /// - Parameter isVertical: the smallest value is at the bottom, which is at the largest place.
    package init(_ axis: Axis, domain: ClosedRange<Double>, length: Double, isVertical: Bool) {
        (self.axis, self.domain, self.length) = (axis, domain, length)
        // Names read downwards.
        if case .categories = axis.scale {
            isFlipped = axis.isReversed
        } else {
            isFlipped = isVertical != axis.isReversed
        }
    }

    package var isLog: Bool { axis.scale == .log }

    /// The names of the places, or nil for an axis of numbers.
    package var categories: [String]? {
        if case .categories(let names) = axis.scale { names } else { nil }
    }

    /// The place of a value; nil for one that has none.
    package func place(_ value: Double) -> Double? {
        guard value.isFinite else { return nil }
        let (low, high) = (domain.lowerBound, domain.upperBound)
        var share: Double
        if isLog {
            guard value > 0 else { return nil }
            share = (log(value) - log(low)) / (log(high) - log(low))
        } else {
            // Halves, because the difference of huge numbers has no place among them.
            share = (value / 2 - low / 2) / (high / 2 - low / 2)
        }
        share = min(max(share, -20), 20)
        return (isFlipped ? 1 - share : share) * length
    }

    /// The distance of two values at equal steps, for a linear axis.
    package func distance(_ difference: Double) -> Double {
        difference / 2 / (domain.upperBound / 2 - domain.lowerBound / 2) * length
    }

    /// Ticks about so many units apart; names are thinned to what there is room for.
    package func ticks(spacing: Double) -> Ticks {
        let count = max(2, Int(length / spacing))
        if categories != nil { return Ticks() }
        return isLog ? .log(domain, about: count) : .linear(domain, about: count)
    }
}
