public import LinearAlgebra

extension Loss {
    /// The link that belongs to the loss.
    public var link: Link {
        switch self {
        case .squaredError, .absoluteError, .huber, .quantile, .hinge: .identity
        case .binaryCrossEntropy: .sigmoid
        case .softmaxCrossEntropy: .softmax
        case .poisson: .exponential
        }
    }

    /// Checks the parameters: δ > 0, τ in (0, 1), smoothing in [0, 1).
    public func validate() throws(ObjectiveError) {
        switch self {
        case .huber(let delta) where !(delta > 0 && delta.isFinite):
            throw ObjectiveError("huber's delta must be a number above 0, not \(delta)")
        case .quantile(let tau) where !(tau > 0 && tau < 1):
            throw ObjectiveError("the quantile must be in (0, 1), not \(tau)")
        case .binaryCrossEntropy(let smoothing), .softmaxCrossEntropy(let smoothing):
            if !(smoothing >= 0 && smoothing < 1) {
                throw ObjectiveError("label smoothing must be in [0, 1), not \(smoothing)")
            }
        default: break
        }
    }

    /// Checks that targets suit the loss: finite; 0 or 1 for binary losses; a class index; not negative for
    /// Poisson.
    ///
    /// - Parameter outputs: the number of raw outputs.
    /// - Throws: ``ObjectiveError`` naming the first row that does not.
    public func validate(targets: Matrix<Double>, outputs: Int) throws(ObjectiveError) {
        let expected = if case .softmaxCrossEntropy = self { 1 } else { outputs }
        guard targets.columns == expected else {
            throw ObjectiveError("the loss needs targets of \(expected) columns, not \(targets.columns)")
        }
        let elements = targets.elements
        for (index, target) in elements.enumerated() {
            let (suits, range) =
                switch self {
                case .binaryCrossEntropy, .hinge: (target == 0 || target == 1, "0 or 1")
                case .softmaxCrossEntropy:
                    (
                        target >= 0 && target < Double(outputs) && target == target.rounded(),
                        "a class in 0 ..< \(outputs)"
                    )
                case .poisson: (target >= 0 && target.isFinite, "a number from 0 on")
                default: (target.isFinite, "a finite number")
                }
            if !suits {
                throw ObjectiveError(
                    "the target at row index \(index / max(targets.columns, 1)) must be \(range) for the \(name) loss, not \(target)"
                )
            }
        }
    }
}

/// An objective that does not make sense, or data that do not suit it.
public struct ObjectiveError: Error, Equatable, CustomStringConvertible {
    /// The error in words.
    public let description: String

    package init(_ description: String) { self.description = description }
}
