/// A colour by its part in a plot. What it looks like depends on the page: light, dark or printed.
public enum Tint: Sendable, Hashable {
    /// One of seven colours that people of all kinds of sight tell apart (Okabe and Ito); from the eighth on they repeat
    /// with dashes.
    case series(Int)
    /// What stands behind.
    case muted
    /// As text.
    case ink

    /// The class of lines.
    var stroke: String {
        switch self {
        case .series(let index): "s\(Self.colour(index))"
        case .muted: "sm"
        case .ink: "si"
        }
    }

    /// The class of areas.
    var fill: String {
        switch self {
        case .series(let index): "f\(Self.colour(index))"
        case .muted: "fm"
        case .ink: "fi"
        }
    }

    /// The dashes of a line.
    var dashes: String? {
        guard case .series(let index) = self else { return nil }
        return [nil, "6 3", "2 3", "8 3 2 3"][abs(index) / Self.count % 4]
    }

    static let count = 7

    private static func colour(_ index: Int) -> Int { abs(index) % count }
}
