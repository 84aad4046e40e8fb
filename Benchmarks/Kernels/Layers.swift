import Benchmark
import Lariat

/// Dense, batch normalisation and softmax, forward and backward.
func layerBenchmarks() {
    for size in LayerSize.all {
        denseBenchmarks(size)
        batchNormBenchmarks(size)
    }
    for (rows, classes) in [(32, 10), (512, 10), (128, 1000)] {
        let logits = random(rows, classes)
        var probabilities = Matrix<Float>(rows: rows, columns: classes)
        measure("softmax \(rows) × \(classes)", operations: 30 * rows * classes) {
            for _ in $0 {
                logits.withView { x in probabilities.withMutableView { SoftmaxKernel.forward(x, into: $0) } }
            }
        }
    }
}

private func denseBenchmarks(_ size: LayerSize) {
    let operations = 2 * size.batch * size.outputs * size.inputs
    let (x, w) = (random(size.batch, size.inputs), random(size.inputs, size.outputs))
    let bias = [Float](repeating: 0.1, count: size.outputs)
    var y = Matrix<Float>(rows: size.batch, columns: size.outputs)
    measure("dense forward \(size)", operations: operations) {
        for _ in $0 { DenseKernel.forward(x, weights: w, bias: bias, activation: .relu, into: &y) }
    }
    let (dy, saved) = (random(size.batch, size.outputs, stream: 1), random(size.batch, size.outputs, stream: 2))
    var (dz, dw, dx) = (y, w, x)
    var db = bias
    measure("dense backward \(size)", operations: 2 * operations) {
        for _ in $0 {
            DenseKernel.backward(
                dy, input: x, saved: saved, weights: w, activation: .relu, scratch: &dz, weightGradient: &dw,
                biasGradient: &db, inputGradient: &dx)
        }
    }
}

private func batchNormBenchmarks(_ size: LayerSize) {
    let (rows, columns) = (size.batch, size.outputs)
    let x = random(rows, columns)
    let (scale, shift) = ([Float](repeating: 1, count: columns), [Float](repeating: 0, count: columns))
    var cache = BatchNormKernel.Cache<Float>(rows: rows, columns: columns)
    var y = x
    measure("batch norm forward \(rows) × \(columns)", operations: 8 * rows * columns) {
        for _ in $0 {
            BatchNormKernel.forwardTraining(
                x, scale: scale, shift: shift, activation: .relu, cache: &cache, into: &y)
        }
    }
    var filled = BatchNormKernel.Cache<Float>(rows: rows, columns: columns)
    BatchNormKernel.forwardTraining(x, scale: scale, shift: shift, activation: .relu, cache: &filled, into: &y)
    let (dy, saved) = (random(rows, columns, stream: 1), filled)
    var dx = x
    measure("batch norm backward \(rows) × \(columns)", operations: 11 * rows * columns) {
        for _ in $0 {
            var gradients = BatchNormKernel.Gradients<Float>(columns: columns)
            BatchNormKernel.backward(dy, cache: saved, scale: scale, into: &dx, adding: &gradients)
        }
    }
}
