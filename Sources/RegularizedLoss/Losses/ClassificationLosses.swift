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

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func evaluate<Scalar: BLASScalar>(
        _ outputs: MatrixView<Scalar>, _ targets: MatrixView<Scalar>, _ weights: UnsafePointer<Scalar>?,
        _ scale: Scalar, _ gradient: MutableMatrixView<Scalar>
    ) -> Double {
        let classes = outputs.columns
        for row in 0..<outputs.rows {
            let target = targets.base[row * targets.stride]
            precondition(
                target >= 0 && target < Scalar(classes), "class \(target) is outside 0 ..< \(classes)")
        }
        return Scalar.crossEntropy(
            rows: outputs.rows, columns: classes, outputs.base, ldz: outputs.stride, classes: targets.base,
            classStep: targets.stride, weights: weights, smoothing: smoothing, factor: scale, gradient.base,
            ldg: gradient.stride)
    }
}
