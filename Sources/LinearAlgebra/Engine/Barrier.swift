internal import CKernels
internal import Glibc
internal import Synchronization

/// Where a fixed number of threads wait for each other: they spin briefly, then sleep.
///
/// A member that arrives early spins for some tens of microseconds, the length of a good wait in a training
/// step; when another process has taken a core, it sleeps instead of burning the time slice that the late
/// member needs.
///
/// `@unchecked Sendable` holds because all mutable state is atomic or, for the condition, guarded by the mutex.
final class Barrier: @unchecked Sendable {
    private let members: Int
    private let spins: Int
    private let arrived = Atomic<Int>(0)
    private let generation = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init(members: Int, spins: Int) {
        self.members = members
        self.spins = spins
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Returns when all members have called it; what they wrote before is then visible to all.
    func wait() {
        let current = generation.load(ordering: .acquiring)
        if arrived.add(1, ordering: .acquiringAndReleasing).newValue == members { return open(after: current) }
        for _ in 0..<spins {
            if generation.load(ordering: .acquiring) != current { return }
            ck_spin_hint()
        }
        sleep(while: current)
    }

    /// Comes here for `absent` members that never will, and does not wait.
    func arrive(for absent: Int) {
        let current = generation.load(ordering: .acquiring)
        if arrived.add(absent, ordering: .acquiringAndReleasing).newValue == members { open(after: current) }
    }

    private func open(after current: Int) {
        arrived.store(0, ordering: .relaxed)
        // Sequential consistency against `sleepers`: either the sleeper sees the new generation, or it is seen.
        generation.store(current &+ 1, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wake() }
    }

    private func sleep(while current: Int) {
        pthread_mutex_lock(mutex)
        sleepers.add(1, ordering: .sequentiallyConsistent)
        while generation.load(ordering: .sequentiallyConsistent) == current { pthread_cond_wait(condition, mutex) }
        sleepers.subtract(1, ordering: .sequentiallyConsistent)
        pthread_mutex_unlock(mutex)
    }

    private func wake() {
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }
}
