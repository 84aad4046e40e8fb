internal import LinearAlgebra

/// p[i, :] = softmax(x[i, :]).
final class SoftmaxContest<Scalar: BLASScalar>: Contest {
    let kernel = "softmax"
    let shape: String
    let precision = Precision(Scalar.self)
    let cost: Cost
    let outputs: [Output]
    private let operands = Operands<Scalar>()
    private let rows, columns: Int
    private let x, ones: UnsafeMutablePointer<Scalar>
    private let p: Copies<Scalar>

    init(_ columns: Int, batch: Int) {
        shape = "\(columns) @ \(batch)"
        let count = batch * columns
        // An exponential is some 20 operations, with 4 around it.
        cost = Cost(Scalar.self, flops: 24 * count, reads: count, writes: count)
        (rows, self.columns) = (batch, columns)
        (x, ones, p) = (
            operands.uniform(count, seed: 1, in: -8..<8), operands.zeros(columns), operands.copies(count)
        )
        ones.update(repeating: 1, count: columns)
        // The rounding of x − max, below 16, comes out of the exponential as a relative error; a sum of positive terms
        // has one of at most its length; some ulp for the exponential, the quotient, and flags that flush subnormals.
        let relative = Double(columns + 16 + 8) * Double(Scalar.ulpOfOne)
        outputs = [Output("probabilities", p, .elementwise(relative: relative))]
    }

    func run(_ form: Form, on team: WorkerTeam) {
        guard form == .ours else {
            return plainSoftmax(
                x, into: p[form], ones: ones, rows: rows, columns: columns, usesBLAS: form == .blas)
        }
        team.share { worker in
            let rows = worker.shard(of: rows)
            SoftmaxKernel.forward(
                MatrixView(x, rows: self.rows, columns: columns).rows(rows),
                into: MutableMatrixView(p[form], rows: self.rows, columns: columns).rows(rows))
        }
    }
}
