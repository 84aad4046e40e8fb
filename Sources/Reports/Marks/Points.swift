/// Single points; where there are thousands, cells as dark as there are points in them.
public struct Points: Sendable, Hashable {
    /// Their name in the legend; nil leaves them out.
    public var name: String?
    /// [points]
    public var x: [Double]
    /// [points]
    public var y: [Double]
    /// Their colour.
    public var tint: Tint
    /// What the pointer is told of each; empty: the values.
    public var labels: [String]
    /// Half their width.
    public var radius: Double

    /// Points.
    ///
    /// - Precondition: x and y have the same length, and so have labels that are not empty.
    public init(
        _ name: String? = nil, x: [Double], y: [Double], tint: Tint = .series(0), labels: [String] = [],
        radius: Double = 2.5
    ) {
        precondition(x.count == y.count, "there are \(x.count) x and \(y.count) y of points")
        precondition(labels.isEmpty || labels.count == x.count, "\(labels.count) labels for \(x.count) points")
        (self.name, self.x, self.y, self.tint, self.labels) = (name, x, y, tint, labels)
        self.radius = radius
    }

    /// From how many points on they are counted in cells.
    static let cellsFrom = 600
}

extension Points: Drawing {
    var legend: LegendEntry? { name.map { LegendEntry(name: $0, symbol: .point, tint: tint) } }

    func extend(x: inout Extent, y: inout Extent) {
        for (a, b) in zip(self.x, self.y) where a.isFinite && b.isFinite {
            x.include(a)
            y.include(b)
        }
    }

    func draw(_ frame: Frame, into svg: inout MarkupWriter) {
        if x.count >= Self.cellsFrom { return drawCells(frame, &svg) }
        let told = Set(evenly(x.count, limit: labels.isEmpty ? frame.hoverLimit : 60))
        for index in x.indices {
            guard let point = frame.place(x[index], y[index]) else { continue }
            svg.element(
                "circle",
                [
                    "class": "p \(tint.fill)", "cx": coordinate(point.x), "cy": coordinate(point.y),
                    "r": coordinate(radius),
                ]
            ) {
                guard told.contains(index) else { return }
                $0.hoverTitle(labels.isEmpty ? frame.hover(name ?? "", x[index], y[index]) : labels[index])
            }
        }
    }

    private struct Cell: Hashable, Comparable {
        let row, column: Int
        static func < (a: Cell, b: Cell) -> Bool { (a.row, a.column) < (b.row, b.column) }
    }

    private func drawCells(_ frame: Frame, _ svg: inout MarkupWriter) {
        let size = 5.0
        var counts: [Cell: Int] = [:]
        for (x, y) in zip(x, y) {
            guard let point = frame.place(x, y) else { continue }
            let (column, row) = ((point.x / size).rounded(.down), (point.y / size).rounded(.down))
            counts[Cell(row: Int(row), column: Int(column)), default: 0] += 1
        }
        let most = Double(counts.values.max() ?? 1)
        for (cell, count) in counts.sorted(by: { $0.key < $1.key }) {
            // Single points stay visible beside thousands.
            let shade = 0.2 + 0.8 * (Double(count) / most).squareRoot()
            svg.element(
                "rect",
                [
                    "class": tint.fill, "x": coordinate(Double(cell.column) * size),
                    "y": coordinate(Double(cell.row) * size), "width": coordinate(size), "height": coordinate(size),
                    "fill-opacity": fixedNumber(shade, decimals: 2),
                ])
        }
    }
}
