internal import Glibc
internal import LinearAlgebra

// Losses of one logit z = ŷ: value (in Double) and slope dℓ/dz.

/// log(1 + e^z) − t·z, t = y(1 − s) + s/2; slope σ(z) − t.
///
/// log(1 + e^z) = max(z, 0) + log1p(e^−|z|) overflows nowhere.
@inline(__always)
func binaryCrossEntropyLoss<Scalar: BLASScalar>(_ z: Scalar, _ y: Scalar, _ smoothing: Double) -> (Double, Scalar) {
    let (z, t) = (Double(z), Double(y) * (1 - smoothing) + smoothing / 2)
    let e = exp(-abs(z))
    let probability = z >= 0 ? 1 / (1 + e) : e / (1 + e)
    return (max(z, 0) + log1p(e) - t * z + (z.isNaN ? z : 0), Scalar(probability - t))
}

/// max(0, 1 − a·z), a = 2y − 1; slope −a inside the margin, else 0.
@inline(__always)
func hingeLoss<Scalar: BLASScalar>(_ z: Scalar, _ y: Scalar) -> (Double, Scalar) {
    let a = 2 * y - 1
    let margin = 1 - a * z
    if margin.isNaN { return (Double(margin), margin) }
    return margin > 0 ? (Double(margin), -a) : (0, 0)
}

/// e^z − y·z; slope e^z − y.
@inline(__always)
func poissonLoss<Scalar: BLASScalar>(_ z: Scalar, _ y: Scalar) -> (Double, Scalar) {
    let rate = exp(Double(z))
    return (rate - Double(y) * Double(z), Scalar(rate - Double(y)))
}

/// −Σ_c t_c log p_c, p = softmax(z), t = (1 − s)·[c = y] + s/K; slope p − t.
struct SoftmaxCrossEntropy {
    let smoothing: Double

    func evaluate<Scalar>(
        _ outputs: MatrixView<Scalar>, _ targets: MatrixView<Scalar>, _ weights: UnsafePointer<Scalar>?,
        _ scale: Scalar, _ gradient: MutableMatrixView<Scalar>
    ) -> Double {
        let classes = outputs.columns
        var total = 0.0
        for row in 0..<outputs.rows {
            let target = Int(targets[row, 0])
            precondition(target >= 0 && target < classes, "class \(target) is outside 0 ..< \(classes)")
            let weight = weights?[row] ?? 1
            let (z, p) = (outputs.rows(row..<(row + 1)), gradient.rows(row..<(row + 1)))
            // −Σ t_c log p_c = logSumExp(z) − (1 − s)·z_y − (s/K)·Σ z_c
            var loss = -(1 - smoothing) * Double(z[0, target])
            if smoothing > 0 {
                for c in 0..<classes { loss -= smoothing / Double(classes) * Double(z[0, c]) }
            }
            var logSumExp: Scalar = 0
            SoftmaxKernel.forward(z, into: p, logSumExp: &logSumExp)
            loss += Double(logSumExp)
            if weight != 0 { total += Double(weight) * loss }
            // Where the row weighs nothing, 0 and not 0 · NaN.
            let factor = scale * weight
            let share = Scalar(smoothing / Double(classes))
            p[0, target] -= Scalar(1 - smoothing)
            for c in 0..<classes { p[0, c] = weight == 0 ? 0 : factor * (p[0, c] - share) }
        }
        return total
    }
}
