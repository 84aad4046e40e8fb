internal import LinearAlgebra

/// Work in two fixed chunks, on as many workers as there are: the split, and with it every rounding, is the same for one
/// worker and for two.
///
/// One worker leads and runs the serial parts; a second waits for chunks. Everything runs inside one program of a
/// ``WorkerTeam``, so that products may be called anywhere in it.
final class ChunkCrew {
    /// How many chunks work is cut into.
    static let chunks = 2

    private let isShared: Bool
    private var leader = Worker.alone
    private var job: ((Int) -> Void)?

    private init(isShared: Bool) { self.isShared = isShared }

    /// Runs `body` as the leader of a crew of up to `workers`.
    static func lead<Result>(workers: Int, _ body: (ChunkCrew) -> Result) throws(ThreadError) -> Result {
        let team = try WorkerTeam(workers: max(1, min(workers, chunks)))
        let crew = ChunkCrew(isShared: team.count > 1)
        var result: Result?
        team.run { worker in
            if worker.index == 0 {
                crew.leader = worker
                result = body(crew)
                worker.barrier()  // with no job: the follower leaves
            } else {
                crew.follow(worker)
            }
        }
        return result!
    }

    /// Runs `body` for each chunk; returns when all are done.
    func eachChunk(_ body: (Int) -> Void) {
        if !isShared {
            for chunk in 0..<Self.chunks { body(chunk) }
            return
        }
        withoutActuallyEscaping(body) { body in
            job = body
            leader.barrier()
            body(0)
            leader.barrier()
            job = nil
        }
    }

    /// Runs `body` for each chunk's share of 0 ..< total, in multiples of `grain`; for little work, on the leader alone.
    ///
    /// - Parameter isSmall: a rule on shapes, never on time or on the number of workers.
    func split(_ total: Int, multipleOf grain: Int = 8, isSmall: Bool = false, _ body: (Range<Int>) -> Void) {
        func share(_ chunk: Int) -> Range<Int> {
            WorkerTeam.shard(of: total, index: chunk, of: Self.chunks, multipleOf: grain)
        }
        if isSmall {
            for chunk in 0..<Self.chunks { body(share(chunk)) }
        } else {
            eachChunk { body(share($0)) }
        }
    }

    private func follow(_ worker: Worker) {
        while true {
            worker.barrier()
            guard runJob() else { return }
            worker.barrier()
        }
    }

    /// Not inlined, so that the reference to the job is gone before the leader is told that it is done.
    @inline(never)
    private func runJob() -> Bool {
        guard let job else { return false }
        job(1)
        return true
    }
}
