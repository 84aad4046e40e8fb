/// A plot as SVG elements.
struct PlotDrawing {
    private let plot: Plot
    private let layout: PlotLayout
    /// Whether it stands alone, and brings its title, notes and colours.
    private let isAlone: Bool

    init(_ plot: Plot, isAlone: Bool) {
        (self.plot, self.isAlone) = (plot, isAlone)
        layout = PlotLayout(plot, isAlone: isAlone)
    }

    func draw(into svg: inout MarkupWriter) {
        let size = (width: coordinate(Plot.width), height: coordinate(layout.totalHeight))
        svg.element(
            "svg",
            [
                "xmlns": isAlone ? "http://www.w3.org/2000/svg" : nil, "class": "plot",
                "viewBox": "0 0 \(size.width) \(size.height)", "width": isAlone ? size.width : nil,
                "height": isAlone ? size.height : nil, "role": "img", "aria-label": summary,
            ]
        ) { svg in
            if isAlone {
                svg.appendMarkup("<style>")
                svg.appendMarkup(Style.plot)
                svg.appendMarkup("</style>")
                svg.element("rect", ["class": "page", "width": size.width, "height": size.height])
            }
            drawHead(&svg)
            drawGrid(&svg)
            drawData(&svg)
            drawLabels(&svg)
            layout.legend.draw(left: 6, top: layout.legendTop, into: &svg)
            for (index, line) in layout.noteLines.enumerated() {
                text(line, "t n", 6, layout.notesTop + Double(index) * 15 + 12, nil, &svg)
            }
        }
    }

    /// What those are told who do not see it.
    private var summary: String {
        let axes = [plot.y.title, plot.x.title].filter { !$0.isEmpty }.joined(separator: " against ")
        return plot.title + (axes.isEmpty ? "" : ": " + axes)
    }

    private func text(
        _ content: String, _ style: String, _ x: Double, _ y: Double, _ anchor: String?, _ svg: inout MarkupWriter
    ) {
        svg.element(
            "text", ["class": style, "x": coordinate(x), "y": coordinate(y), "text-anchor": anchor], text: content)
    }

    private func drawHead(_ svg: inout MarkupWriter) {
        for (index, line) in layout.titleLines.enumerated() {
            text(line, "t head", 6, Double(index) * 18 + 16, nil, &svg)
        }
        let title = plot.y.title + layout.yTicks.note
        let far = plot.x.farLabels.isEmpty ? "" : plot.x.farTitle
        let farWidth = textWidth(far, size: PlotLayout.labelSize)
        let room = Plot.width - 12 - (far.isEmpty ? 0 : min(farWidth, 200) + 16)
        text(fitted(title, into: room, size: PlotLayout.labelSize), "t", 6, layout.axisTitleLine, nil, &svg)
        if !far.isEmpty {
            let shown = fitted(far, into: 200, size: PlotLayout.labelSize)
            text(shown, "t", layout.left + layout.width, layout.axisTitleLine, "end", &svg)
        }
        for label in layout.farLabels {
            text(label.text, "t", layout.left + label.place, layout.farLine, "middle", &svg)
        }
    }

    private func drawGrid(_ svg: inout MarkupWriter) {
        let (left, top, width, height) = (layout.left, layout.top, layout.width, layout.height)
        var (grid, minor) = ("", "")
        func across(_ value: Double, _ map: AxisMap) -> Double? {
            map.place(value).flatMap { $0 >= -0.5 && $0 <= map.length + 0.5 ? $0 : nil }
        }
        for tick in layout.xTicks.major {
            guard let place = across(tick.value, layout.frame.x) else { continue }
            grid += "M\(coordinate(left + place)) \(coordinate(top))v\(coordinate(height))"
        }
        for tick in layout.yTicks.major {
            guard let place = across(tick.value, layout.frame.y) else { continue }
            grid += "M\(coordinate(left)) \(coordinate(top + place))h\(coordinate(width))"
        }
        for value in layout.xTicks.minor {
            guard let place = across(value, layout.frame.x) else { continue }
            minor += "M\(coordinate(left + place)) \(coordinate(top + height))v-4"
        }
        for value in layout.yTicks.minor {
            guard let place = across(value, layout.frame.y) else { continue }
            minor += "M\(coordinate(left)) \(coordinate(top + place))h4"
        }
        if !grid.isEmpty { svg.element("path", ["class": "g", "d": grid]) }
        if !minor.isEmpty { svg.element("path", ["class": "x", "d": minor]) }
        svg.element(
            "path",
            [
                "class": "x",
                "d":
                    "M\(coordinate(left)) \(coordinate(top))v\(coordinate(height))h\(coordinate(width))",
            ])
        // Zero, where it is not an edge.
        if layout.frame.y.categories == nil, !layout.frame.y.isLog, let zero = across(0, layout.frame.y),
            zero < height - 1
        {
            svg.element(
                "path", ["class": "x zero", "d": "M\(coordinate(left)) \(coordinate(top + zero))h\(coordinate(width))"])
        }
    }

    /// The marks, cut at the edges of the data area; half a point may stand over them.
    private func drawData(_ svg: inout MarkupWriter) {
        let margin = 4.0
        svg.element(
            "svg",
            [
                "x": coordinate(layout.left - margin), "y": coordinate(layout.top - margin),
                "width": coordinate(layout.width + 2 * margin), "height": coordinate(layout.height + 2 * margin),
                "viewBox":
                    "\(coordinate(-margin)) \(coordinate(-margin)) \(coordinate(layout.width + 2 * margin)) \(coordinate(layout.height + 2 * margin))",
            ]
        ) { svg in
            let before = svg.text.utf8.count
            for mark in plot.marks { mark.drawing.draw(layout.frame, into: &svg) }
            if svg.text.utf8.count == before {
                text("no data", "t n", layout.width / 2, layout.height / 2, "middle", &svg)
            }
        }
    }

    private func drawLabels(_ svg: inout MarkupWriter) {
        let bottom = layout.top + layout.height
        for tick in layout.xTicks.major {
            guard let place = layout.frame.x.place(tick.value), place >= -0.5, place <= layout.width + 0.5 else {
                continue
            }
            // A label at the edge stays within the drawing.
            let half = textWidth(tick.label, size: PlotLayout.labelSize) / 2
            let x = min(layout.left + place, Plot.width - half - 1)
            text(tick.label, "t", x, bottom + 15, "middle", &svg)
        }
        for tick in layout.yTicks.major {
            guard let place = layout.frame.y.place(tick.value), place >= -0.5, place <= layout.height + 0.5 else {
                continue
            }
            text(tick.label, "t", layout.left - 6, layout.top + place + 4, "end", &svg)
        }
        for name in layout.xNames { text(name.text, "t", layout.left + name.place, bottom + 15, "middle", &svg) }
        for name in layout.yNames { text(name.text, "t", layout.left - 6, layout.top + name.place + 4, "end", &svg) }
        let title = plot.x.title + layout.xTicks.note
        if !title.isEmpty {
            let shown = fitted(title, into: Plot.width - 12, size: PlotLayout.labelSize)
            let half = textWidth(shown, size: PlotLayout.labelSize) / 2
            let middle = min(max(layout.left + layout.width / 2, half + 6), Plot.width - half - 6)
            text(shown, "t", middle, layout.xTitleLine, "middle", &svg)
        }
    }
}
