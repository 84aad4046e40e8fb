public import LinearAlgebra

/// L2(w) = λΣw², without ½: smooth, its gradient 2λw joins the gradient of the loss.
public struct L2: Sendable, Hashable {
    /// λ
    public var strength: Double

    /// λΣw²
    public init(_ strength: Double) { self.strength = strength }

    /// λΣw²
    public func value<Scalar: BLASScalar>(_ count: Int, _ w: UnsafePointer<Scalar>) -> Double {
        strength * Scalar.sumOfSquares(count, w)
    }

    /// g ← g + 2λw
    public func addGradient<Scalar: BLASScalar>(
        _ count: Int, _ w: UnsafePointer<Scalar>, to g: UnsafeMutablePointer<Scalar>
    ) {
        for i in 0..<count { g[i] += 2 * Scalar(strength) * w[i] }
    }

    /// w ← argmin_x ½Σ dᵢ(xᵢ − wᵢ)² + η·λΣx², i.e. wᵢ/(1 + 2ηλ/dᵢ).
    public func prox<Scalar: BLASScalar>(
        _ count: Int, _ w: UnsafeMutablePointer<Scalar>, rate: Scalar, metric: UnsafePointer<Scalar>? = nil
    ) {
        Scalar.softThreshold(count, l1: 0, ridge: 2 * rate * Scalar(strength), metric: metric, w)
    }

    /// max_i |gᵢ + 2λwᵢ|: 0 exactly where w is stationary, g the gradient of the loss.
    public func optimalityDistance<Scalar: BLASScalar>(
        _ count: Int, _ w: UnsafePointer<Scalar>, gradient g: UnsafePointer<Scalar>
    ) -> Double {
        distanceToSubdifferential(count, w, g, l1: 0, ridge: 2 * strength)
    }
}
