internal import Glibc

/// Bounds how many threads are inside OpenBLAS at once.
///
/// OpenBLAS 0.3.21 has 128 work buffers (built with MAX_THREADS = 64) and ends the process when more calls than
/// that overlap. A caller takes a place and gives it back; a team takes its places all at once, so that no two
/// teams can each hold half of what they need. A thread that holds a place enters freely again.
///
/// `@unchecked Sendable` holds because the count is guarded by the mutex.
final class CallerGate: @unchecked Sendable {
    private let capacity: Int
    private var free: Int
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init(places: Int) {
        capacity = places
        free = places
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    /// Waits for `places`; more than there are counts as all there are.
    func enter(places: Int) {
        let wanted = min(places, capacity)
        pthread_mutex_lock(mutex)
        while free < wanted { pthread_cond_wait(condition, mutex) }
        free -= wanted
        pthread_mutex_unlock(mutex)
    }

    func leave(places: Int) {
        pthread_mutex_lock(mutex)
        free += min(places, capacity)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }
}
