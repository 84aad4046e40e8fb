public import LinearAlgebra

/// What a model is trained to make small: the mean over rows of Σ_outputs ℓ(ŷ, y), ŷ the raw outputs.
///
/// Row weights w give Σ wᵢ·ℓᵢ / Σ wᵢ. Formulas, gradients and links stand together, a file for each family.
public enum Loss: Sendable, Hashable {
    /// ½(ŷ − y)²
    case squaredError
    /// |ŷ − y|; subgradient 0 at ŷ = y
    case absoluteError
    /// ½r² for |r| ≤ δ, else δ(|r| − ½δ); r = ŷ − y
    case huber(delta: Double = 1)
    /// max(τ(y − ŷ), (1 − τ)(ŷ − y)): the minimiser is the τ-quantile; subgradient 0 at ŷ = y
    case quantile(Double)
    /// log(1 + e^ŷ) − t·ŷ on a logit ŷ; t = y(1 − s) + s/2 with label smoothing s
    case binaryCrossEntropy(labelSmoothing: Double = 0)
    /// −Σ_c t_c log softmax(ŷ)_c on logits; t = (1 − s)·[c = y] + s/K with label smoothing s
    case softmaxCrossEntropy(labelSmoothing: Double = 0)
    /// e^ŷ − y·ŷ: the negative log-likelihood up to a constant, ŷ = log of the rate
    case poisson
    /// max(0, 1 − (2y − 1)·ŷ), y ∈ {0, 1}; subgradient 0 at the kink
    case hinge

    /// The name on the command line and in model files.
    public var name: String {
        switch self {
        case .squaredError: "squared"
        case .absoluteError: "absolute"
        case .huber: "huber"
        case .quantile: "quantile"
        case .binaryCrossEntropy: "binary-cross-entropy"
        case .softmaxCrossEntropy: "cross-entropy"
        case .poisson: "poisson"
        case .hinge: "hinge"
        }
    }

    /// Σᵢ wᵢ·ℓᵢ over the rows given, and gradient ← scale · wᵢ · ∂ℓᵢ/∂ŷ.
    ///
    /// - Shapes: outputs ŷ and gradient [n × outputs]; targets [n × outputs], or the class index [n × 1] for
    ///   ``softmaxCrossEntropy(labelSmoothing:)``; weights [n] or nil for ones.
    /// - Reads and writes: gradient is overwritten and may be the memory of the outputs.
    /// - Numerics: the sum is taken in Double in row order; no overflow at extreme logits.
    /// - Parameter scale: 1/Σw of the whole batch makes it the gradient of the mean loss.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: MatrixView<Scalar>, weights: UnsafePointer<Scalar>? = nil,
        scale: Scalar, gradient: MutableMatrixView<Scalar>
    ) -> Double {
        requireShapes(outputs, targets, gradient)
        if case .softmaxCrossEntropy(let smoothing) = self {
            return SoftmaxCrossEntropy(smoothing: smoothing).evaluate(outputs, targets, weights, scale, gradient)
        }
        var total = 0.0
        for row in 0..<outputs.rows {
            let weight = weights?[row] ?? 1
            var sum = 0.0
            for column in 0..<outputs.columns {
                let (loss, slope) = pointwise(outputs[row, column], targets[row, column])
                sum += loss
                // A row of weight 0 is no part of the data, whatever its outputs are.
                gradient[row, column] = weight == 0 ? 0 : scale * weight * slope
            }
            if weight != 0 { total += Double(weight) * sum }
        }
        return total
    }

    /// Σᵢ wᵢ·ℓᵢ over the rows given.
    public func value<Scalar>(
        outputs: MatrixView<Scalar>, targets: MatrixView<Scalar>, weights: UnsafePointer<Scalar>? = nil
    ) -> Double {
        var unused = Matrix<Scalar>(rows: outputs.rows, columns: outputs.columns)
        return unused.withMutableView {
            evaluate(outputs: outputs, targets: targets, weights: weights, scale: 0, gradient: $0)
        }
    }

    /// ℓ and ∂ℓ/∂ŷ of one element, for every loss but softmax cross-entropy.
    @inline(__always)
    private func pointwise<Scalar: BLASScalar>(_ output: Scalar, _ target: Scalar) -> (Double, Scalar) {
        switch self {
        case .squaredError: squaredLoss(output - target)
        case .absoluteError: absoluteLoss(output - target)
        case .huber(let delta): huberLoss(output - target, delta: Scalar(delta))
        case .quantile(let tau): quantileLoss(output - target, tau: Scalar(tau))
        case .binaryCrossEntropy(let smoothing): binaryCrossEntropyLoss(output, target, smoothing)
        case .poisson: poissonLoss(output, target)
        case .hinge: hingeLoss(output, target)
        case .softmaxCrossEntropy: preconditionFailure("softmax cross-entropy is not a sum over outputs")
        }
    }

    private func requireShapes<Scalar>(
        _ outputs: MatrixView<Scalar>, _ targets: MatrixView<Scalar>, _ gradient: MutableMatrixView<Scalar>
    ) {
        var columns = outputs.columns
        if case .softmaxCrossEntropy = self { columns = 1 }
        precondition(
            targets.rows == outputs.rows && targets.columns == columns,
            "targets [\(targets.rows) × \(targets.columns)] do not fit outputs [\(outputs.rows) × \(outputs.columns)]")
        precondition(
            gradient.rows == outputs.rows && gradient.columns == outputs.columns,
            "a gradient [\(gradient.rows) × \(gradient.columns)] does not fit outputs [\(outputs.rows) × \(outputs.columns)]"
        )
    }
}
