internal import Glibc

/// How raw outputs become predictions.
public enum Link: String, Sendable, Hashable, Codable {
    /// ŷ itself: regression, and the score of a hinge.
    case identity
    /// 1/(1 + e^−ŷ): the probability of the positive class.
    case sigmoid
    /// softmax(ŷ): the probability of each class.
    case softmax
    /// e^ŷ: a rate.
    case exponential

    /// Applies the link in place.
    ///
    /// - Shapes: outputs [n × outputs].
    public func apply<Scalar>(to outputs: MutableMatrixView<Scalar>) {
        switch self {
        case .identity: break
        case .sigmoid: ActivationKernel.forward(outputs.readOnly, .sigmoid, into: outputs)
        case .softmax: SoftmaxKernel.forward(outputs.readOnly, into: outputs)
        case .exponential:
            for row in 0..<outputs.rows {
                for column in 0..<outputs.columns {
                    outputs[row, column] = Scalar(exp(Double(outputs[row, column])))
                }
            }
        }
    }
}
