internal import LinearAlgebra

/// Runs `body` on the two halves of 0 ..< count, on the workers of a team or without one on the caller's thread: always the
/// same two, so that no result depends on the number of workers.
func inHalves(_ count: Int, _ team: WorkerTeam?, _ body: (Range<Int>) -> Void) {
    inTwo([0, 1].map { WorkerTeam.shard(of: count, index: $0, of: 2) }, team, body)
}

/// Runs `body` on two ranges; empty ones are left out.
func inTwo(_ ranges: [Range<Int>], _ team: WorkerTeam?, _ body: (Range<Int>) -> Void) {
    guard let team else { return ranges.filter { !$0.isEmpty }.forEach(body) }
    team.run { worker in
        for index in ranges.indices where index % worker.count == worker.index && !ranges[index].isEmpty {
            body(ranges[index])
        }
    }
}
