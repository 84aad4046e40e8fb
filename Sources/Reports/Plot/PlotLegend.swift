/// The legend beneath a plot, in rows.
struct PlotLegend {
    private static let (size, symbol, gap, rowHeight, most) = (12.0, 18.0, 14.0, 18.0, 14)

    private struct Item {
        let entry: LegendEntry
        let text: String
        let x, y: Double
    }

    private var items: [Item] = []
    private var more: (text: String, x: Double, y: Double)?
    private(set) var height = 0.0

    init(_ entries: [LegendEntry], width: Double) {
        var (x, row) = (0.0, 0)
        var seen = Set<LegendEntry>()
        let unique = entries.filter { seen.insert($0).inserted }
        func place(_ needed: Double) -> (x: Double, y: Double) {
            if x > 0 && x + needed > width { (x, row) = (0, row + 1) }
            defer { x += needed + Self.gap }
            return (x, Double(row) * Self.rowHeight + 12)
        }
        for entry in unique.prefix(Self.most) {
            let text = fitted(entry.name, into: width / 2 - Self.symbol, size: Self.size)
            let place = place(Self.symbol + textWidth(text, size: Self.size))
            items.append(Item(entry: entry, text: text, x: place.x, y: place.y))
        }
        if unique.count > Self.most {
            let text = "and \(unique.count - Self.most) more"
            let place = place(textWidth(text, size: Self.size))
            more = (text, place.x, place.y)
        }
        height = items.isEmpty ? 0 : Double(row + 1) * Self.rowHeight + 2
    }

    func draw(left: Double, top: Double, into svg: inout MarkupWriter) {
        for item in items {
            let (x, y) = (left + item.x, top + item.y)
            svg.element("g") { svg in
                if item.text != item.entry.name { svg.hoverTitle(item.entry.name) }
                draw(item.entry, x, y, &svg)
                svg.element(
                    "text", ["class": "t", "x": coordinate(x + Self.symbol), "y": coordinate(y)], text: item.text)
            }
        }
        if let more {
            svg.element(
                "text", ["class": "t", "x": coordinate(left + more.x), "y": coordinate(top + more.y)], text: more.text)
        }
    }

    private func draw(_ entry: LegendEntry, _ x: Double, _ y: Double, _ svg: inout MarkupWriter) {
        switch entry.symbol {
        case .line:
            svg.element(
                "path",
                [
                    "class": "l \(entry.tint.stroke)", "d": "M\(coordinate(x)) \(coordinate(y - 4))h14",
                    "stroke-dasharray": entry.dashes ?? entry.tint.dashes,
                ])
        case .bar, .band, .region:
            let style = entry.symbol == .bar ? "r" : entry.symbol == .band ? "b" : "a \(entry.tint.stroke)"
            svg.element(
                "rect",
                [
                    "class": "\(style) \(entry.tint.fill)", "x": coordinate(x + 1), "y": coordinate(y - 9),
                    "width": "12",
                    "height": "10",
                ])
        case .point:
            svg.element(
                "circle",
                ["class": "p \(entry.tint.fill)", "cx": coordinate(x + 7), "cy": coordinate(y - 4), "r": "3"])
        }
    }
}
