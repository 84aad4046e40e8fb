internal import CKernels
internal import COpenBLAS
internal import Glibc

/// The OpenBLAS behind every product: what it is, which kernels it runs and why, and the rules it is used by.
///
/// OpenBLAS has one thread, always: its own threads are process-global, spin after every call, and split small
/// products that are faster whole. Lariat shards work over its ``WorkerTeam`` instead. On first use a self-test
/// compares products and a factorisation with plain loops.
public enum BLASEngine {
    /// Sets OpenBLAS to one thread and tests it, once; every kernel calls this first.
    public static func prepare() { _ = selfTest }

    /// What the self-test found: nil when every result agreed, else the first that did not.
    static let selfTest: String? = {
        openblas_set_num_threads(1)
        guard let failure = SelfTest.firstFailure() else { return nil }
        // A repaired choice that computes wrongly is taken back; OpenBLAS's own is then all there is.
        let undone = ck_blas_choice_undo(
            "the kernel set chosen by Lariat failed the self-test, so OpenBLAS's own choice is in use")
        return undone == 1 ? SelfTest.firstFailure() : failure
    }()

    // MARK: The gate on concurrent callers

    private static let gate = CallerGate(places: 64)

    /// Marks threads that hold a place.
    private static let placeKey: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// Runs `body`, which calls OpenBLAS, on a place of the gate; a thread that has one goes straight in.
    package static func withPlace<Result>(_ body: () throws -> Result) rethrows -> Result {
        prepare()
        if pthread_getspecific(placeKey) != nil { return try body() }
        gate.enter(places: 1)
        defer { gate.leave(places: 1) }
        return try body()
    }

    /// Takes the places of a whole team, for the caller's thread and its members.
    static func enter(places: Int) {
        prepare()
        gate.enter(places: places)
        markThread(true)
    }

    static func leave(places: Int) {
        markThread(false)
        gate.leave(places: places)
    }

    /// Says that this thread's calls are covered by places that are already held.
    static func markThread(_ holdsPlace: Bool) {
        pthread_setspecific(placeKey, holdsPlace ? UnsafeRawPointer(bitPattern: 1) : nil)
    }
}
