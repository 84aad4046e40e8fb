public import LinearAlgebra

/// λΣ_g √|g|·‖w_g‖₂: keeps or drops groups as a whole; a dropped group is exactly zero.
public struct GroupLasso: Sendable, Hashable {
    /// λ
    public var strength: Double

    /// λΣ_g √|g|·‖w_g‖₂
    public init(_ strength: Double) { self.strength = strength }

    /// λ√|g|·‖w‖₂ of one group of `count` weights.
    public func value<Scalar: BLASScalar>(_ count: Int, _ w: UnsafePointer<Scalar>) -> Double {
        strength * (Double(count) * Scalar.sumOfSquares(count, w)).squareRoot()
    }

    /// w ← argmin_x ½Σ dᵢ(xᵢ − wᵢ)² + η(λ√|g|·‖x‖₂ + ½·ridge·‖x‖²) for one group.
    ///
    /// Zero exactly when ‖d∘w‖₂ ≤ t = ηλ√|g|; else xᵢ = dᵢwᵢθ/(dᵢ'θ + t) with dᵢ' = dᵢ + η·ridge and θ = ‖x‖ the root of
    /// f(θ) = Σ (dᵢwᵢ/(dᵢ'θ + t))² = 1, found by Newton's method on 1/√f − 1, which is nearly linear, from
    /// the left end θ₀ = (‖d∘w‖ − t)/max d'.
    ///
    /// - Parameters:
    ///   - metric: d [count], or nil for ones.
    /// - Numerics: in Double, of dᵢwᵢ/t, so that no square leaves the range.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func prox<Scalar: BLASScalar>(
        count: Int, strength: Scalar, ridge: Scalar = 0, rate: Scalar, metric: UnsafePointer<Scalar>?,
        _ w: UnsafeMutablePointer<Scalar>
    ) {
        let threshold = Double(rate) * Double(strength) * Double(count).squareRoot()
        let extra = Double(rate) * Double(ridge)
        func d(_ i: Int) -> Double { metric.map { Double($0[i]) } ?? 1 }
        if threshold == 0 {
            for i in 0..<count { w[i] = Scalar(Double(w[i]) / (1 + extra / d(i))) }
            return
        }
        // Everything over the threshold: q = d·w/t, and θ in units of t.
        var (squares, steepest) = (0.0, 0.0)
        for i in 0..<count {
            let q = d(i) * Double(w[i]) / threshold
            squares += q * q
            steepest = max(steepest, d(i) + extra)
        }
        if squares.isNaN { return }
        let norm = squares.squareRoot()
        if norm <= 1 {
            for i in 0..<count { w[i] = 0 }
            return
        }
        var theta = (norm - 1) / steepest
        for _ in 0..<50 {
            var (f, slope) = (0.0, 0.0)
            for i in 0..<count {
                let total = (d(i) + extra) * theta + 1
                let share = d(i) * Double(w[i]) / threshold / total
                f += share * share
                slope += share * share * (d(i) + extra) / total
            }
            let step = (f.squareRoot() - 1) * f / slope
            theta += step
            // Newton's error is about the square of its last step.
            if abs(step) <= 1e-8 * theta { break }
        }
        for i in 0..<count { w[i] = Scalar(d(i) * Double(w[i]) * theta / ((d(i) + extra) * theta + 1)) }
    }

    /// The distance of −g to the subdifferential of one group: ‖g + λ√|g|·w/‖w‖‖, or max(‖g‖ − λ√|g|, 0) at 0.
    public func optimalityDistance<Scalar: BLASScalar>(
        _ count: Int, _ w: UnsafePointer<Scalar>, gradient g: UnsafePointer<Scalar>
    ) -> Double {
        let weight = strength * Double(count).squareRoot()
        let norm = Scalar.sumOfSquares(count, w).squareRoot()
        if norm == 0 { return max(Scalar.sumOfSquares(count, g).squareRoot() - weight, 0) }
        return (0..<count).reduce(0) {
            let rest = Double(g[$1]) + weight * Double(w[$1]) / norm
            return $0 + rest * rest
        }.squareRoot()
    }
}
