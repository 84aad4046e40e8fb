/// One axis of a plot.
public struct Axis: Sendable, Hashable {
    /// How values become places.
    public enum Scale: Sendable, Hashable {
        /// Equal differences, equal distances.
        case linear
        /// Equal ratios, equal distances; values that are not above 0 have no place and leave a gap.
        case log
        /// One place a name, the first at 0, the next at 1.
        case categories([String])
    }

    /// A label of a value, on the far side of the plot.
    public struct Label: Sendable, Hashable {
        /// Where it stands.
        public var value: Double
        /// What it says.
        public var text: String

        /// A label.
        public init(_ value: Double, _ text: String) { (self.value, self.text) = (value, text) }
    }

    /// What is measured, with its unit.
    public var title: String
    /// How values become places.
    public var scale: Scale
    /// What is shown; nil: all of the data, and a little more.
    public var domain: ClosedRange<Double>?
    /// Whether the largest value stands where the smallest would.
    public var isReversed: Bool
    /// Values that must be shown whatever the data are: 0 for lengths.
    public var including: [Double]
    /// Further labels on the far side, as many of them as there is room for.
    public var farLabels: [Label]
    /// What the further labels say.
    public var farTitle: String

    /// An axis.
    public init(
        _ title: String, scale: Scale = .linear, domain: ClosedRange<Double>? = nil, isReversed: Bool = false,
        including: [Double] = [], farLabels: [Label] = [], farTitle: String = ""
    ) {
        (self.title, self.scale, self.domain, self.isReversed) = (title, scale, domain, isReversed)
        (self.including, self.farLabels, self.farTitle) = (including, farLabels, farTitle)
    }

    /// An axis of equal ratios.
    public static func log(_ title: String) -> Axis { Axis(title, scale: .log) }

    /// An axis of names.
    public static func categories(_ names: [String], title: String = "") -> Axis {
        Axis(title, scale: .categories(names))
    }
}
