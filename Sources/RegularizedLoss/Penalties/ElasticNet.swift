public import LinearAlgebra

/// λ(ρΣ|w| + ½(1 − ρ)Σw²), added to the mean loss: the form of glmnet, scikit-learn and skglm.
public struct ElasticNet: Sendable, Hashable {
    /// λ
    public var strength: Double
    /// ρ: 1 is the lasso, 0 is ridge.
    public var l1Ratio: Double

    /// λ(ρΣ|w| + ½(1 − ρ)Σw²)
    public init(strength: Double, l1Ratio: Double) { (self.strength, self.l1Ratio) = (strength, l1Ratio) }

    /// λρ
    public var l1: Double { strength * l1Ratio }
    /// λ(1 − ρ)
    public var ridge: Double { strength * (1 - l1Ratio) }

    /// λ(ρΣ|w| + ½(1 − ρ)Σw²)
    public func value<Scalar: BLASScalar>(_ count: Int, _ w: UnsafePointer<Scalar>) -> Double {
        l1 * Scalar.sumOfMagnitudes(count, w) + 0.5 * ridge * Scalar.sumOfSquares(count, w)
    }

    /// w ← S(wᵢ, ηλρ/dᵢ)/(1 + ηλ(1 − ρ)/dᵢ), the minimiser of ½Σ dᵢ(xᵢ − wᵢ)² + η·penalty(x).
    public func prox<Scalar: BLASScalar>(
        _ count: Int, _ w: UnsafeMutablePointer<Scalar>, rate: Scalar, metric: UnsafePointer<Scalar>? = nil
    ) {
        Scalar.softThreshold(count, l1: rate * Scalar(l1), ridge: rate * Scalar(ridge), metric: metric, w)
    }

    /// max_i dist(−gᵢ, λρ·∂|wᵢ| + λ(1 − ρ)wᵢ), g the gradient of the loss.
    public func optimalityDistance<Scalar: BLASScalar>(
        _ count: Int, _ w: UnsafePointer<Scalar>, gradient g: UnsafePointer<Scalar>
    ) -> Double {
        distanceToSubdifferential(count, w, g, l1: l1, ridge: ridge)
    }
}
