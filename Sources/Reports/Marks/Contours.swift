/// Lines of equal height of a function of two variables, known on a grid.
public struct Contours: Sendable, Hashable {
    /// Their name in the legend; nil leaves them out.
    public var name: String?
    /// The columns of the grid, ascending.
    public var x: [Double]
    /// The rows of the grid, ascending.
    public var y: [Double]
    /// The function, [y.count × x.count], row by row; cells with a corner that is not finite have no lines.
    public var values: [Double]
    /// The heights.
    public var levels: [Double]
    /// Their colour.
    public var tint: Tint

    /// Lines of equal height.
    ///
    /// - Precondition: there is a value for each row and column.
    public init(
        _ name: String? = nil, x: [Double], y: [Double], values: [Double], levels: [Double], tint: Tint = .muted
    ) {
        precondition(values.count == x.count * y.count, "[\(y.count) × \(x.count)] grid and \(values.count) values")
        (self.name, self.x, self.y, self.values) = (name, x, y, values)
        (self.levels, self.tint) = (levels, tint)
    }

    /// A point of a line.
    package struct Point: Sendable, Hashable {
        package let x, y: Double
    }

    /// The lines at one height, by marching squares: straight between the places where the height is met on the edges of
    /// the grid, linear along an edge. A line that returns to its beginning ends there.
    package func lines(at level: Double) -> [[Point]] {
        var next: [Edge: [Edge]] = [:]
        for row in 0..<max(0, y.count - 1) {
            for column in 0..<max(0, x.count - 1) {
                for (a, b) in segments(row, column, level) {
                    next[a, default: []].append(b)
                    next[b, default: []].append(a)
                }
            }
        }
        var lines: [[Point]] = []
        // Open lines first, from their ends; what is left then is closed.
        for start in next.keys.sorted() where next[start]!.count == 1 { lines.append(follow(start, &next, level)) }
        for start in next.keys.sorted() where next[start]!.count > 0 { lines.append(follow(start, &next, level)) }
        return lines.filter { $0.count > 1 }
    }

    /// An edge of the grid, from a corner to the right or upwards.
    private struct Edge: Hashable, Comparable {
        let row, column: Int
        let isVertical: Bool

        static func < (a: Edge, b: Edge) -> Bool {
            (a.row, a.column, a.isVertical ? 1 : 0) < (b.row, b.column, b.isVertical ? 1 : 0)
        }
    }

    private func follow(_ start: Edge, _ next: inout [Edge: [Edge]], _ level: Double) -> [Point] {
        var (line, edge) = ([crossing(start, level)], start)
        while let following = next[edge]?.first {
            next[edge]!.removeFirst()
            if let back = next[following]!.firstIndex(of: edge) { next[following]!.remove(at: back) }
            line.append(crossing(following, level))
            edge = following
        }
        return line
    }

    private func value(_ row: Int, _ column: Int) -> Double { values[row * x.count + column] }

    /// The lines within one cell, as pairs of edges.
    private func segments(_ row: Int, _ column: Int, _ level: Double) -> [(Edge, Edge)] {
        let corners = [
            value(row, column), value(row, column + 1), value(row + 1, column + 1), value(row + 1, column),
        ]
        guard corners.allSatisfy(\.isFinite) else { return [] }
        let edges = [
            Edge(row: row, column: column, isVertical: false), Edge(row: row, column: column + 1, isVertical: true),
            Edge(row: row + 1, column: column, isVertical: false), Edge(row: row, column: column, isVertical: true),
        ]
        let crossed = (0..<4).filter { (corners[$0] >= level) != (corners[($0 + 1) % 4] >= level) }
        if crossed.count == 2 { return [(edges[crossed[0]], edges[crossed[1]])] }
        guard crossed.count == 4 else { return [] }
        // A saddle: its middle says which corners belong together.
        let isHigh = corners.reduce(0) { $0 + $1 / 4 } >= level
        return (corners[0] >= level) == isHigh
            ? [(edges[0], edges[1]), (edges[2], edges[3])] : [(edges[3], edges[0]), (edges[1], edges[2])]
    }

    private func crossing(_ edge: Edge, _ level: Double) -> Point {
        let a = value(edge.row, edge.column)
        let b = edge.isVertical ? value(edge.row + 1, edge.column) : value(edge.row, edge.column + 1)
        let share = b == a ? 0.5 : (level - a) / (b - a)
        func between(_ values: [Double], _ index: Int) -> Double {
            values[index] + share * (values[index + 1] - values[index])
        }
        return edge.isVertical
            ? Point(x: x[edge.column], y: between(y, edge.row)) : Point(x: between(x, edge.column), y: y[edge.row])
    }
}

extension Contours: Drawing {
    var legend: LegendEntry? { name.map { LegendEntry(name: $0, symbol: .line, tint: tint) } }

    func extend(x: inout Extent, y: inout Extent) {
        x.include(self.x)
        y.include(self.y)
    }

    func draw(_ frame: Frame, into svg: inout MarkupWriter) {
        for level in levels {
            let path = lines(at: level).map { line in
                PolyLine.runs(of: line.map { frame.place($0.x, $0.y) }).map { PolyLine.path($0) }.joined()
            }.joined()
            if path.isEmpty { continue }
            svg.element("path", ["class": "l thin \(tint.stroke)", "d": path]) {
                $0.hoverTitle("\(name.map { $0 + " " } ?? "")\(printedNumber(level))")
            }
        }
    }
}
