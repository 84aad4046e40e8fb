/// Settings of celer's estimators, and what they are here; n is the number of rows.
public enum Celer {
    /// `Lasso` and `ElasticNet`.
    ///
    /// Theirs: 1/(2n)·Σ(y − ŷ)² + α(ρΣ|w| + ½(1 − ρ)Σw²). So λ = α, with the same ρ. (The documentation of their
    /// `ElasticNet` leaves the ½ of the last term out; the program has it.)
    public struct ElasticNet: Sendable, Hashable {
        /// `alpha`
        public var alpha: Double
        /// `l1_ratio`
        public var l1Ratio: Double

        /// Their settings.
        public init(alpha: Double, l1Ratio: Double = 1) { (self.alpha, self.l1Ratio) = (alpha, l1Ratio) }

        /// The settings equal to `penalty`.
        public init(_ penalty: RegularizedLoss.ElasticNet) { (alpha, l1Ratio) = (penalty.strength, penalty.l1Ratio) }

        /// The same penalty here.
        public var penalty: RegularizedLoss.ElasticNet {
            RegularizedLoss.ElasticNet(strength: alpha, l1Ratio: l1Ratio)
        }
    }

    /// `LogisticRegression`, with labels ±1 and no intercept.
    ///
    /// Theirs: Σ log(1 + e^(−y·x·w)) + αΣ|w|, α = 1/C. Ours: the mean of the same + λΣ|w|. So λ = α/n = 1/(C·n).
    public struct LogisticRegression: Sendable, Hashable {
        /// `C`
        public var c: Double
        /// The strength on the sum that `C` stands for, and that `celer_path` takes.
        public var alpha: Double { 1 / c }

        /// Their setting.
        public init(c: Double) { self.c = c }

        /// The same as the strength of `celer_path(pb="logreg")`.
        public init(alpha: Double) { c = 1 / alpha }

        /// The setting equal to `penalty`, or nil where that has a squared term, which theirs has not.
        public init?(_ penalty: RegularizedLoss.ElasticNet, rows n: Int) {
            guard penalty.ridge == 0 else { return nil }
            c = 1 / (penalty.l1 * Double(n))
        }

        /// The same penalty here.
        public func penalty(rows n: Int) -> RegularizedLoss.ElasticNet {
            RegularizedLoss.ElasticNet(strength: 1 / (c * Double(n)), l1Ratio: 1)
        }
    }
}
