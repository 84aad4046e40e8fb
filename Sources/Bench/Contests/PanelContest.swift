internal import LinearAlgebra

/// y = max(x·w + b, 0) with the weights of ours in panels, as a training step keeps them.
final class PanelContest<Scalar: BLASScalar>: Contest {
    let kernel = "dense on panels"
    let shape: String
    let precision = Precision(Scalar.self)
    let cost: Cost
    let outputs: [Output]
    private let operands = Operands<Scalar>()
    private let batch, inputWidth, outputWidth: Int
    /// The stride of ours, with room for whole panels, as the bias has it.
    private let padded: Int
    private let x, weights, bias: UnsafeMutablePointer<Scalar>
    private let panels: Panels<Scalar>
    private let y: Copies<Scalar>

    init(_ inputs: Int, _ units: Int, batch: Int) {
        shape = "\(inputs)-\(units) @ \(batch)"
        let padded = (units + Scalar.panelWidth - 1) / Scalar.panelWidth * Scalar.panelWidth
        cost = Cost(
            Scalar.self, flops: 2 * batch * inputs * units + 2 * batch * units,
            reads: batch * inputs + inputs * units + units, writes: batch * units)
        (self.batch, inputWidth, outputWidth, self.padded) = (batch, inputs, units, padded)
        (x, weights) = (operands.exact(batch * inputs, salt: 1), operands.exact(inputs * units, salt: 2))
        bias = operands.exact(padded, salt: 3)
        panels = Panels(
            rows: inputs, columns: units, operands.zeros(Panels<Scalar>.scalarCount(rows: inputs, columns: units)))
        panels.pack(MatrixView(weights, rows: inputs, columns: units))
        let y = operands.copies(batch * padded)
        self.y = y
        outputs = [
            Output("output", count: batch * units, .exact) { form, index in
                Double(y[form][index / units * (form == .ours ? padded : units) + index % units])
            }
        ]
    }

    func run(_ form: Form, on team: WorkerTeam) {
        guard form == .ours else {
            PlainProducts(form: form).multiply(x, weights, into: y[form], m: batch, n: outputWidth, k: inputWidth)
            return plainBiasReLU(y[form], bias: bias, rows: batch, columns: outputWidth)
        }
        team.share { worker in
            let rows = worker.shard(of: batch)
            let input = MatrixView(x, rows: batch, columns: inputWidth).rows(rows)
            let output = MutableMatrixView(y[form], rows: batch, columns: outputWidth, stride: padded).rows(rows)
            for panel in 0..<panels.count {
                panels.multiply(panel: panel, input, bias: bias, into: output)
                // While the panel's columns of the output are in the cache.
                let first = panel * Scalar.panelWidth
                let block = output.columns(first..<(first + panels.width(of: panel)))
                ActivationKernel.forward(block.readOnly, .relu, into: block)
            }
        }
    }
}
