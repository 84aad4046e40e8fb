internal import LinearAlgebra

/// Batch normalisation and ReLU, forward in training.
final class BatchNormForwardContest<Scalar: BLASScalar>: Contest {
    let kernel = "batch-norm forward"
    let shape: String
    let precision = Precision(Scalar.self)
    let cost: Cost
    let outputs: [Output]
    private let bench: BatchNormBench<Scalar>

    init(_ columns: Int, batch: Int, workers: Int) {
        shape = "\(columns) @ \(batch)"
        let count = batch * columns
        cost = Cost(Scalar.self, flops: 9 * count, reads: count, writes: count)
        bench = BatchNormBench(columns, batch: batch, workers: workers)
        // μ and σ² are sums of n terms of at most 1, with a relative error of at most n·ε each; 1/σ is below 2, and
        // γ times the normalised value below 3.
        outputs = [Output("output", bench.y, .elementwise(absolute: 8 * bench.rounding))]
    }

    func run(_ form: Form, on team: WorkerTeam) {
        if form == .ours { return team.share { bench.forward($0) } }
        bench.plain(form).forward(bench.x, scale: bench.scale, shift: bench.shift, into: bench.y[form])
    }
}

/// The backward pass of batch normalisation and ReLU.
final class BatchNormBackwardContest<Scalar: BLASScalar>: Contest {
    let kernel = "batch-norm backward"
    let shape: String
    let precision = Precision(Scalar.self)
    let cost: Cost
    let outputs: [Output]
    private let bench: BatchNormBench<Scalar>
    private let dy: UnsafeMutablePointer<Scalar>
    private let dx, dScale, dShift: Copies<Scalar>

    init(_ columns: Int, batch: Int, workers: Int) {
        shape = "\(columns) @ \(batch)"
        let count = batch * columns
        cost = Cost(Scalar.self, flops: 12 * count, reads: 3 * count, writes: count)
        bench = BatchNormBench(columns, batch: batch, workers: workers)
        let operands = bench.operands
        dy = operands.exact(count, salt: 4)
        (dx, dScale, dShift) = (operands.copies(count), operands.copies(columns), operands.copies(columns))
        // dβ sums exact numbers. dγ sums n terms below 2, each partial sum of which is rounded; dx is as the forward
        // pass with means of such sums.
        outputs = [
            Output("shift gradient", dShift, .exact),
            Output("scale gradient", dScale, .elementwise(absolute: 2 * Double(batch) * bench.rounding)),
            Output("input gradient", dx, .elementwise(absolute: 8 * bench.rounding)),
        ]
    }

    /// A backward pass needs its forward pass; all forms go back from the same output, so that no element lies on the
    /// other side of the ReLU for one of them.
    func prove(_ form: Form, on team: WorkerTeam) {
        team.share { bench.forward($0) }
        if form != .ours {
            bench.plain(form).forward(bench.x, scale: bench.scale, shift: bench.shift, into: bench.y[form])
        }
        run(form, on: team)
    }

    func run(_ form: Form, on team: WorkerTeam) {
        if form == .ours {
            return team.share {
                bench.backward($0, dy, into: dx[form], scaleGradient: dScale[form], shiftGradient: dShift[form])
            }
        }
        bench.plain(form).backward(
            dy, input: bench.x, output: bench.y[.ours], scale: bench.scale, into: dx[form],
            scaleGradient: dScale[form], shiftGradient: dShift[form])
    }
}
