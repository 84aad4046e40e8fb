/// One layer of a plot; later ones lie above earlier ones.
public enum Mark: Sendable, Hashable {
    /// A curve.
    case line(Line)
    /// The area between two curves.
    case band(Band)
    /// Single points.
    case points(Points)
    /// Bars from zero.
    case bars(Bars)
    /// Coloured cells.
    case heatMap(HeatMap)
    /// Lines of equal height.
    case contours(Contours)
    /// A filled shape.
    case region(Region)
    /// A straight line across the plot.
    case rule(Rule)

    var drawing: any Drawing {
        switch self {
        case .line(let mark): mark
        case .band(let mark): mark
        case .points(let mark): mark
        case .bars(let mark): mark
        case .heatMap(let mark): mark
        case .contours(let mark): mark
        case .region(let mark): mark
        case .rule(let mark): mark
        }
    }
}

/// What every mark can do.
protocol Drawing {
    /// Says what the axes must show.
    func extend(x: inout Extent, y: inout Extent)
    /// Draws into the frame, whose origin is the corner of the data area.
    func draw(_ frame: Frame, into svg: inout MarkupWriter)
    /// Its line in the legend, if it has a name.
    var legend: LegendEntry? { get }
}

/// A line in a legend.
struct LegendEntry: Hashable {
    enum Symbol: Hashable { case line, band, region, bar, point }

    let name: String
    let symbol: Symbol
    let tint: Tint
    /// The dashes of a line, if not those of its colour.
    var dashes: String?
}

/// The data area of a plot while it is drawn.
struct Frame {
    let x: AxisMap
    let y: AxisMap
    /// How many values of each curve may answer to the pointer.
    let hoverLimit: Int

    /// The place of a point; nil for one that has none.
    func place(_ x: Double, _ y: Double) -> (x: Double, y: Double)? {
        guard let px = self.x.place(x), let py = self.y.place(y) else { return nil }
        return (px, py)
    }

    /// What the pointer is told about a point.
    func hover(_ name: String, _ x: Double, _ y: Double) -> String {
        "\(name.isEmpty ? "" : cut(name) + ": ")\(describe(x, self.x)), \(describe(y, self.y))"
    }

    /// Names are told at every point: long ones would make up most of a drawing.
    private func cut(_ name: String) -> String { name.count > 32 ? name.prefix(31) + "…" : name }

    private func describe(_ value: Double, _ map: AxisMap) -> String {
        if let names = map.categories {
            let index = Int(value.rounded())
            return names.indices.contains(index) ? cut(names[index]) : ""
        }
        return (map.axis.title.isEmpty ? "" : cut(map.axis.title) + " ") + printedNumber(value)
    }
}

extension MarkupWriter {
    /// A title that browsers show at the pointer.
    mutating func hoverTitle(_ text: String) {
        element("title", text: text.count > 200 ? text.prefix(199) + "…" : text)
    }
}
