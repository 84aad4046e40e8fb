import Benchmark
import Lariat

/// GEMM in the three forms of a dense layer, and GEMV.
func productBenchmarks() {
    for size in LayerSize.all {
        let operations = 2 * size.batch * size.outputs * size.inputs
        let (x, w) = (random(size.batch, size.inputs), random(size.inputs, size.outputs))
        let dz = random(size.batch, size.outputs)
        var y = Matrix<Float>(rows: size.batch, columns: size.outputs)
        measure("gemm x·w \(size)", operations: operations) { for _ in $0 { multiply(x, w, into: &y) } }
        var dw = Matrix<Float>(rows: size.inputs, columns: size.outputs)
        measure("gemm xᵀ·dz \(size)", operations: operations) {
            for _ in $0 { multiply(x, transposingA: true, dz, into: &dw) }
        }
        var dx = Matrix<Float>(rows: size.batch, columns: size.inputs)
        measure("gemm dz·wᵀ \(size)", operations: operations) {
            for _ in $0 { multiply(dz, w, transposingB: true, into: &dx) }
        }
        let row = x.row(0)
        var output = [Float](repeating: 0, count: size.outputs)
        measure("gemv wᵀ·x \(size.inputs) × \(size.outputs)", operations: operations / size.batch) {
            for _ in $0 { multiply(w, transposing: true, row, into: &output) }
        }
    }
}
