/// Settings of glmnet, and what they are here.
///
/// Theirs: Σωᵢℓᵢ + λΣvⱼ(α|βⱼ| + ½(1 − α)βⱼ²) on standardised features, ω of sum 1 and Σvⱼ = p. Ours is the same with
/// strength λ and l1 ratio α, but for the gaussian family: glmnet divides the targets (less the offset) by their standard
/// deviation s before it fits and multiplies λ and the coefficients by s afterwards. That leaves the L1 term as it
/// is and makes the other ½(1 − α)β²/s, so that strength·ρ = λα and strength·(1 − ρ) = λ(1 − α)/s.
///
/// - Source: Friedman, Hastie and Tibshirani, Journal of Statistical Software 33(1), 2010; the division by s is not
///   in the paper.
public struct Glmnet: Sendable, Hashable {
    /// `family`
    public enum Family: Sendable, Hashable {
        /// ½(y − η)², with the deviation √Σω(y − o − m)² of the targets less the offset about their mean m: 1/n, not
        /// 1/(n − 1).
        case gaussian(deviation: Double)
        /// Two classes.
        case binomial
        /// Several classes.
        case multinomial
        /// Counts.
        case poisson

        /// s: what the targets are divided by.
        fileprivate var deviation: Double { if case .gaussian(let deviation) = self { deviation } else { 1 } }
    }

    /// `lambda`
    public var lambda: Double
    /// `alpha`
    public var alpha: Double
    /// `family`
    public var family: Family

    /// Their settings.
    public init(lambda: Double, alpha: Double = 1, family: Family) {
        (self.lambda, self.alpha, self.family) = (lambda, alpha, family)
    }

    /// The settings equal to `penalty`.
    public init(_ penalty: ElasticNet, family: Family) {
        let ridge = penalty.ridge * family.deviation
        lambda = penalty.l1 + ridge
        alpha = lambda == 0 ? penalty.l1Ratio : penalty.l1 / lambda
        self.family = family
    }

    /// The same penalty here.
    public var penalty: ElasticNet {
        let (l1, ridge) = (lambda * alpha, lambda * (1 - alpha) / family.deviation)
        return lambda == 0 ? ElasticNet(strength: 0, l1Ratio: alpha) : ElasticNet(l1: l1, ridge: ridge)
    }

    /// `penalty.factor` as glmnet uses it, and Lariat takes it: negative ones as 0, and all times p/Σv; infinity
    /// excludes a feature, which counts with 1 in the sum.
    public static func penaltyFactors(_ factors: [Double]) -> [Double] {
        let sum = factors.reduce(0) { $0 + ($1 == .infinity ? 1 : max($1, 0)) }
        return factors.map { $0 == .infinity ? $0 : max($0, 0) * Double(factors.count) / sum }
    }
}
