/// Cells, coloured by their values: one colour above zero, another below, the stronger the larger.
public struct HeatMap: Sendable, Hashable {
    /// The number of rows, downwards on a category axis.
    public var rows: Int
    /// The number of columns.
    public var columns: Int
    /// [rows × columns], row by row; a value that is not finite leaves its cell empty.
    public var values: [Double]
    /// The horizontal edges of all cells; by default those of categories.
    public var x: ClosedRange<Double>
    /// The vertical edges of all cells.
    public var y: ClosedRange<Double>
    /// Whether cells show their values where there is room.
    public var showsValues: Bool
    /// What is as strong as a colour can be; nil: the largest magnitude.
    public var largest: Double?

    /// Cells.
    ///
    /// - Precondition: there are rows · columns values.
    public init(
        rows: Int, columns: Int, values: [Double], x: ClosedRange<Double>? = nil, y: ClosedRange<Double>? = nil,
        showsValues: Bool = true, largest: Double? = nil
    ) {
        precondition(rows >= 0 && columns >= 0, "a heat map of \(rows) rows and \(columns) columns")
        precondition(values.count == rows * columns, "[\(rows) × \(columns)] cells and \(values.count) values")
        (self.rows, self.columns, self.values) = (rows, columns, values)
        (self.showsValues, self.largest) = (showsValues, largest)
        self.x = x ?? -0.5...Double(max(columns, 1)) - 0.5
        self.y = y ?? -0.5...Double(max(rows, 1)) - 0.5
    }

    /// The most cells in a row or column that are drawn.
    static let limit = 48

    /// The same with at most ``limit`` rows and columns: means of neighbouring cells, or their sums for counts.
    package func condensed(limit: Int = Self.limit) -> HeatMap {
        if rows <= limit && columns <= limit { return self }
        let (height, width) = ((rows + limit - 1) / limit, (columns + limit - 1) / limit)
        let (down, across) = ((rows + height - 1) / height, (columns + width - 1) / width)
        var (sums, counts) = (Array(repeating: 0.0, count: down * across), Array(repeating: 0.0, count: down * across))
        for row in 0..<rows {
            for column in 0..<columns where values[row * columns + column].isFinite {
                sums[row / height * across + column / width] += values[row * columns + column]
                counts[row / height * across + column / width] += 1
            }
        }
        var copy = self
        (copy.rows, copy.columns, copy.largest) = (down, across, nil)
        copy.values = zip(sums, counts).map { $1 > 0 ? $0 / $1 : .nan }
        // The last block may be cut: the edges are those of whole blocks.
        copy.x = x.lowerBound...x.lowerBound + (x.upperBound - x.lowerBound) * Double(across * width) / Double(columns)
        copy.y = y.lowerBound...y.lowerBound + (y.upperBound - y.lowerBound) * Double(down * height) / Double(rows)
        return copy
    }
}

extension HeatMap: Drawing {
    var legend: LegendEntry? { nil }

    func extend(x: inout Extent, y: inout Extent) {
        x.include([self.x.lowerBound, self.x.upperBound])
        y.include([self.y.lowerBound, self.y.upperBound])
    }

    func draw(_ frame: Frame, into svg: inout MarkupWriter) {
        let map = condensed()
        let strongest = map.largest ?? map.values.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
        for row in 0..<map.rows {
            for column in 0..<map.columns {
                let value = map.values[row * map.columns + column]
                guard value.isFinite, let cell = map.cell(row, column, frame) else { continue }
                let strength = strongest > 0 ? min(abs(value) / strongest, 1) : 0
                map.draw(cell, value, strength, describe(row, column, value, frame), &svg)
            }
        }
    }

    private typealias Cell = (x: Double, y: Double, width: Double, height: Double)

    private func cell(_ row: Int, _ column: Int, _ frame: Frame) -> Cell? {
        func edge(_ range: ClosedRange<Double>, _ index: Int, _ count: Int) -> Double {
            range.lowerBound + (range.upperBound - range.lowerBound) * Double(index) / Double(count)
        }
        guard let a = frame.place(edge(x, column, columns), edge(y, row, rows)),
            let b = frame.place(edge(x, column + 1, columns), edge(y, row + 1, rows))
        else { return nil }
        return (min(a.x, b.x), min(a.y, b.y), abs(b.x - a.x), abs(b.y - a.y))
    }

    private func draw(
        _ cell: Cell, _ value: Double, _ strength: Double, _ hover: String?, _ svg: inout MarkupWriter
    ) {
        // A cell of zero keeps a trace of colour only where the value is not zero.
        let shade = value == 0 ? 0 : 0.06 + 0.94 * strength
        svg.element(
            "rect",
            [
                "class": "c " + Tint.series(value < 0 ? 1 : 0).fill, "x": coordinate(cell.x), "y": coordinate(cell.y),
                "width": coordinate(cell.width), "height": coordinate(cell.height),
                "fill-opacity": fixedNumber(shade, decimals: 2),
            ]
        ) { if let hover { $0.hoverTitle(hover) } }
        let text = printedNumber(value, digits: 3)
        let size = min(11, cell.height * 0.7)
        guard showsValues, size >= 6.5, value != 0, textWidth(text, size: size) <= cell.width - 2 else { return }
        svg.element(
            "text",
            [
                "class": shade > 0.5 ? "v on" : "v", "x": coordinate(cell.x + cell.width / 2),
                "y": coordinate(cell.y + cell.height / 2 + size * 0.35), "text-anchor": "middle",
                "font-size": coordinate(size),
            ], text: text)
    }

    /// What the pointer is told of a cell; cells of many take no more room for it.
    private func describe(_ row: Int, _ column: Int, _ value: Double, _ frame: Frame) -> String? {
        guard rows <= 20, columns <= 20 else { return nil }
        guard let names = frame.y.categories, let others = frame.x.categories, names.indices.contains(row),
            others.indices.contains(column)
        else { return printedNumber(value) }
        return "\(names[row]), \(others[column]): \(printedNumber(value))"
    }
}
