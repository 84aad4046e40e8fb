internal import CKernels
internal import Glibc
internal import Synchronization

/// Work that any number of threads can take pieces of, until there are none.
package protocol SharedWork: AnyObject {
    /// Takes pieces until none are left; called once on the caller's thread and once on that of each helper who comes.
    func takePart(asCaller: Bool)
}

/// Threads that help a caller who needs no particular number of them.
///
/// Unlike a ``WorkerTeam``, whose members meet at barriers, a crew is never waited for: the caller does all the pieces
/// that no helper takes, and at the end waits for those who are in the middle of one. So a busy machine costs the
/// caller the helpers and not more; and while the crew helps one caller, others do their work alone.
///
/// `state` holds in its lowest bit whether there is work to join, above it how many helpers are inside, and from bit
/// 16 on the number of the work. A helper joins by an exchange that fails once the work is closed.
///
/// `@unchecked Sendable` holds because all mutable state is atomic but for `work`: the caller that has `isBusy` writes it
/// before it opens the work and after all helpers have left, and helpers read it while they are inside.
package final class HelperCrew: @unchecked Sendable {
    private var work: (any SharedWork)?
    private let isBusy = Atomic<Bool>(false)
    private let state = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// Some 40 µs, the time between two batches of a caller in a hurry.
    private static let spinsForWork = 2000
    /// Less, because a helper who takes longer has lost its core, perhaps to this very caller.
    private static let spinsForHelpers = 300
    private static let inside = 0xfffe

    /// The crew of the process: with the caller as many threads as ``Machine/workers``.
    package static let shared = HelperCrew(helpers: Machine.workers - 1)

    private init(helpers: Int) {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
        // Where the system refuses a thread there is a helper less.
        for _ in 0..<max(0, helpers) { try? NativeThread.detach { self.help() } }
    }

    /// Does `work` with whoever comes to help; returns when it is done. Allocates nothing.
    package func share(_ work: any SharedWork) {
        let mine = isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
        guard mine else { return work.takePart(asCaller: true) }
        self.work = work
        let number = state.load(ordering: .relaxed) >> 16 &+ 1
        // Sequential consistency against `sleepers`: either a sleeper sees the work, or it is seen.
        state.store(number << 16 | 1, ordering: .sequentiallyConsistent)
        wakeSleepers()
        work.takePart(asCaller: true)
        if state.bitwiseAnd(~1, ordering: .acquiringAndReleasing).oldValue & Self.inside != 0 {
            wait(spins: Self.spinsForHelpers) { $0 & Self.inside == 0 }
        }
        self.work = nil
        isBusy.store(false, ordering: .releasing)
    }

    private func help() {
        _ = ck_flush_subnormals_begin()
        var last = 0
        while true {
            wait(spins: Self.spinsForWork) { $0 & 1 == 1 && $0 >> 16 != last }
            let seen = state.load(ordering: .relaxed)
            guard seen & 1 == 1,
                state.compareExchange(expected: seen, desired: seen + 2, ordering: .acquiring).exchanged
            else { continue }
            last = seen >> 16
            takePart()
            let left = state.subtract(2, ordering: .sequentiallyConsistent).newValue
            if left & (Self.inside | 1) == 0 { wakeSleepers() }
        }
    }

    /// Not inlined, so that the reference to the work is gone before the caller is told that it is done.
    @inline(never)
    private func takePart() { work?.takePart(asCaller: false) }

    /// Spins briefly, then sleeps, until the state is as wanted.
    @inline(__always)
    private func wait(spins: Int, until isWanted: (Int) -> Bool) {
        for _ in 0..<spins {
            if isWanted(state.load(ordering: .acquiring)) { return }
            ck_spin_hint()
        }
        pthread_mutex_lock(mutex)
        sleepers.add(1, ordering: .sequentiallyConsistent)
        while !isWanted(state.load(ordering: .sequentiallyConsistent)) { pthread_cond_wait(changed, mutex) }
        sleepers.subtract(1, ordering: .sequentiallyConsistent)
        pthread_mutex_unlock(mutex)
    }

    private func wakeSleepers() {
        if sleepers.load(ordering: .sequentiallyConsistent) == 0 { return }
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }
}
