internal import LinearAlgebra

/// y = max(x·w + b, 0), x [batch × inputs], w [inputs × outputs].
final class DenseForwardContest<Scalar: BLASScalar>: Contest {
    let kernel = "dense forward"
    let shape: String
    let precision = Precision(Scalar.self)
    let cost: Cost
    let outputs: [Output]
    private let operands = Operands<Scalar>()
    private let batch, inputWidth, outputWidth: Int
    private let x, weights, bias: UnsafeMutablePointer<Scalar>
    private let y: Copies<Scalar>

    init(_ inputs: Int, _ units: Int, batch: Int) {
        shape = "\(inputs)-\(units) @ \(batch)"
        cost = Cost(
            Scalar.self, flops: 2 * batch * inputs * units + 2 * batch * units,
            reads: batch * inputs + inputs * units + units, writes: batch * units)
        (self.batch, inputWidth, outputWidth) = (batch, inputs, units)
        (x, weights) = (operands.exact(batch * inputs, salt: 1), operands.exact(inputs * units, salt: 2))
        (bias, y) = (operands.exact(units, salt: 3), operands.copies(batch * units))
        outputs = [Output("output", y, .exact)]
    }

    func run(_ form: Form, on team: WorkerTeam) {
        guard form == .ours else {
            PlainProducts(form: form).multiply(x, weights, into: y[form], m: batch, n: outputWidth, k: inputWidth)
            return plainBiasReLU(y[form], bias: bias, rows: batch, columns: outputWidth)
        }
        team.share { worker in
            let rows = worker.shard(of: batch)
            DenseKernel.forward(
                MatrixView(x, rows: batch, columns: inputWidth).rows(rows),
                weights: MatrixView(weights, rows: inputWidth, columns: outputWidth), bias: bias, activation: .relu,
                into: MutableMatrixView(y[form], rows: batch, columns: outputWidth).rows(rows))
        }
    }
}

/// dz = dy where y > 0; dw = xᵀ·dz, db = Σdz, dx = dz·wᵀ.
final class DenseBackwardContest<Scalar: BLASScalar>: Contest {
    let kernel = "dense backward"
    let shape: String
    let precision = Precision(Scalar.self)
    let cost: Cost
    let outputs: [Output]
    private let operands = Operands<Scalar>()
    private let batch, inputWidth, outputWidth: Int
    private let x, weights, y, dy, dz, ones: UnsafeMutablePointer<Scalar>
    private let dw, db, dx: Copies<Scalar>

    init(_ inputs: Int, _ units: Int, batch: Int) {
        shape = "\(inputs)-\(units) @ \(batch)"
        let (xs, ws, ys) = (batch * inputs, inputs * units, batch * units)
        cost = Cost(
            Scalar.self, flops: 4 * batch * inputs * units + 2 * ys, reads: xs + ws + 2 * ys, writes: ws + units + xs)
        (self.batch, inputWidth, outputWidth) = (batch, inputs, units)
        (x, weights) = (operands.exact(xs, salt: 1), operands.exact(ws, salt: 2))
        // Any numbers make an output of ReLU for the backward pass: what counts is which are above 0.
        (y, dy, dz, ones) = (
            operands.exact(ys, salt: 3), operands.exact(ys, salt: 4), operands.zeros(ys), operands.zeros(batch)
        )
        ones.update(repeating: 1, count: batch)
        (dw, db, dx) = (operands.copies(ws), operands.copies(units), operands.copies(xs))
        outputs = [
            Output("weight gradient", dw, .exact), Output("bias gradient", db, .exact),
            Output("input gradient", dx, .exact),
        ]
    }

    func run(_ form: Form, on team: WorkerTeam) {
        if form == .ours { return team.share { share(of: $0) } }
        let products = PlainProducts<Scalar>(form: form)
        plainReLUGradient(dy, output: y, into: dz, count: batch * outputWidth)
        products.multiplyTransposed(x, dz, into: dw[form], m: batch, n: outputWidth, k: inputWidth)
        products.columnSums(dz, rows: batch, columns: outputWidth, ones: ones, into: db[form])
        products.multiplyByTransposed(dz, weights, into: dx[form], m: batch, n: outputWidth, k: inputWidth)
    }

    /// A worker's rows of the batch, and its rows of the weight gradient over the whole batch.
    private func share(of worker: Worker) {
        let (rows, slice) = (worker.shard(of: batch), worker.shard(of: inputWidth))
        let gradient = MutableMatrixView(dz, rows: batch, columns: outputWidth)
        ActivationKernel.backward(
            MatrixView(dy, rows: batch, columns: outputWidth).rows(rows),
            saved: MatrixView(y, rows: batch, columns: outputWidth).rows(rows), .relu, into: gradient.rows(rows))
        worker.barrier()
        DenseKernel.weightGradient(
            input: MatrixView(x, rows: batch, columns: inputWidth).columns(slice), gradient: gradient.readOnly,
            into: MutableMatrixView(dw[.ours], rows: inputWidth, columns: outputWidth).rows(slice))
        if worker.index == 0 { DenseKernel.biasGradient(gradient: gradient.readOnly, into: db[.ours]) }
        DenseKernel.inputGradient(
            gradient.rows(rows).readOnly, weights: MatrixView(weights, rows: inputWidth, columns: outputWidth),
            into: MutableMatrixView(dx[.ours], rows: batch, columns: inputWidth).rows(rows))
    }
}
