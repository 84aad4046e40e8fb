/// A straight dashed line across the plot at one value.
public struct Rule: Sendable, Hashable {
    /// Across which axis it stands.
    public enum Direction: Sendable, Hashable {
        /// At a value of x.
        case vertical
        /// At a value of y.
        case horizontal
    }

    /// Its name in the legend; nil leaves it out.
    public var name: String?
    /// Across which axis it stands.
    public var direction: Direction
    /// Where it stands.
    public var value: Double
    /// Its colour.
    public var tint: Tint

    /// A line at a value of x.
    public static func vertical(_ name: String? = nil, at value: Double, tint: Tint = .ink) -> Rule {
        Rule(name: name, direction: .vertical, value: value, tint: tint)
    }

    /// A line at a value of y.
    public static func horizontal(_ name: String? = nil, at value: Double, tint: Tint = .ink) -> Rule {
        Rule(name: name, direction: .horizontal, value: value, tint: tint)
    }
}

extension Rule: Drawing {
    /// Two rules of a plot differ in their dashes, too.
    private var dashes: String { tint == .muted ? "1.5 3.5" : "5 3" }

    var legend: LegendEntry? {
        name.map { LegendEntry(name: $0, symbol: .line, tint: tint, dashes: dashes) }
    }

    func extend(x: inout Extent, y: inout Extent) {
        if direction == .vertical { x.include(value) } else { y.include(value) }
    }

    func draw(_ frame: Frame, into svg: inout MarkupWriter) {
        let isVertical = direction == .vertical
        guard let place = (isVertical ? frame.x : frame.y).place(value) else { return }
        let end = isVertical ? frame.y.length : frame.x.length
        let path =
            isVertical ? "M\(coordinate(place)) 0V\(coordinate(end))" : "M0 \(coordinate(place))H\(coordinate(end))"
        svg.element("path", ["class": "l thin \(tint.stroke)", "d": path, "stroke-dasharray": dashes]) {
            if let name { $0.hoverTitle(name) }
        }
    }
}
