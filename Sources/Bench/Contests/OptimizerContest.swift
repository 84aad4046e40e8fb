internal import LariatOptimizers
internal import LinearAlgebra

/// One step of momentum or AdamW over a block of parameters.
final class OptimizerContest<Scalar: BLASScalar>: Contest {
    let kernel: String
    let shape: String
    let precision = Precision(Scalar.self)
    let cost: Cost
    let outputs: [Output]
    private let operands = Operands<Scalar>()
    private let optimizer: Optimizer
    private let step: OptimizerStep<Scalar>
    private let count: Int
    private let gradients, scratch: UnsafeMutablePointer<Scalar>
    private let weights, first, second: Copies<Scalar>

    /// - Precondition: the rule is momentum or AdamW.
    init(_ optimizer: Optimizer, parameters count: Int) {
        (self.optimizer, self.count) = (optimizer, count)
        kernel = optimizer.name
        shape = "\(count)"
        // The tenth step, where Adam's corrections are far from 1.
        step = optimizer.step(10, rate: 1e-3)
        gradients = operands.uniform(count, seed: 1)
        scratch = operands.zeros(count)
        weights = Copies(operands.arena, operands.uniform(count, seed: 2), count: count)
        first = Copies(operands.arena, operands.uniform(count, seed: 3), count: count)
        second = Copies(operands.arena, operands.uniform(count, seed: 4, in: 0.1..<1), count: count)
        let slots = optimizer.slotCount
        cost = Cost(
            Scalar.self, flops: (slots == 1 ? 4 : 14) * count, reads: (2 + slots) * count, writes: (1 + slots) * count,
            footprint: (2 + slots) * count)
        // A few roundings an element, of numbers that are at most about 2.
        let bound = Bound.elementwise(absolute: 16 * Double(Scalar.ulpOfOne))
        outputs =
            [Output("weights", weights, bound), Output("first state", first, bound)]
            + (slots == 2 ? [Output("second state", second, bound)] : [])
    }

    func run(_ form: Form, on team: WorkerTeam) {
        let (w, u, s) = (weights[form], first[form], second[form])
        switch (form, optimizer.slotCount) {
        case (.naive, 1): plainMomentum(step, weights: w, gradients: gradients, velocity: u, count: count)
        case (.naive, _): plainAdamW(step, weights: w, gradients: gradients, mean: u, squares: s, count: count)
        case (.blas, 1):
            blasMomentum(step, weights: w, gradients: gradients, velocity: u, scratch: scratch, count: count)
        case (.blas, _):
            blasAdamW(step, weights: w, gradients: gradients, mean: u, squares: s, scratch: scratch, count: count)
        case (.ours, _):
            team.share { worker in
                let part = worker.shard(of: count, multipleOf: 16)
                let slots = OptimizerSlots(first: u, second: s).advanced(by: part.lowerBound)
                optimizer.update(
                    step, weights: w + part.lowerBound, gradients: gradients + part.lowerBound, slots: slots,
                    count: part.count)
            }
        }
    }
}
