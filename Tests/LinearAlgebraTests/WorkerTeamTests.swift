import CKernels
import LinearAlgebra
import Synchronization
import Testing

@Suite("Worker team")
struct WorkerTeamTests {
    @Test(arguments: [0, 1, 2, 3, 15, 16, 17, 63, 64, 65, 1000], [1, 2, 3, 5, 64])
    func sharesCoverEverythingOnceInOrder(total: Int, workers: Int) {
        for grain in [1, 16] {
            let shares = (0..<workers).map { WorkerTeam.shard(of: total, index: $0, of: workers, multipleOf: grain) }
            #expect(shares.flatMap { Array($0) } == Array(0..<total))
            #expect(shares.dropLast().allSatisfy { $0.upperBound % grain == 0 || $0.upperBound == total })
            let sizes = shares.map(\.count)
            #expect(sizes.max()! - sizes.min()! <= 2 * grain - 1)
        }
    }

    /// Every worker writes, waits, and reads what its neighbour wrote, in 2000 rounds: without the barrier some round
    /// reads what is not there yet.
    @Test(arguments: [1, 2, 3, 4])
    func barriersSeparateWritesFromReads(workers: Int) throws {
        let team = try WorkerTeam(workers: workers)
        let slots = (0..<workers).map { _ in Slot() }
        let wrong = Atomic<Int>(0)
        team.run { worker in
            for round in 1...2000 {
                slots[worker.index].value = round
                worker.barrier()
                if slots[(worker.index + 1) % worker.count].value != round { wrong.add(1, ordering: .relaxed) }
                worker.barrier()
            }
        }
        #expect(wrong.load(ordering: .relaxed) == 0)
    }

    /// `@unchecked Sendable`: what the barriers under test are to make safe; the thread sanitizer watches.
    private final class Slot: @unchecked Sendable { var value = 0 }

    private final class Counter: Sendable { let value = Atomic<Int>(0) }

    @Test func runsFromManyThreadsTakeTurns() async throws {
        let team = try WorkerTeam(workers: 2)
        let (inside, overlaps) = (Counter(), Counter())
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<50 {
                        team.run { worker in
                            guard worker.index == 0 else { return }
                            if inside.value.add(1, ordering: .acquiringAndReleasing).newValue != 1 {
                                overlaps.value.add(1, ordering: .relaxed)
                            }
                            inside.value.subtract(1, ordering: .acquiringAndReleasing)
                        }
                    }
                }
            }
        }
        #expect(overlaps.value.load(ordering: .relaxed) == 0)
    }

    @Test func subnormalsAreFlushedInsideAndTheCallersSettingComesBack() throws {
        let halves = Atomic<Int>(0)
        try WorkerTeam(workers: 2).run { worker in
            // The smallest normal number, halved where the optimiser cannot see it.
            if half(Float.leastNormalMagnitude) == 0 { halves.add(1, ordering: .relaxed) }
        }
        #expect(halves.load(ordering: .relaxed) == 2)
        #expect(half(Float.leastNormalMagnitude) > 0)
    }

    @Test func teamsComeAndGo() throws {
        for _ in 0..<50 {
            let sum = Atomic<Int>(0)
            try WorkerTeam(workers: 3).run { sum.add($0.index, ordering: .relaxed) }
            #expect(sum.load(ordering: .relaxed) == 3)
        }
    }

    @Test func aRunInsideARunIsRefused() async {
        await #expect(processExitsWith: .failure) {
            let team = try WorkerTeam(workers: 1)
            team.run { _ in team.run { _ in } }
        }
    }

    @Test func quotasOfTheCgroup() {
        #expect(Machine.parseQuota("150000 100000\n") == 1.5)
        #expect(Machine.parseQuota("50000 100000") == 0.5)
        for none in ["max 100000", "-1 100000", "", "100000", "100000 0", "x y", "1 2 3"] {
            #expect(Machine.parseQuota(none) == nil)
        }
        #expect(Machine.workers >= 1 && Machine.workers <= Machine.cores)
    }
}

@inline(never)
private func half(_ x: Float) -> Float { x * 0.5 }
