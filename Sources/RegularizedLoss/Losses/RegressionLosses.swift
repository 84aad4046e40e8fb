internal import LinearAlgebra

// Losses of the residual r = ŷ − y: value (in Double) and slope dℓ/dŷ.

/// ½r²; slope r
@inline(__always)
func squaredLoss<Scalar: BLASScalar>(_ r: Scalar) -> (Double, Scalar) { (0.5 * Double(r) * Double(r), r) }

/// |r|; slope sign r, 0 at 0
@inline(__always)
func absoluteLoss<Scalar: BLASScalar>(_ r: Scalar) -> (Double, Scalar) { (Double(abs(r)), sign(r)) }

/// ½r² for |r| ≤ δ, else δ(|r| − ½δ); slope clamp(r, ±δ)
@inline(__always)
func huberLoss<Scalar: BLASScalar>(_ r: Scalar, delta: Scalar) -> (Double, Scalar) {
    if abs(r) <= delta { return squaredLoss(r) }
    return (Double(delta) * (Double(abs(r)) - 0.5 * Double(delta)), sign(r) * delta)
}

/// max(−τr, (1 − τ)r); slope −τ below, 1 − τ above, 0 at 0
@inline(__always)
func quantileLoss<Scalar: BLASScalar>(_ r: Scalar, tau: Scalar) -> (Double, Scalar) {
    if r == 0 { return (0, 0) }
    let slope = r < 0 ? -tau : 1 - tau
    return (Double(slope) * Double(r), r.isNaN ? r : slope)
}

/// −1, 0 or 1; NaN for NaN.
@inline(__always)
private func sign<Scalar: BLASScalar>(_ r: Scalar) -> Scalar { r > 0 ? 1 : (r < 0 ? -1 : r.isNaN ? r : 0) }
