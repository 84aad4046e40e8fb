/// The loss of a linear model with two weights of standardised features, up to a constant, with an elastic net:
///
/// ½wᵀGw − bᵀw + λ(ρ‖w‖₁ + ½(1 − ρ)‖w‖²),  G = Σω·x̃x̃ᵀ, b = Σω·x̃(y − ȳ)
public struct QuadraticPair: Sendable, Hashable {
    /// The two weights.
    public struct Weights: Sendable, Hashable {
        /// The first weight.
        public let first: Double
        /// The second weight.
        public let second: Double

        /// Two weights.
        public init(_ first: Double, _ second: Double) { (self.first, self.second) = (first, second) }
    }

    /// G₁₁
    public let firstSquare: Double
    /// G₁₂
    public let product: Double
    /// G₂₂
    public let secondSquare: Double
    /// b₁
    public let firstSlope: Double
    /// b₂
    public let secondSlope: Double

    /// - Precondition: G is positive definite.
    public init(firstSquare: Double, product: Double, secondSquare: Double, firstSlope: Double, secondSlope: Double) {
        precondition(
            firstSquare > 0 && firstSquare * secondSquare > product * product,
            "two features that depend on each other")
        (self.firstSquare, self.product, self.secondSquare) = (firstSquare, product, secondSquare)
        (self.firstSlope, self.secondSlope) = (firstSlope, secondSlope)
    }

    /// The loss of two features with a target; nil where a feature is constant, or one follows from the other.
    ///
    /// - Parameter weights: of the rows, of any positive sum; nil for ones.
    /// - Precondition: all have the same length.
    public init?(first: [Double], second: [Double], target: [Double], weights: [Double]? = nil) {
        precondition(
            first.count == target.count && second.count == target.count
                && weights?.count ?? target.count == target.count,
            "\(first.count) and \(second.count) values for \(target.count) targets")
        let weights = weights ?? Array(repeating: 1, count: target.count)
        let total = weights.reduce(0, +)
        func mean(_ a: [Double], _ b: [Double]) -> Double {
            a.indices.reduce(0) { $0 + weights[$1] / total * a[$1] * b[$1] }
        }
        let ones = Array(repeating: 1.0, count: target.count)
        func centred(_ values: [Double]) -> [Double] {
            let center = mean(values, ones)
            return values.map { $0 - center }
        }
        let (a, b, y) = (centred(first), centred(second), centred(target))
        let scales = (mean(a, a).squareRoot(), mean(b, b).squareRoot())
        guard scales.0 > 0, scales.1 > 0, scales.0.isFinite, scales.1.isFinite else { return nil }
        let correlation = mean(a, b) / (scales.0 * scales.1)
        guard abs(correlation) < 1 - 1e-9 else { return nil }
        self.init(
            firstSquare: 1, product: correlation, secondSquare: 1, firstSlope: mean(a, y) / scales.0,
            secondSlope: mean(b, y) / scales.1)
    }

    /// ½wᵀGw − bᵀw
    public func loss(_ w: Weights) -> Double {
        (firstSquare * w.first * w.first + secondSquare * w.second * w.second) / 2 + product * w.first * w.second
            - firstSlope * w.first - secondSlope * w.second
    }

    /// The weights with the smallest loss.
    public var unpenalized: Weights { solution(strength: 0, l1Ratio: 0) }

    /// The smallest strength at which both weights are zero; infinite for ρ = 0.
    public func largestStrength(l1Ratio: Double) -> Double { max(abs(firstSlope), abs(secondSlope)) / l1Ratio }

    /// The minimiser: of the nine choices of which weights are zero and which signs the others have, the one that fulfils
    /// the optimality conditions. A weight that is zero is exactly zero.
    public func solution(strength: Double, l1Ratio: Double) -> Weights {
        let (l1, ridge) = (strength * l1Ratio, strength * (1 - l1Ratio))
        let (g11, g22) = (firstSquare + ridge, secondSquare + ridge)
        if abs(firstSlope) <= l1 && abs(secondSlope) <= l1 { return Weights(0, 0) }
        // One weight alone: the slope of the other stays within the bound.
        let alone = (soft(firstSlope, l1) / g11, soft(secondSlope, l1) / g22)
        if alone.0 != 0, abs(secondSlope - product * alone.0) <= l1 { return Weights(alone.0, 0) }
        if alone.1 != 0, abs(firstSlope - product * alone.1) <= l1 { return Weights(0, alone.1) }
        let determinant = g11 * g22 - product * product
        for (s, t) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
            let (a, b) = (firstSlope - l1 * s, secondSlope - l1 * t)
            let w = Weights((g22 * a - product * b) / determinant, (g11 * b - product * a) / determinant)
            if w.first * s >= 0 && w.second * t >= 0 { return w }
        }
        return Weights(0, 0)
    }

    /// The strength at which the second of both weights leaves zero under L1; 0 if it never does before the end.
    public var secondEntry: Double {
        var (low, high) = (0.0, largestStrength(l1Ratio: 1))
        for _ in 0..<80 {
            let middle = (low + high) / 2
            let w = solution(strength: middle, l1Ratio: 1)
            if w.first != 0 && w.second != 0 { low = middle } else { high = middle }
        }
        return low
    }

    private func soft(_ x: Double, _ bound: Double) -> Double { x > bound ? x - bound : x < -bound ? x + bound : 0 }
}
