internal import CKernels
internal import Glibc
internal import Synchronization

/// One member of a team while it runs a program.
public struct Worker {
    /// 0 ..< count; worker 0 is the caller's thread.
    public let index: Int
    /// How many workers run the program.
    public let count: Int
    private let meeting: Barrier?

    init(index: Int, count: Int, barrier: Barrier?) {
        (self.index, self.count, meeting) = (index, count, barrier)
    }

    /// Waits until every worker of the program has come here.
    public func barrier() { meeting?.wait() }

    /// This worker's contiguous share of 0 ..< total; see ``WorkerTeam/shard(of:index:of:multipleOf:)``.
    @inlinable
    public func shard(of total: Int, multipleOf grain: Int = 1) -> Range<Int> {
        WorkerTeam.shard(of: total, index: index, of: count, multipleOf: grain)
    }
}

/// What the workers of a team run, as an object: for a program that runs often and must not allocate, as a closure that
/// is handed to other threads does.
public protocol WorkerProgram: AnyObject {
    /// The part of one worker; called on the thread of each.
    func run(on worker: Worker)
}

/// A small persistent team of threads that runs one program (SPMD): every worker executes the same closure on
/// its own shard, and they meet at barriers.
///
/// Subnormal numbers are flushed to zero on every worker while a program runs, also on the caller's thread,
/// whose own setting is restored. Runs on one team are serialised; a run inside a run of the same team would
/// wait for itself and is refused.
public final class WorkerTeam: Sendable {
    /// How many workers run a program, the caller included.
    public let count: Int
    private let stage: Stage
    private let turn = Mutex(false)
    private let owner = Atomic<UInt>(0)
    private let threads: [pthread_t]

    /// A team of `workers`; nil: ``Machine/workers``.
    ///
    /// - Throws: ``ThreadError`` when the system refuses a thread: a smaller team than was asked for would give other
    ///   bits.
    public init(workers: Int? = nil) throws(ThreadError) {
        let count = max(1, workers ?? Machine.workers)
        let stage = Stage(count)
        BLASEngine.prepare()
        self.count = count
        self.stage = stage
        threads = try Self.launch(stage)
    }

    /// Starts all members but the caller, or none.
    private static func launch(_ stage: Stage) throws(ThreadError) -> [pthread_t] {
        var threads: [pthread_t] = []
        for index in 1..<stage.count {
            switch Member(stage, index: index).launch() {
            case .success(let thread): threads.append(thread)
            case .failure(let error):
                // Those that wait already leave as at the end of a team.
                stage.start.arrive(for: stage.count - threads.count)
                for thread in threads { pthread_join(thread, nil) }
                throw error
            }
        }
        return threads
    }

    /// Runs `program` on every worker and returns when all are done.
    ///
    /// - Precondition: not called from inside a program of the same team.
    public func run(_ program: (Worker) -> Void) {
        withoutActuallyEscaping(program) { run(ClosureProgram($0)) }
    }

    /// Runs `program` on every worker and returns when all are done; allocates nothing.
    ///
    /// - Precondition: not called from inside a program of the same team.
    public func run(_ program: any WorkerProgram) {
        let caller = UInt(pthread_self())
        precondition(owner.load(ordering: .relaxed) != caller, "a worker team cannot run a program inside its own")
        turn.withLock { _ in
            owner.store(caller, ordering: .relaxed)
            defer { owner.store(0, ordering: .relaxed) }
            let saved = ck_flush_subnormals_begin()
            defer { ck_flush_subnormals_end(saved) }
            BLASEngine.enter(places: count)
            defer { BLASEngine.leave(places: count) }
            if count == 1 { return program.run(on: Worker(index: 0, count: 1, barrier: nil)) }
            stage.program = program
            stage.start.wait()
            program.run(on: Worker(index: 0, count: count, barrier: stage.meeting))
            stage.end.wait()
            stage.program = nil
        }
    }

    deinit {
        if count == 1 { return }
        stage.start.wait()  // with no program: the members leave
        for thread in threads { pthread_join(thread, nil) }
    }

    /// The contiguous share of worker `index` of `workers` in 0 ..< total, in multiples of `grain` but for the
    /// last. The shares of all workers are in order, cover everything, and differ by at most one grain.
    @inlinable
    public static func shard(of total: Int, index: Int, of workers: Int, multipleOf grain: Int = 1) -> Range<Int> {
        let grains = (total + grain - 1) / grain
        let lower = grains * index / workers * grain
        let upper = grains * (index + 1) / workers * grain
        return min(lower, total)..<min(upper, total)
    }
}

extension WorkerTeam {
    /// A closure as a program.
    private final class ClosureProgram: WorkerProgram {
        private let program: (Worker) -> Void

        init(_ program: @escaping (Worker) -> Void) { self.program = program }

        func run(on worker: Worker) { program(worker) }
    }

    /// Where the team meets, shared by the caller and the members.
    ///
    /// `@unchecked Sendable` holds because `program` is written by the caller that has the turn, before the start
    /// barrier and after the end barrier, and read by the members between the two.
    private final class Stage: @unchecked Sendable {
        let count: Int
        let start, end, meeting: Barrier
        var program: (any WorkerProgram)?

        init(_ count: Int) {
            // Some 40 µs; a team larger than the machine can only wait for the scheduler.
            let spins = count <= Machine.cores ? 2000 : 20
            self.count = count
            start = Barrier(members: count, spins: spins)
            end = Barrier(members: count, spins: spins)
            meeting = Barrier(members: count, spins: spins)
        }
    }

    /// One thread of the team.
    private final class Member: Sendable {
        private let stage: Stage
        private let index: Int

        init(_ stage: Stage, index: Int) { (self.stage, self.index) = (stage, index) }

        private func work() {
            _ = ck_flush_subnormals_begin()
            BLASEngine.markThread(true)  // covered by the places of the team's run
            while true {
                stage.start.wait()
                if !runProgram() { return }
                stage.end.wait()
            }
        }

        /// Runs the program; false when there is none, which is the end. Not inlined, so that the reference to it
        /// is gone before the caller of `run` is told that all are done with it.
        @inline(never)
        private func runProgram() -> Bool {
            guard let program = stage.program else { return false }
            program.run(on: Worker(index: index, count: stage.count, barrier: stage.meeting))
            return true
        }

        func launch() -> Result<pthread_t, ThreadError> { NativeThread.launch { self.work() } }
    }
}
