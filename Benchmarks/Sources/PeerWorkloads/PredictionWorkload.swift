import Lariat
import Networks

/// Predictions of a trained network for the same rows again and again, its raw outputs.
final class PredictionWorkload: Workload {
    private let shape: NetworkShape
    private let model: Model
    private let rows: Matrix<Float>
    private var outputs: Matrix<Float>
    private let inference: Inference

    /// Trains for a few steps, so that running statistics, scales and shifts are a trained network's.
    init(_ shape: NetworkShape, rows: Int, workers: Int) throws {
        self.shape = shape
        let data = try shape.syntheticData(rows: 2048)
        let training = TrainingWorkload(
            shape, batch: 64, optimizer: "adamw", on: data, unit: .step, workers: workers)
        var network = shape.network
        let fitted = try training.trainer(epochs: 1).fit(&network, on: data)
        // Rows come standardised and outputs stay raw: what the peers' graphs compute, and nothing else.
        model = Model(
            body: .float(network), schema: data.schema, inputs: .identity(columns: shape.inputs),
            outputs: .identity(columns: shape.outputs), link: .identity, card: fitted.model.card)
        self.rows = Matrix<Float>(data.features.selecting(rows: Array(0..<rows)))
        outputs = Matrix(rows: rows, columns: shape.outputs)
        inference = try Inference(model)
    }

    func measure(seconds: Double) throws -> Double {
        try repeating({ try inference.predict(rows, into: &outputs) }, for: seconds)
    }

    func export(to folder: Exchange) throws -> Facts {
        guard case .float(let network) = model.body else { throw Failure("the model is not in single precision") }
        try folder.write(network)
        try folder.write(rows.elements, "x.f32")
        try inference.predict(rows, into: &outputs)
        try folder.write(outputs.elements, "outputs.f32")
        var facts = Facts()
        facts.rows = rows.rows
        (facts.inputs, facts.hidden, facts.outputs) = (shape.inputs, shape.hidden, shape.outputs)
        facts.outputKind = Inference.outputKind
        return facts
    }
}
