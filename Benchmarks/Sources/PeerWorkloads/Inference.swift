import Lariat

/// What is measured as our prediction: the one place to change when the library offers a faster one.
struct Inference {
    /// What ``predict(_:into:)`` gives: "logits" or "probabilities".
    static let outputKind = "logits"
    private let network: Network

    init(_ model: Model) {
        guard case .float(let network) = model.body else { preconditionFailure("the model is not in single precision") }
        self.network = network
    }

    func predict(_ rows: Matrix<Float>, into outputs: inout Matrix<Float>) throws { outputs = try network(rows) }
}
