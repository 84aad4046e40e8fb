/// Bars from zero: of a histogram, between edges, or of names, around the places of a category axis.
public struct Bars: Sendable, Hashable {
    /// Where the bars stand.
    public enum Places: Sendable, Hashable {
        /// Between neighbouring edges: one edge more than bars.
        case edges([Double])
        /// At 0, 1, … of a horizontal category axis.
        case columns
        /// At 0, 1, … of a vertical category axis.
        case rows
    }

    /// Their name in the legend; nil leaves them out.
    public var name: String?
    /// Where they stand.
    public var places: Places
    /// How long they are.
    public var values: [Double]
    /// Their colour.
    public var tint: Tint
    /// Which of how many bars at each place these are.
    public var position: Int
    /// How many bars stand side by side at each place.
    public var groupSize: Int

    /// Bars.
    ///
    /// - Precondition: there is one edge more than values.
    public init(
        _ name: String? = nil, at places: Places, values: [Double], tint: Tint = .series(0), position: Int = 0,
        of groupSize: Int = 1
    ) {
        if case .edges(let edges) = places {
            precondition(edges.count == values.count + 1, "\(edges.count) edges for \(values.count) bars")
        }
        (self.name, self.places, self.values, self.tint) = (name, places, values, tint)
        (self.position, self.groupSize) = (position, groupSize)
    }
}

extension Bars: Drawing {
    var legend: LegendEntry? { name.map { LegendEntry(name: $0, symbol: .bar, tint: tint) } }

    func extend(x: inout Extent, y: inout Extent) {
        switch places {
        case .edges(let edges):
            x.include(edges)
            y.include(values + [0])
        case .columns: y.include(values + [0])
        case .rows: x.include(values + [0])
        }
    }

    func draw(_ frame: Frame, into svg: inout MarkupWriter) {
        let told = Set(evenly(values.count, limit: max(frame.hoverLimit, 60)))
        for (index, value) in values.enumerated() {
            guard let bar = rectangle(index, value, frame) else { continue }
            svg.element(
                "rect",
                [
                    "class": "r \(tint.fill)", "x": coordinate(bar.x), "y": coordinate(bar.y),
                    "width": coordinate(bar.width), "height": coordinate(bar.height),
                ]
            ) { if told.contains(index) { $0.hoverTitle(hover(index, value, frame)) } }
        }
    }

    private typealias Rectangle = (x: Double, y: Double, width: Double, height: Double)

    private func rectangle(_ index: Int, _ value: Double, _ frame: Frame) -> Rectangle? {
        func side(_ start: Double, _ end: Double) -> (low: Double, length: Double) {
            (min(start, end), abs(end - start))
        }
        let values = isHorizontal ? frame.x : frame.y
        let zero = values.place(0) ?? (values.place(values.domain.lowerBound) ?? 0)
        guard let end = values.place(value) else { return nil }
        // A value that is there is visible, however small it is.
        var long = side(zero, end)
        if value != 0 && long.length < 1 { long = (end < zero ? zero - 1 : min(zero, end), 1) }
        if case .edges(let edges) = places {
            guard let a = frame.x.place(edges[index]), let b = frame.x.place(edges[index + 1]) else { return nil }
            let wide = side(a, b)
            return (wide.low, long.low, max(wide.length - 0.5, 0.4), long.length)
        }
        let names = isHorizontal ? frame.y : frame.x
        guard let middle = names.place(Double(index)) else { return nil }
        let room = names.distance(1) * 0.8 / Double(groupSize)
        let start = middle + (Double(position) - Double(groupSize) / 2) * room
        return isHorizontal ? (long.low, start, long.length, room) : (start, long.low, room, long.length)
    }

    private var isHorizontal: Bool { places == .rows }

    private func hover(_ index: Int, _ value: Double, _ frame: Frame) -> String {
        let before = name.map { $0 + ": " } ?? ""
        guard case .edges(let edges) = places else {
            return isHorizontal
                ? frame.hover(name ?? "", value, Double(index)) : frame.hover(name ?? "", Double(index), value)
        }
        return "\(before)\(printedNumber(edges[index])) … \(printedNumber(edges[index + 1])): \(printedNumber(value))"
    }
}

/// Counts of values between equally wide edges.
public struct Histogram: Sendable, Hashable {
    /// One more than counts.
    public let edges: [Double]
    /// How many values lie between neighbouring edges; one on an edge counts to its right, on the last one to its left.
    public let counts: [Double]

    /// The finite ones of some values in at most `bins` bins, about √n of them.
    public init(of values: [Double], bins: Int = 40) {
        let values = values.filter(\.isFinite)
        guard let low = values.min(), let high = values.max() else {
            (edges, counts) = ([0, 1], [0])
            return
        }
        let half = high / 2 - low / 2
        if !(half > 1e-290) || !(half > abs(low) * 1e-11) {
            let reach = max(abs(low) / 2, 0.5)
            (edges, counts) = ([low - reach, low + reach], [Double(values.count)])
            return
        }
        let count = max(1, min(bins, Int(Double(values.count).squareRoot().rounded(.up)) + 1))
        let edges = (0...count).map { $0 == count ? high : low + 2 * (half * (Double($0) / Double(count))) }
        var counts = Array(repeating: 0.0, count: count)
        for value in values {
            let place = (value / 2 - low / 2) / half * Double(count)
            counts[min(count - 1, Int(place))] += 1
        }
        (self.edges, self.counts) = (edges, counts)
    }
}
