/// Where the parts of a plot lie, so that no two overlap: from top to bottom title, titles of the vertical axis and of the
/// far side, labels of the far side, data, labels and title of the horizontal axis, legend, notes.
struct PlotLayout {
    static let labelSize = 12.0
    private static let edge = 6.0

    let frame: Frame
    let left, top, width, height: Double
    let xTicks, yTicks: Ticks
    /// The names of category axes that have room, with their places.
    let xNames, yNames: [(place: Double, text: String)]
    let farLabels: [(place: Double, text: String)]
    let titleLines: [String]
    /// The base lines of texts.
    let axisTitleLine, farLine, xTitleLine: Double
    let legend: PlotLegend
    let legendTop: Double
    let noteLines: [String]
    let notesTop: Double
    let totalHeight: Double

    init(_ plot: Plot, isAlone: Bool) {
        let drawings = plot.marks.map(\.drawing)
        var (xExtent, yExtent) = (Extent(plot.x), Extent(plot.y))
        for drawing in drawings { drawing.extend(x: &xExtent, y: &yExtent) }
        titleLines = isAlone ? wrapped(plot.title, into: Plot.width - 2 * Self.edge, size: 14, lines: 2) : []
        let head = Double(titleLines.count) * 18
        axisTitleLine = head + 14
        let hasFar = !plot.x.farLabels.isEmpty
        farLine = axisTitleLine + 16
        top = axisTitleLine + (hasFar ? 22 : 8)

        // The labels of the vertical axis decide how much room is left for the horizontal one.
        var domains = (x: Self.domain(plot.x, xExtent), y: Self.domain(plot.y, yExtent))
        let right = Plot.width - 14
        func labels(_ domain: ClosedRange<Double>) -> (ticks: Ticks, width: Double) {
            let map = AxisMap(plot.y, domain: domain, length: plot.height, isVertical: true)
            let ticks = map.ticks(spacing: 42)
            if let names = map.categories { return (ticks, Self.widest(names.map(Self.name))) }
            return (ticks, Self.widest(ticks.major.map(\.label)))
        }
        left = min(max(28, labels(domains.y).width + 12 + Self.edge), 170)
        width = right - left
        height = plot.height
        if plot.hasEqualUnits { domains = Self.equalUnits(domains, width, height) }
        let x = AxisMap(plot.x, domain: domains.x, length: width, isVertical: false)
        let y = AxisMap(plot.y, domain: domains.y, length: height, isVertical: true)
        let lines = drawings.count { $0 is Line || $0 is Points }
        frame = Frame(x: x, y: y, hoverLimit: max(4, min(60, 100 / max(lines, 1))))
        xTicks = x.ticks(spacing: 58)
        yTicks = labels(domains.y).ticks
        yNames = Self.names(of: y, spacing: 12, longest: 150)
        xNames = Self.names(of: x, spacing: nil, longest: 80)
        farLabels = Self.far(plot.x.farLabels, x)

        let bottom = top + height
        let hasLabels = !xTicks.major.isEmpty || !xNames.isEmpty
        xTitleLine = bottom + (hasLabels ? 17 : 4) + 15
        let hasTitle = !(plot.x.title + xTicks.note).isEmpty
        legendTop = (hasTitle ? xTitleLine : xTitleLine - 15) + 6
        legend = PlotLegend(drawings.compactMap(\.legend), width: Plot.width - 2 * Self.edge)
        notesTop = legendTop + legend.height
        noteLines =
            isAlone
            ? plot.notes.flatMap { wrapped($0, into: Plot.width - 2 * Self.edge, size: Self.labelSize, lines: 4) } : []
        totalHeight = (notesTop + Double(noteLines.count) * 15 + 6).rounded(.up)
    }

    /// A name as long as there is room for.
    static func name(_ text: String) -> String { shortened(text, into: 148, size: labelSize) }

    private static func widest(_ texts: [String]) -> Double {
        texts.reduce(0) { max($0, textWidth($1, size: labelSize)) }
    }

    private static func domain(_ axis: Axis, _ extent: Extent) -> ClosedRange<Double> {
        if case .categories(let names) = axis.scale { return -0.5...Double(max(names.count, 1)) - 0.5 }
        if let domain = axis.domain, domain.upperBound > domain.lowerBound, axis.scale != .log || domain.lowerBound > 0
        {
            return domain
        }
        var domain = extent.domain()
        // Lengths begin at zero, and leave no room on its other side.
        if axis.including.contains(0), let range = extent.range, axis.scale == .linear {
            if range.lowerBound == 0 { domain = 0...domain.upperBound }
            if range.upperBound == 0 { domain = domain.lowerBound...0 }
            if domain.lowerBound == domain.upperBound { domain = 0...1 }
        }
        return domain
    }

    /// Widens one of two domains around its middle.
    private static func equalUnits(
        _ domains: (x: ClosedRange<Double>, y: ClosedRange<Double>), _ width: Double, _ height: Double
    ) -> (x: ClosedRange<Double>, y: ClosedRange<Double>) {
        func length(_ range: ClosedRange<Double>) -> Double { range.upperBound - range.lowerBound }
        let unit = max(length(domains.x) / width, length(domains.y) / height)
        func widened(_ range: ClosedRange<Double>, _ places: Double) -> ClosedRange<Double> {
            let middle = (range.lowerBound + range.upperBound) / 2
            return middle - unit * places / 2...middle + unit * places / 2
        }
        return (widened(domains.x, width), widened(domains.y, height))
    }

    /// Names with their places, every one, every second … so that they keep a distance.
    private static func names(
        of map: AxisMap, spacing: Double?, longest: Double
    ) -> [(place: Double, text: String)] {
        guard let names = map.categories, !names.isEmpty else { return [] }
        let room = map.distance(1)
        let texts = names.map { shortened($0, into: min(longest, 148), size: labelSize) }
        // Side by side, a name needs its width.
        let needed = spacing ?? (texts.reduce(0) { max($0, textWidth($1, size: labelSize)) } + 8)
        let every = max(1, Int((needed / room).rounded(.up)))
        return texts.indices.filter { $0.isMultiple(of: every) }.compactMap { index in
            map.place(Double(index)).map { ($0, texts[index]) }
        }
    }

    /// Labels of the far side from the left, each that does not touch the one before.
    private static func far(_ labels: [Axis.Label], _ map: AxisMap) -> [(place: Double, text: String)] {
        var result: [(place: Double, text: String)] = []
        var end = -Double.infinity
        let placed = labels.compactMap { label in map.place(label.value).map { (place: $0, text: label.text) } }
        for label in placed.sorted(by: { $0.place < $1.place })
        where label.place >= -0.5 && label.place <= map.length + 0.5 {
            let half = textWidth(label.text, size: labelSize) / 2
            if label.place - half < end + 10 { continue }
            result.append(label)
            end = label.place + half
        }
        return result
    }
}

/// A text in lines of a width; what is left over after the last line is cut.
func wrapped(_ text: String, into width: Double, size: Double, lines limit: Int) -> [String] {
    var (lines, line) = ([String](), "")
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    for (index, word) in words.enumerated() {
        let longer = line.isEmpty ? word : line + " " + word
        if textWidth(longer, size: size) <= width || line.isEmpty {
            line = longer
            continue
        }
        if lines.count == limit - 1 {
            line = ([line] + words[index...]).joined(separator: " ")
            break
        }
        lines.append(line)
        line = word
    }
    if !line.isEmpty { lines.append(line) }
    return lines.map { fitted($0, into: width, size: size) }
}
