import Benchmark
import Lariat

/// A product of a dense layer: batch, outputs, inputs.
struct LayerSize: CustomStringConvertible {
    let batch, outputs, inputs: Int
    var description: String { "\(batch) × \(inputs) × \(outputs)" }

    /// The layers of the networks that Peers measures.
    static let all = [
        LayerSize(batch: 16, outputs: 16, inputs: 30), LayerSize(batch: 32, outputs: 64, inputs: 64),
        LayerSize(batch: 256, outputs: 256, inputs: 256), LayerSize(batch: 128, outputs: 512, inputs: 784),
        LayerSize(batch: 512, outputs: 2048, inputs: 2048),
    ]
}

/// Numbers in [−½, ½), the same in every run.
func random(_ rows: Int, _ columns: Int, stream: UInt64 = 0) -> Matrix<Float> {
    var generator = CounterGenerator(seed: 5, stream: stream)
    return Matrix(rows: rows, columns: columns) { _, _ in Float(generator.nextUniform() - 0.5) }
}

/// Registers a benchmark of a kernel of about so many operations: small ones run a thousand times a measurement, and
/// their names say so, so that the clock is no part of it.
func measure(_ name: String, operations: Int, _ body: @escaping (Range<Int>) -> Void) {
    let repeats = operations < 2_000_000 ? 1000 : 1
    Benchmark(repeats > 1 ? "\(name), \(repeats) runs" : name) { _ in body(0..<repeats) }
}
