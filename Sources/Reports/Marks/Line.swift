/// A curve through points in the order given; a value that is not finite, or has no place on the axis, leaves a gap.
public struct Line: Sendable, Hashable {
    /// Its name in the legend and at the pointer; nil leaves it out of the legend.
    public var name: String?
    /// [points]
    public var x: [Double]
    /// [points]
    public var y: [Double]
    /// Its colour.
    public var tint: Tint
    /// Whether a value holds until the next one.
    public var isStepped: Bool
    /// Whether the legend leaves it out, though it has a name.
    public var isUnlisted: Bool

    /// A curve.
    ///
    /// - Precondition: x and y have the same length.
    public init(
        _ name: String?, x: [Double], y: [Double], tint: Tint = .series(0), isStepped: Bool = false,
        isUnlisted: Bool = false
    ) {
        precondition(x.count == y.count, "a line has \(x.count) x and \(y.count) y")
        (self.name, self.x, self.y, self.tint) = (name, x, y, tint)
        (self.isStepped, self.isUnlisted) = (isStepped, isUnlisted)
    }
}

extension Line: Drawing {
    var legend: LegendEntry? {
        isUnlisted ? nil : name.map { LegendEntry(name: $0, symbol: .line, tint: tint) }
    }

    func extend(x: inout Extent, y: inout Extent) {
        for (a, b) in zip(self.x, self.y) where b.isFinite && (!y.isLog || b > 0) {
            x.include(a)
            y.include(b)
        }
    }

    func draw(_ frame: Frame, into svg: inout MarkupWriter) {
        let runs = PolyLine.runs(of: zip(x, y).map { frame.place($0, $1) })
        let isShort = x.count <= 40
        svg.element("g") { svg in
            if let name { svg.hoverTitle(name) }
            var path = ""
            for run in runs {
                let points = PolyLine.thinned(run, columns: Int(frame.x.length / 2))
                path += PolyLine.path(isStepped ? PolyLine.stepped(points) : points)
            }
            if !path.isEmpty {
                svg.element("path", ["class": "l \(tint.stroke)", "d": path, "stroke-dasharray": tint.dashes])
            }
            // A point between gaps has no line; a few points are shown as such.
            for run in runs where run.count == 1 || isShort {
                for point in run {
                    svg.element(
                        "circle",
                        [
                            "class": tint.fill, "cx": coordinate(point.x), "cy": coordinate(point.y),
                            "r": run.count == 1 ? "3" : "1.8",
                        ])
                }
            }
        }
        drawHovers(frame, &svg)
    }

    private func drawHovers(_ frame: Frame, _ svg: inout MarkupWriter) {
        for index in evenly(x.count, limit: frame.hoverLimit) {
            guard let point = frame.place(x[index], y[index]) else { continue }
            svg.element("circle", ["class": "h", "cx": coordinate(point.x), "cy": coordinate(point.y), "r": "7"]) {
                $0.hoverTitle(frame.hover(name ?? "", x[index], y[index]))
            }
        }
    }
}

/// At most `limit` of the indices below `count`, evenly spread, the first and the last among them.
func evenly(_ count: Int, limit: Int) -> [Int] {
    if count <= limit { return Array(0..<count) }
    if limit <= 1 { return limit == 1 ? [count - 1] : [] }
    return (0..<limit).map { $0 * (count - 1) / (limit - 1) }
}
