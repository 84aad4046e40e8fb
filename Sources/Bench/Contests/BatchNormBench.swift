internal import LinearAlgebra

/// What the two batch-normalisation contests share: a batch [rows × columns], its parameters, and the library's pieces
/// as the workers of a training step use them.
final class BatchNormBench<Scalar: BLASScalar> {
    let operands = Operands<Scalar>()
    let rows, columns: Int
    let x, scale, shift: UnsafeMutablePointer<Scalar>
    let y: Copies<Scalar>
    let naive, blas: PlainBatchNorm<Scalar>
    private let available: Int
    private let shardMemory: UnsafeMutablePointer<Double>
    private let coefficients: [BatchNormKernel.Coefficients<Scalar>]

    init(_ columns: Int, batch: Int, workers available: Int) {
        typealias Coefficients = BatchNormKernel.Coefficients<Scalar>
        let (operands, arena) = (operands, operands.arena)
        (rows, self.columns, self.available) = (batch, columns, available)
        x = operands.uniform(batch * columns, seed: 1)
        scale = operands.uniform(columns, seed: 2, in: 0.5..<1.5)
        shift = operands.uniform(columns, seed: 3, in: -0.5..<0.5)
        y = operands.copies(batch * columns)
        naive = PlainBatchNorm(.naive, rows: batch, columns: columns, operands)
        blas = PlainBatchNorm(.blas, rows: batch, columns: columns, operands)
        shardMemory = arena.scalars(
            Double.self, count: BatchNormKernel.Shards.doubleCount(columns: columns, count: available))
        coefficients = (0..<available).map { _ in
            Coefficients(
                columns: columns, scalars: operands.zeros(Coefficients.scalarCount(columns: columns)),
                doubles: arena.scalars(Double.self, count: Coefficients.doubleCount(columns: columns)))
        }
    }

    func plain(_ form: Form) -> PlainBatchNorm<Scalar> { form == .naive ? naive : blas }

    /// ε of the scalar times the length of the sums over a column, with some roundings around them.
    var rounding: Double { Double(rows + 4) * Double(Scalar.ulpOfOne) }

    private func shards(_ worker: Worker) -> BatchNormKernel.Shards {
        BatchNormKernel.Shards(shardMemory, columns: columns, count: worker.count)
    }

    func view(_ base: UnsafeMutablePointer<Scalar>, _ rows: Range<Int>) -> MutableMatrixView<Scalar> {
        MutableMatrixView(base, rows: self.rows, columns: columns).rows(rows)
    }

    /// y of a worker's rows.
    func forward(_ worker: Worker) {
        let (rows, shards) = (worker.shard(of: rows), shards(worker))
        let coefficients = coefficients[worker.index]
        BatchNormKernel.moments(
            of: view(x, rows).readOnly, into: shards[worker.index])
        worker.barrier()
        coefficients.mergeMoments(shards, epsilon: 1e-5, scale: scale, shift: shift)
        BatchNormKernel.normalize(view(x, rows).readOnly, coefficients, activation: .relu, into: view(y[.ours], rows))
    }

    /// dx of a worker's rows after ``forward(_:)``, and dγ and dβ.
    func backward(
        _ worker: Worker, _ dy: UnsafeMutablePointer<Scalar>, into dx: UnsafeMutablePointer<Scalar>,
        scaleGradient: UnsafeMutablePointer<Scalar>, shiftGradient: UnsafeMutablePointer<Scalar>
    ) {
        let (rows, shards) = (worker.shard(of: rows), shards(worker))
        let coefficients = coefficients[worker.index]
        // The pieces work in place: in a training step dy is not needed any more.
        view(dx, rows).base.update(from: view(dy, rows).base, count: rows.count * columns)
        BatchNormKernel.gradientSums(
            of: view(dx, rows), input: view(x, rows).readOnly, output: view(y[.ours], rows).readOnly, coefficients,
            activation: .relu, into: shards[worker.index])
        worker.barrier()
        let isFirst = worker.index == 0
        coefficients.mergeGradients(
            shards, epsilon: 1e-5, scaleGradient: isFirst ? scaleGradient : nil,
            shiftGradient: isFirst ? shiftGradient : nil)
        BatchNormKernel.inputGradient(view(dx, rows), input: view(x, rows).readOnly, coefficients)
    }
}
