/// The area between two curves: a standard error, a range over seeds.
public struct Band: Sendable, Hashable {
    /// Its name in the legend; nil leaves it out.
    public var name: String?
    /// [points], ascending or descending
    public var x: [Double]
    /// [points]
    public var lower: [Double]
    /// [points]
    public var upper: [Double]
    /// Its colour.
    public var tint: Tint

    /// An area between two curves.
    ///
    /// - Precondition: all three have the same length.
    public init(_ name: String? = nil, x: [Double], lower: [Double], upper: [Double], tint: Tint = .series(0)) {
        precondition(
            x.count == lower.count && x.count == upper.count,
            "a band has \(x.count) x, \(lower.count) lower and \(upper.count) upper values")
        (self.name, self.x, self.lower, self.upper, self.tint) = (name, x, lower, upper, tint)
    }
}

extension Band: Drawing {
    var legend: LegendEntry? { name.map { LegendEntry(name: $0, symbol: .band, tint: tint) } }

    func extend(x: inout Extent, y: inout Extent) {
        x.include(self.x)
        y.include(lower)
        y.include(upper)
    }

    func draw(_ frame: Frame, into svg: inout MarkupWriter) {
        let edge = frame.y.place(frame.y.domain.lowerBound)
        let places = x.indices.map { index -> (upper: PolyLine.Place, lower: PolyLine.Place)? in
            guard let top = frame.place(x[index], upper[index]) else { return nil }
            // On a logarithmic axis a band may reach down to where there are no places.
            let bottom = lower[index].isFinite ? frame.y.place(lower[index]) ?? edge : nil
            return bottom.map { (top, (top.x, $0)) }
        }
        var path = ""
        for run in places.split(whereSeparator: { $0 == nil }) {
            let columns = Int(frame.x.length / 2)
            let top = PolyLine.thinned(run.map { $0!.upper }, columns: columns)
            let bottom = PolyLine.thinned(run.map { $0!.lower }, columns: columns)
            path += PolyLine.path(top + bottom.reversed(), isClosed: true)
        }
        if !path.isEmpty { svg.element("path", ["class": "b \(tint.fill)", "d": path]) }
    }
}
