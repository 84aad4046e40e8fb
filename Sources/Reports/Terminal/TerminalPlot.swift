/// The curves of a plot in the characters of a terminal, two by four dots each.
public struct TerminalPlot: Sendable, Hashable {
    /// What is drawn: its lines and points.
    public var plot: Plot
    /// The most characters of a line of text.
    public var width: Int
    /// The lines of text of the data area.
    public var height: Int

    /// A drawing of a plot.
    public init(_ plot: Plot, width: Int = 72, height: Int = 10) {
        (self.plot, self.width, self.height) = (plot, width, height)
    }

    /// Lines of text, each with a line end: the title, the data with the limits of the vertical axis, the limits of the
    /// horizontal one.
    public var text: String {
        var (xs, ys) = (Extent(plot.x), Extent(plot.y))
        for mark in curves { mark.extend(x: &xs, y: &ys) }
        let title = cleaned(plot.title)
        guard xs.range != nil, ys.range != nil else { return title + ": no data\n" }
        let (xDomain, yDomain) = (xs.domain(margin: 0), ys.domain(margin: 0))
        let labels = [yDomain.upperBound, yDomain.lowerBound].map { shortNumber($0, digits: 3) }
        let margin = labels.reduce(0) { max($0, $1.count) }
        let columns = max(width - margin - 2, 8)
        var dots = BrailleCanvas(columns: columns, rows: max(height, 1))
        let x = AxisMap(plot.x, domain: xDomain, length: Double(dots.width - 1), isVertical: false)
        let y = AxisMap(plot.y, domain: yDomain, length: Double(dots.height - 1), isVertical: true)
        for mark in curves { draw(mark, x, y, &dots) }
        var lines = [title]
        for (index, row) in dots.lines.enumerated() {
            let label = index == 0 ? labels[0] : index == dots.lines.count - 1 ? labels[1] : ""
            lines.append(String(repeating: " ", count: margin - label.count) + label + " ┤" + row)
        }
        let ends = [xDomain.lowerBound, xDomain.upperBound].map { shortNumber($0, digits: 4) }
        let (first, last) = plot.x.isReversed ? (ends[1], ends[0]) : (ends[0], ends[1])
        let name = String(cleaned(plot.x.title).prefix(max(0, columns - first.count - last.count - 4)))
        let space = max(2, columns - first.count - last.count - name.count)
        let before = String(repeating: " ", count: space / 2)
        let after = String(repeating: " ", count: space - space / 2)
        lines.append(String(repeating: " ", count: margin + 2) + first + before + name + after + last)
        return lines.map { $0 + "\n" }.joined()
    }

    private var curves: [any Drawing] {
        plot.marks.compactMap { mark in
            switch mark {
            case .line(let line): line
            case .points(let points): points
            default: nil
            }
        }
    }

    private func draw(_ mark: any Drawing, _ x: AxisMap, _ y: AxisMap, _ dots: inout BrailleCanvas) {
        let (xs, ys, isLine): ([Double], [Double], Bool) =
            switch mark {
            case let line as Line: (line.x, line.y, true)
            case let points as Points: (points.x, points.y, false)
            default: ([], [], false)
            }
        let places = zip(xs, ys).map { a, b -> PolyLine.Place? in
            guard let px = x.place(a), let py = y.place(b) else { return nil }
            return (px, py)
        }
        for run in PolyLine.runs(of: places) {
            for (index, place) in run.enumerated() {
                if index > 0 && isLine { dots.line(from: run[index - 1], to: place) }
                dots.set(place.x, place.y)
            }
        }
    }

    /// Without characters that a terminal would obey.
    private func cleaned(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map {
                    $0.properties.generalCategory == .control || $0.properties.generalCategory == .format ? " " : $0
                }))
    }
}

/// Dots in Braille characters, 2 across and 4 down.
struct BrailleCanvas {
    let columns, rows: Int
    private var cells: [UInt8]

    init(columns: Int, rows: Int) {
        (self.columns, self.rows) = (columns, rows)
        cells = Array(repeating: 0, count: columns * rows)
    }

    var width: Int { 2 * columns }
    var height: Int { 4 * rows }

    /// Sets the dot nearest to a place.
    mutating func set(_ x: Double, _ y: Double) {
        guard x > -1, y > -1, x < Double(width), y < Double(height) else { return }
        let (column, row) = (Int(x.rounded()), Int(y.rounded()))
        guard (0..<width).contains(column), (0..<height).contains(row) else { return }
        // Dots 1 2 3 7 on the left, 4 5 6 8 on the right.
        let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
        cells[row / 4 * columns + column / 2] |= bits[row % 4][column % 2]
    }

    /// Sets the dots of a straight line.
    mutating func line(from a: PolyLine.Place, to b: PolyLine.Place) {
        let steps = min(max(Int(max(abs(b.x - a.x), abs(b.y - a.y))), 1), 4 * (width + height))
        for step in 0...steps {
            let share = Double(step) / Double(steps)
            set(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share)
        }
    }

    /// The characters, row by row, without spaces at the ends.
    var lines: [String] {
        (0..<rows).map { row in
            var line = ""
            for cell in cells[(row * columns)..<((row + 1) * columns)] {
                line.unicodeScalars.append(cell == 0 ? " " : Unicode.Scalar(0x2800 + UInt32(cell))!)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
