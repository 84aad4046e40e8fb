/// How often each feature was selected from half of the rows.
public struct StabilityResult: Sendable, Hashable {
    /// Descending.
    public let strengths: [Double]
    /// Π_j(λ), the share of halves that select feature j at a strength, [strengths][features].
    public let probabilities: [[Double]]
    /// The largest Π_j(λ) of each feature.
    public let largestProbabilities: [Double]
    /// The threshold π of ``stableFeatures``.
    public let threshold: Double
    /// The pairs of halves that were drawn.
    public let pairs: Int
    /// q: how many features a half selects at any strength, on average.
    public let meanSelections: Double

    /// - Parameter selections: [halves][strengths]; what a half does not list it does not select.
    init(strengths: [Double], features: Int, threshold: Double, pairs: Int, selections: [[[Int]]]) {
        (self.strengths, self.threshold, self.pairs) = (strengths, threshold, pairs)
        var counts = [[Int]](repeating: Array(repeating: 0, count: features), count: strengths.count)
        var unions = 0
        for half in selections {
            for (strength, selection) in half.enumerated() { for j in selection { counts[strength][j] += 1 } }
            unions += half.reduce(into: Set<Int>()) { $0.formUnion($1) }.count
        }
        let halves = Double(max(selections.count, 1))
        probabilities = counts.map { $0.map { Double($0) / halves } }
        largestProbabilities = (0..<features).map { j in counts.reduce(0) { max($0, Double($1[j]) / halves) } }
        meanSelections = Double(unions) / halves
    }

    /// The features of which the largest probability reaches the threshold, ascending.
    public var stableFeatures: [Int] { largestProbabilities.indices.filter { largestProbabilities[$0] >= threshold } }

    /// A bound of the expected number of false selections among the stable features: q²/((2π − 1)·p).
    ///
    /// Of Meinshausen and Bühlmann (theorem 1), where false features are exchangeable and selected no better than by chance;
    /// with complementary pairs it holds without either for the features that a half selects with probability q/p at most
    /// (Shah and Samworth, theorem 1).
    public var falseSelectionBound: Double {
        meanSelections * meanSelections / ((2 * threshold - 1) * Double(max(largestProbabilities.count, 1)))
    }

    /// A smaller bound, C·q²/p, where the shares of pairs that select a feature twice have unimodal distributions
    /// (Shah and Samworth, theorem 2); with B pairs C = 1/(2(2π − 1 − 1/(2B))) up to π = ¾, and
    /// 4(1 − π + 1/(2B))/(1 + 1/B) beyond. Nil where its conditions fail: q/p ≤ 1/√3 and
    /// π > min(½ + θ², ½ + 1/(2B) + ¾θ²), θ = q/p.
    public var unimodalFalseSelectionBound: Double? {
        let (p, b) = (Double(max(largestProbabilities.count, 1)), Double(pairs))
        let theta = meanSelections / p
        if theta > 1 / 3.0.squareRoot() { return nil }
        if threshold <= min(0.5 + theta * theta, 0.5 + 1 / (2 * b) + 0.75 * theta * theta) { return nil }
        let factor =
            threshold <= 0.75
            ? 1 / (2 * (2 * threshold - 1 - 1 / (2 * b))) : 4 * (1 - threshold + 1 / (2 * b)) / (1 + 1 / b)
        return factor > 0 ? factor * meanSelections * theta : nil
    }
}
