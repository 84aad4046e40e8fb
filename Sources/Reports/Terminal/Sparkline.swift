/// A curve in one line of text: ▇▅▃▂▁
public struct Sparkline: Sendable, Hashable {
    /// The values, in order.
    public var values: [Double]
    /// The most characters.
    public var width: Int

    /// A curve in at most `width` characters.
    public init(_ values: [Double], width: Int = 40) { (self.values, self.width) = (values, width) }

    /// The characters; a mean of neighbours each where there are more values, and a space where none is finite.
    public var text: String {
        let count = min(max(width, 0), values.count)
        let means = (0..<count).map { index -> Double in
            let part = values[(index * values.count / count)..<((index + 1) * values.count / count)].filter(\.isFinite)
            return part.isEmpty ? .nan : part.reduce(0) { $0 + $1 / Double(part.count) }
        }
        let finite = means.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max() else { return String(repeating: " ", count: count) }
        let steps = Array("▁▂▃▄▅▆▇█")
        let half = high / 2 - low / 2
        return String(
            means.map { mean in
                guard mean.isFinite else { return " " }
                return half > 0 ? steps[min(7, Int((mean / 2 - low / 2) / half * 8))] : steps[3]
            })
    }
}
