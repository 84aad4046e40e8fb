import Lariat

/// What is measured as our prediction.
struct Inference {
    /// What ``predict(_:into:)`` gives: "logits" or "probabilities".
    static let outputKind = "logits"
    private let predictor: Predictor

    init(_ model: Model) throws { predictor = try Predictor(model) }

    func predict(_ rows: Matrix<Float>, into outputs: inout Matrix<Float>) throws {
        try predictor.predict(rows, into: &outputs)
    }
}
