internal import LariatModels
internal import LariatOptimizers
internal import LinearAlgebra
internal import RegularizedLoss

/// One optimisation step of a network on a mini-batch, as one program that every worker of a team runs on its
/// shard: gather, forward, loss, backward, update.
///
/// The workers meet where data crosses shards: at batch statistics, before a weight gradient (which sums over
/// all rows), at the gradient's norm, before and after the update.
///
/// `@unchecked Sendable` holds because the workers write disjoint parts of the memory (their rows of the batch,
/// their rows of each weight, their entries of the per-worker arrays) and read what others wrote only behind a
/// barrier; `work` and `statistics` are written by the caller between runs, `statistics` by worker 0, too.
final class TrainingStep<Scalar: BLASScalar>: WorkerProgram, @unchecked Sendable {
    /// The rows of one step.
    struct Batch {
        /// Indices into the training data; rows.count rows.
        let rows: UnsafeBufferPointer<Int>
        let features: MatrixView<Scalar>
        let targets: MatrixView<Scalar>
        let weights: UnsafePointer<Scalar>?
        /// Keys of the dropout masks.
        let seed, epoch, step: UInt64
    }

    let plan: StepPlan<Scalar>
    let objective: Objective
    let optimizer: Optimizer
    let clipping: GradientClipping
    let team: WorkerTeam
    var statistics: [RunningStatistics]
    /// What the run in progress works on.
    private var work: Work?

    private struct Work {
        let batch: Batch
        let step: OptimizerStep<Scalar>
    }

    init(
        _ network: NeuralNetwork<Scalar>, objective: Objective, optimizer: Optimizer, clipping: GradientClipping,
        plan: StepPlan<Scalar>, team: WorkerTeam
    ) {
        self.plan = plan
        self.objective = objective
        self.optimizer = optimizer
        self.clipping = clipping
        self.team = team
        statistics = network.statistics
        network.parameters.withUnsafePointer { plan.blocks.weights.update(from: $0, count: plan.blocks.count) }
        for segment in plan.unitNormStarts {
            let tensor = segment.tensor
            MaxNorm(min(1, segment.terms.maxNorm ?? 1)).normalize(
                MutableMatrixView(weights + tensor.offset, rows: tensor.rows, columns: tensor.columns))
        }
        distribute()
    }

    var weights: UnsafeMutablePointer<Scalar> { plan.blocks.weights }
    var gradients: UnsafeMutablePointer<Scalar> { plan.blocks.gradients }
    var slots: OptimizerSlots<Scalar> { plan.blocks.slots }
    /// Rows of a batch are shared out in whole tiles of a product.
    static var rowGrain: Int { 8 }

    /// Brings the blocks up to date, for whoever reads parameters or optimizer state.
    func collect() { for panels in plan.inPanels { panels.unpack(into: plan.blocks) } }

    /// Brings the working copies up to date with the blocks, after they were written.
    func distribute() { for panels in plan.inPanels { panels.pack(from: plan.blocks) } }

    /// Runs one step and returns the mean loss of the batch before it.
    func callAsFunction(_ batch: Batch, _ step: OptimizerStep<Scalar>) -> Double {
        work = Work(batch: batch, step: step)
        team.run(self)
        work = nil
        return (0..<team.count).reduce(0) { $0 + plan.losses[$1 * StepPlan<Scalar>.spacing] } / totalWeight(batch)
    }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func run(on worker: Worker) { runSpecialized(on: worker) }

    /// Apart, so that the generic way in does no more than choose the precision.
    @inline(never)
    private func runSpecialized(on worker: Worker) {
        let (batch, step) = (work!.batch, work!.step)
        gather(batch, worker)
        forward(batch, worker)
        loss(batch, worker)
        backward(batch, step, worker)
        update(step, worker)
    }

    /// Copies this worker's rows of the batch from the training data.
    private func gather(_ batch: Batch, _ worker: Worker) {
        for row in worker.shard(of: batch.rows.count, multipleOf: Self.rowGrain) {
            let source = batch.rows[row]
            (plan.input.base + row * plan.input.stride).update(
                from: batch.features.base + source * batch.features.stride, count: plan.inputs)
            let (to, from) = (
                plan.targets + row * plan.targetColumns, batch.targets.base + source * batch.targets.stride
            )
            for column in 0..<plan.targetColumns { to[column] = from[column] }
            if let weights = batch.weights { plan.rowWeights[row] = weights[source] }
        }
    }

    /// Σ of the row weights of the batch, by every worker in the same order.
    private func totalWeight(_ batch: Batch) -> Double {
        guard let weights = batch.weights else { return Double(batch.rows.count) }
        let total = batch.rows.reduce(0) { $0 + Double(weights[$1]) }
        return total > 0 ? total : 1
    }

    /// Loss and its gradient with respect to the outputs, for this worker's rows.
    private func loss(_ batch: Batch, _ worker: Worker) {
        let rows = worker.shard(of: batch.rows.count, multipleOf: Self.rowGrain)
        let outputs = plan.passes[plan.passes.count - 1].output.rows(rows)
        let gradient = Activations(plan.gradientBuffers.0, columns: plan.outputs).rows(rows)
        let targets = MatrixView(
            plan.targets + rows.lowerBound * plan.targetColumns, rows: rows.count, columns: plan.targetColumns)
        plan.losses[worker.index * StepPlan<Scalar>.spacing] = objective.loss.evaluate(
            outputs: outputs.readOnly, targets: targets,
            weights: batch.weights == nil ? nil : UnsafePointer(plan.rowWeights + rows.lowerBound),
            scale: Scalar(1 / totalWeight(batch)), gradient: gradient)
    }
}
