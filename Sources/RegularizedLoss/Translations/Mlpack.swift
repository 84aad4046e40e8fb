/// Settings of mlpack's `LARS`, and what they are here.
///
/// Theirs: ½Σ(y − ŷ)² + λ₁Σ|w| + ½λ₂Σw². Ours: mean ½(ŷ − y)² + λ(ρΣ|w| + ½(1 − ρ)Σw²), theirs over n. So λρ = λ₁/n and
/// λ(1 − ρ) = λ₂/n.
public struct Mlpack: Sendable, Hashable {
    /// `lambda1`
    public var lambda1: Double
    /// `lambda2`
    public var lambda2: Double

    /// Their settings.
    public init(lambda1: Double, lambda2: Double = 0) { (self.lambda1, self.lambda2) = (lambda1, lambda2) }

    /// The settings equal to `penalty`.
    public init(_ penalty: ElasticNet, rows n: Int) {
        (lambda1, lambda2) = (penalty.l1 * Double(n), penalty.ridge * Double(n))
    }

    /// The same penalty here.
    public func penalty(rows n: Int) -> ElasticNet {
        ElasticNet(l1: lambda1 / Double(n), ridge: lambda2 / Double(n))
    }
}
