internal import LinearAlgebra
internal import Synchronization

/// The scratch of one thread that predicts, and the work that helpers share in a large batch.
///
/// `@unchecked Sendable` holds because a workspace belongs to one thread at a time (``WorkspacePool``); while helpers
/// share its work they read `job`, which stands still, count rows by an atomic, and take scratch of their own.
final class Workspace<Scalar: BLASScalar>: SharedWork, @unchecked Sendable {
    /// Rows to predict, cut into blocks.
    struct Job {
        let input: InputRows
        let output: OutputRows
        let blockRows: Int
    }

    private let plan: ServingPlan<Scalar>
    private unowned let pool: WorkspacePool<Scalar>
    private let capacity: Int
    private let scratch: UnsafeMutablePointer<Scalar>
    private let arena = Arena()
    private var job: Job?
    private let nextRow = Atomic<Int>(0)
    private let failed = Atomic<Bool>(false)

    init(_ plan: ServingPlan<Scalar>, rows: Int, pool: WorkspacePool<Scalar>) {
        (self.plan, self.pool, capacity) = (plan, pool, rows)
        scratch = arena.scalars(Scalar.self, count: plan.scratchCount(rows: rows))
    }

    /// Predicts rows that fit.
    func predict(_ input: InputRows, into output: OutputRows) -> Bool { predict(0..<input.count, input, output) }

    private func predict(_ rows: Range<Int>, _ input: InputRows, _ output: OutputRows) -> Bool {
        plan.run(rows, of: input, into: output, scratch: scratch, capacity: capacity)
    }

    /// Predicts block after block, with whoever of the crew comes.
    func predict(_ job: Job, with crew: HelperCrew?) -> Bool {
        self.job = job
        nextRow.store(0, ordering: .relaxed)
        failed.store(false, ordering: .relaxed)
        if let crew { crew.share(self) } else { predictBlocks(of: job, in: self) }
        self.job = nil
        return !failed.load(ordering: .relaxed)
    }

    func takePart(asCaller: Bool) {
        guard let job else { return }
        if asCaller { return predictBlocks(of: job, in: self) }
        // A late helper finds nothing left and should not take scratch for it.
        if nextRow.load(ordering: .relaxed) >= job.input.count { return }
        pool.withWorkspace { predictBlocks(of: job, in: $0) }
    }

    /// Takes blocks as long as there are any: a helper whose core is busy elsewhere takes fewer.
    private func predictBlocks(of job: Job, in workspace: Workspace) {
        while true {
            let start = nextRow.add(job.blockRows, ordering: .relaxed).oldValue
            if start >= job.input.count { return }
            let rows = start..<min(start + job.blockRows, job.input.count)
            if !workspace.predict(rows, job.input, job.output) { failed.store(true, ordering: .relaxed) }
        }
    }
}
