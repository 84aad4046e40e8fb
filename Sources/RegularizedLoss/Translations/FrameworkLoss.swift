/// The loss of a network in Keras or PyTorch, which its penalties are added to.
///
/// For regression both take the mean of (ŷ − y)² over rows and outputs; Lariat's squared error is ½Σ(ŷ − y)² over the
/// outputs, averaged over rows. Penalties that weigh the same against theirs and ours differ by the ratio of the two.
public enum FrameworkLoss: Sendable, Hashable {
    /// Binary or softmax cross-entropy, averaged over rows: the same in all.
    case crossEntropy
    /// The mean of (ŷ − y)² over rows and outputs (`MSELoss`, `"mse"`).
    case meanSquaredError(outputs: Int)

    /// Lariat's loss over theirs, at any prediction.
    public var ratio: Double {
        switch self {
        case .crossEntropy: 1
        case .meanSquaredError(let outputs): Double(outputs) / 2
        }
    }
}

extension ElasticNet {
    /// l1·Σ|w| + ½·ridge·Σw²
    ///
    /// The l1 ratio of a penalty of 0 is 1.
    public init(l1: Double, ridge: Double) {
        let strength = l1 + ridge
        self.init(strength: strength, l1Ratio: strength == 0 ? 1 : l1 / strength)
    }
}
