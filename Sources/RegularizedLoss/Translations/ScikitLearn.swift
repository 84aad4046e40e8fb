/// Settings of scikit-learn's estimators, and what they are here.
///
/// n is the number of rows, or the sum of their weights where there are weights; ŷ = x·w + b, and the intercept b is
/// never penalised (`liblinear` alone does).
public enum ScikitLearn {
    /// `ElasticNet`, `Lasso` (l1Ratio 1), `SGDRegressor` and `SGDClassifier`; linfa's elastic net, too.
    ///
    /// Theirs: 1/(2n)·Σ(y − ŷ)² + α(ρΣ|w| + ½(1 − ρ)Σw²), or the mean log-loss in front. Ours: mean ½(ŷ − y)², or the
    /// mean cross-entropy, + λ(ρΣ|w| + ½(1 − ρ)Σw²). So λ = α, with the same ρ.
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

    /// `Ridge`.
    ///
    /// Theirs: Σ(y − ŷ)² + αΣw². Ours: mean ½(ŷ − y)² + ½λΣw², theirs over 2n. So λ = α/n.
    public struct Ridge: Sendable, Hashable {
        /// `alpha`
        public var alpha: Double

        /// Their setting.
        public init(alpha: Double) { self.alpha = alpha }

        /// The setting equal to `penalty`, or nil where that has an L1 term, which `Ridge` has not.
        public init?(_ penalty: RegularizedLoss.ElasticNet, rows n: Double) {
            guard penalty.l1 == 0 else { return nil }
            alpha = penalty.ridge * n
        }

        /// The same penalty here.
        public func penalty(rows n: Double) -> RegularizedLoss.ElasticNet {
            RegularizedLoss.ElasticNet(strength: alpha / n, l1Ratio: 0)
        }
    }

    /// `LogisticRegression`, binary and multinomial.
    ///
    /// Theirs: C·Σ loss + ρΣ|w| + ½(1 − ρ)Σw². Ours: mean loss + λ(ρΣ|w| + ½(1 − ρ)Σw²), theirs over C·n. So
    /// λ = 1/(C·n), with the same ρ.
    public struct LogisticRegression: Sendable, Hashable {
        /// `C`; infinity is no penalty.
        public var c: Double
        /// `l1_ratio`: 0 is their `penalty="l2"`, 1 their `penalty="l1"`.
        public var l1Ratio: Double

        /// Their settings.
        public init(c: Double, l1Ratio: Double = 0) { (self.c, self.l1Ratio) = (c, l1Ratio) }

        /// The settings equal to `penalty`.
        public init(_ penalty: RegularizedLoss.ElasticNet, rows n: Double) {
            (c, l1Ratio) = (1 / (penalty.strength * n), penalty.l1Ratio)
        }

        /// The same penalty here.
        public func penalty(rows n: Double) -> RegularizedLoss.ElasticNet {
            RegularizedLoss.ElasticNet(strength: 1 / (c * n), l1Ratio: l1Ratio)
        }
    }

    /// `MLPRegressor` and `MLPClassifier`.
    ///
    /// Theirs, by the gradient that they follow: the mean over a batch of ½Σ_outputs(ŷ − y)² or of the cross-entropy,
    /// + α/(2·batch size)·Σ‖W‖² over weights, not biases. Ours: the same mean + ½λΣ‖W‖². So λ = α/batch size. (The loss
    /// that they report for several outputs is a mean over outputs, too; the gradient is not.)
    public struct MLP: Sendable, Hashable {
        /// `alpha`
        public var alpha: Double

        /// Their setting.
        public init(alpha: Double) { self.alpha = alpha }

        /// The setting equal to `penalty`, or nil where that has an L1 term, which their networks have not.
        public init?(_ penalty: RegularizedLoss.ElasticNet, batchSize: Int) {
            guard penalty.l1 == 0 else { return nil }
            alpha = penalty.ridge * Double(batchSize)
        }

        /// The same penalty here; with solver `lbfgs` the batch is all rows.
        public func penalty(batchSize: Int) -> RegularizedLoss.ElasticNet {
            RegularizedLoss.ElasticNet(strength: alpha / Double(batchSize), l1Ratio: 0)
        }
    }
}
