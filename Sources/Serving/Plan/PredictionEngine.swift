internal import LariatModels
internal import LinearAlgebra

/// A plan and the workspaces to run it in, for one precision.
final class PredictionEngine<Scalar: BLASScalar>: Sendable {
    let plan: ServingPlan<Scalar>
    /// Two classes of batches: a few rows, and blocks of many.
    private let few, many: WorkspacePool<Scalar>

    /// The rows up to which a batch is one small block, on the caller's thread.
    private static var fewRows: Int { 8 }
    /// The rows of a large block: enough to use each weight often, few enough to stay in the second-level cache, and for
    /// a helper that comes late to find one.
    private static var blockRows: Int { 64 }
    /// A tile of rows of the widest vectors.
    private static var grain: Int { 8 }

    /// - Throws: ``PredictorError``.
    init(_ network: NeuralNetwork<Scalar>, of model: Model) throws(PredictorError) {
        plan = try ServingPlan(network, of: model)
        few = WorkspacePool(plan, rows: Self.fewRows)
        many = WorkspacePool(plan, rows: Self.blockRows)
    }

    /// Predicts; false where a row holds a number that cannot be used, the outputs then unspecified.
    func predict(_ input: InputRows, into output: OutputRows) -> Bool {
        let flush = SubnormalFlush()
        defer { flush.end() }
        if input.count <= Self.fewRows { return few.withWorkspace { $0.predict(input, into: output) } }
        let workers = Self.workers(rows: input.count, flops: plan.flops * input.count)
        let job = Workspace<Scalar>.Job(
            input: input, output: output, blockRows: Self.blockRows(rows: input.count, workers: workers))
        return many.withWorkspace { $0.predict(job, with: workers > 1 ? HelperCrew.shared : nil) }
    }

    /// How many workers share a batch: a rule on shapes, never on timings. Below some 24 million operations, 100 µs of
    /// one core, a helper brings little, and costs much where its core is busy.
    private static func workers(rows: Int, flops: Int) -> Int {
        flops < 24_000_000 ? 1 : max(1, min(Machine.workers, rows / grain))
    }

    /// Blocks of one size, a whole number of rounds of them for the workers.
    private static func blockRows(rows: Int, workers: Int) -> Int {
        let rounds = (rows + workers * blockRows - 1) / (workers * blockRows)
        let share = (rows + rounds * workers - 1) / (rounds * workers)
        return (share + grain - 1) / grain * grain
    }
}
