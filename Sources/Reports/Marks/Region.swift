internal import Glibc

/// A filled shape.
public struct Region: Sendable, Hashable {
    /// Its name in the legend; nil leaves it out.
    public var name: String?
    /// The corners of its outline, [points].
    public var x: [Double]
    /// [points]
    public var y: [Double]
    /// Its colour.
    public var tint: Tint

    /// A shape within an outline.
    ///
    /// - Precondition: x and y have the same length.
    public init(_ name: String? = nil, x: [Double], y: [Double], tint: Tint = .series(0)) {
        precondition(x.count == y.count, "an outline has \(x.count) x and \(y.count) y")
        (self.name, self.x, self.y, self.tint) = (name, x, y, tint)
    }

    /// The pairs of weights of which the elastic-net penalty is at most a bound:
    ///
    /// ρ(|a| + |b|) + ½(1 − ρ)(a² + b²) ≤ bound
    ///
    /// With ρ = 1 the diamond of L1, whose corners lie on the axes, with ρ = 0 the circle of L2.
    ///
    /// - Precondition: 0 ≤ ρ ≤ 1, bound > 0.
    public static func penaltyBall(
        _ name: String? = nil, l1Ratio: Double, bound: Double, tint: Tint = .series(0)
    ) -> Region {
        precondition((0...1).contains(l1Ratio) && bound > 0, "a penalty ball with ρ = \(l1Ratio) of \(bound)")
        // A count that 4 divides, so that the corners are among the points.
        let count = l1Ratio == 1 ? 4 : 120
        var (x, y): ([Double], [Double]) = ([], [])
        for index in 0..<count {
            let angle = 2 * Double.pi * Double(index) / Double(count)
            let isOnAxis = index.isMultiple(of: count / 4)
            let (c, s) = isOnAxis ? (cos(angle).rounded(), sin(angle).rounded()) : (cos(angle), sin(angle))
            // ρ·r·(|c| + |s|) + ½(1 − ρ)·r² = bound, by the root's form without cancellation.
            let slope = l1Ratio * (abs(c) + abs(s))
            let r = 2 * bound / (slope + (slope * slope + 2 * (1 - l1Ratio) * bound).squareRoot())
            x.append(r * c)
            y.append(r * s)
        }
        return Region(name, x: x, y: y, tint: tint)
    }
}

extension Region: Drawing {
    var legend: LegendEntry? { name.map { LegendEntry(name: $0, symbol: .region, tint: tint) } }

    func extend(x: inout Extent, y: inout Extent) {
        x.include(self.x)
        y.include(self.y)
    }

    func draw(_ frame: Frame, into svg: inout MarkupWriter) {
        let places = zip(x, y).compactMap { frame.place($0, $1) }
        guard !places.isEmpty else { return }
        svg.element(
            "path", ["class": "a \(tint.fill) \(tint.stroke)", "d": PolyLine.path(places, isClosed: true)]
        ) { if let name { $0.hoverTitle(name) } }
    }
}
