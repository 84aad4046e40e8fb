public import LinearAlgebra

extension NeuralNetwork {
    /// The raw outputs (logits) for standardised inputs, batch normalisation by its running statistics and
    /// dropout off.
    ///
    /// - Shapes: x [n × inputs] → [n × outputs].
    /// - Numerics: rows go through in blocks; a row's result depends on the others by rounding only.
    /// - Precondition: x has as many columns as the network inputs.
    /// - Throws: ``BatchOfOneError`` when a batch normalisation keeps no running statistics and n = 1.
    public func callAsFunction(_ x: Matrix<Scalar>) throws(BatchOfOneError) -> Matrix<Scalar> {
        precondition(
            x.columns == architecture.inputs, "the network has \(architecture.inputs) inputs, and x is \(x.shape)")
        var outputs = Matrix<Scalar>(rows: x.rows, columns: architecture.outputs)
        if x.rows == 0 { return outputs }
        // Without running statistics the batch normalises itself and must not be cut.
        let block = try normalizesByBatch(rows: x.rows) ? x.rows : min(x.rows, 256)
        let widest = program.steps.reduce(0) { max($0, $1.outputWidth) }
        var buffers = (AlignedBuffer<Scalar>(count: block * widest), AlignedBuffer<Scalar>(count: block * widest))
        parameters.withUnsafePointer { parameters in
            x.withView { x in
                outputs.withMutableView { outputs in
                    buffers.0.withUnsafeMutablePointer { first in
                        buffers.1.withUnsafeMutablePointer { second in
                            for start in stride(from: 0, to: x.rows, by: block) {
                                let rows = start..<min(start + block, x.rows)
                                run(
                                    x.rows(rows), parameters, buffers: (first, second),
                                    into: outputs.rows(rows))
                            }
                        }
                    }
                }
            }
        }
        return outputs
    }

    private func run(
        _ x: MatrixView<Scalar>, _ parameters: UnsafePointer<Scalar>,
        buffers: (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>), into outputs: MutableMatrixView<Scalar>
    ) {
        var (input, free, other) = (x, buffers.0, buffers.1)
        for (index, step) in program.steps.enumerated() {
            let isLast = index == program.steps.count - 1
            let output =
                isLast ? outputs : MutableMatrixView(free, rows: x.rows, columns: step.outputWidth)
            switch step.operation {
            case .dense(let weight, let bias, let activation):
                DenseKernel.forward(
                    input, weights: MatrixView(parameters + weight.offset, rows: weight.rows, columns: weight.columns),
                    bias: bias.map { parameters + $0.offset }, activation: activation, into: output)
            case .normalize(let norm, let scale, let shift, let statistics, let activation):
                let gamma = scale.map { parameters + $0.offset }
                let beta = shift.map { parameters + $0.offset }
                withCoefficients(statistics, of: norm, batch: input, scale: gamma, shift: beta) {
                    BatchNormKernel.normalize(input, $0, activation: activation, into: output)
                }
            case .activate(let activation): ActivationKernel.forward(input, activation, into: output)
            case .drop: ActivationKernel.forward(input, .identity, into: output)
            }
            input = output.readOnly
            swap(&free, &other)
        }
    }

    /// Hands out the coefficients of one batch normalisation: of its running statistics, or of this batch.
    private func withCoefficients(
        _ index: Int, of norm: BatchNorm, batch: MatrixView<Scalar>, scale: UnsafePointer<Scalar>?,
        shift: UnsafePointer<Scalar>?, _ body: (BatchNormKernel.Coefficients<Scalar>) -> Void
    ) {
        typealias Coefficients = BatchNormKernel.Coefficients<Scalar>
        let columns = batch.columns
        var scalars = AlignedBuffer<Scalar>(count: Coefficients.scalarCount(columns: columns))
        var doubles = AlignedBuffer<Double>(
            count: Coefficients.doubleCount(columns: columns) + BatchNormKernel.Shards.doubleCount(columns: columns))
        scalars.withUnsafeMutablePointer { scalars in
            doubles.withUnsafeMutablePointer { doubles in
                let coefficients = Coefficients(columns: columns, scalars: scalars, doubles: doubles)
                if norm.tracksStatistics {
                    let running = statistics[index]
                    coefficients.set(
                        mean: running.mean, variance: running.variance, epsilon: norm.epsilon, scale: scale,
                        shift: shift)
                } else {
                    let shards = BatchNormKernel.Shards(
                        doubles + Coefficients.doubleCount(columns: columns), columns: columns)
                    BatchNormKernel.moments(
                        of: batch, into: shards[0])
                    coefficients.mergeMoments(shards, epsilon: norm.epsilon, scale: scale, shift: shift)
                }
                body(coefficients)
            }
        }
    }

    /// Whether some batch normalisation keeps no running statistics.
    private func normalizesByBatch(rows: Int) throws(BatchOfOneError) -> Bool {
        for (index, layer) in architecture.layers.enumerated() {
            guard case .batchNorm(let norm) = layer, !norm.tracksStatistics else { continue }
            if rows == 1 { throw BatchOfOneError(layer: architecture.name(of: index)) }
            return true
        }
        return false
    }
}

/// Batch normalisation over a single row, which has no variance.
public struct BatchOfOneError: Error, Equatable, CustomStringConvertible {
    /// The layer that refuses.
    public let layer: String

    package init(layer: String) { self.layer = layer }

    /// The error in words.
    public var description: String {
        "\(layer) needs at least 2 rows to normalise a batch, and got 1; give it more rows, or keep running statistics"
    }
}
