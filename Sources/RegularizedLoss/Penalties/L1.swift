public import LinearAlgebra

/// L1(w) = λΣ|w|: selects; under its proximal step weights become exactly zero.
public struct L1: Sendable, Hashable {
    /// λ
    public var strength: Double

    /// λΣ|w|
    public init(_ strength: Double) { self.strength = strength }

    /// λΣ|w|
    public func value<Scalar>(_ count: Int, _ w: UnsafePointer<Scalar>) -> Double where Scalar: BLASScalar {
        strength * Scalar.sumOfMagnitudes(count, w)
    }

    /// w ← argmin_x ½Σ dᵢ(xᵢ − wᵢ)² + η·λΣ|x|, i.e. S(wᵢ, ηλ/dᵢ).
    ///
    /// - Parameters:
    ///   - rate: η
    ///   - metric: d [count], or nil for ones.
    public func prox<Scalar: BLASScalar>(
        _ count: Int, _ w: UnsafeMutablePointer<Scalar>, rate: Scalar, metric: UnsafePointer<Scalar>? = nil
    ) {
        Scalar.softThreshold(count, l1: rate * Scalar(strength), ridge: 0, metric: metric, w)
    }

    /// max_i of the distance of −gᵢ to λ·∂|wᵢ|: 0 exactly where w is stationary, g the gradient of the loss.
    public func optimalityDistance<Scalar: BLASScalar>(
        _ count: Int, _ w: UnsafePointer<Scalar>, gradient g: UnsafePointer<Scalar>
    ) -> Double {
        distanceToSubdifferential(count, w, g, l1: strength, ridge: 0)
    }
}

/// max_i dist(−gᵢ, l1·∂|wᵢ| + ridge·wᵢ), where ∂|0| = [−1, 1].
func distanceToSubdifferential<Scalar: BLASScalar>(
    _ count: Int, _ w: UnsafePointer<Scalar>, _ g: UnsafePointer<Scalar>, l1: Double, ridge: Double
) -> Double {
    (0..<count).reduce(0) { largest, i in
        let (wi, gi) = (Double(w[i]), Double(g[i]))
        let distance = wi == 0 ? Swift.max(abs(gi) - l1, 0) : abs(gi + ridge * wi + (wi > 0 ? l1 : -l1))
        return Swift.max(largest, distance)
    }
}
