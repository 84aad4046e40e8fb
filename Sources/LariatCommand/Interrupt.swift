internal import Foundation
internal import Lariat
internal import LariatModels
internal import Synchronization

/// Ctrl-C, SIGTERM and SIGHUP: the first asks the training to stop after its step, a second one ends the process.
enum Interrupt {
    /// The signal of this process's training. A handler may only touch what is safe at any moment: an atomic flag.
    static let stop = StopSignal()
    /// The address of the path of the lock file that ends with the process, or 0.
    private static let lockPath = Atomic<UInt>(0)

    /// Handles the signals from here on.
    static func install() {
        // Made before the handler can run.
        _ = stop
        _ = lockPath.load(ordering: .relaxed)
        // A parent may have started us with the signals blocked, as threads of a pool have them.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        for number in [SIGINT, SIGTERM, SIGHUP] where number != SIGHUP || !isIgnored(number) {
            signal(number) { _ in Interrupt.handle() }
        }
    }

    /// Takes the lock of an output while `body` runs; a second signal removes the lock file as well.
    static func holdingLock<Result>(of path: String, _ body: () throws -> Result) throws -> Result {
        guard !Console.isOutput(path), let lock = try FileLock(for: path) else { return try body() }
        lockPath.store(UInt(bitPattern: strdup(lock.lockPath)), ordering: .releasing)
        defer {
            // Before the lock ends: afterwards the file may be another's. The few bytes stay, for a handler under way.
            lockPath.store(0, ordering: .releasing)
            withExtendedLifetime(lock) {}
        }
        return try body()
    }

    private static func handle() {
        guard stop.isSet else { return stop.set() }
        if let path = UnsafePointer<CChar>(bitPattern: lockPath.load(ordering: .acquiring)) { unlink(path) }
        _exit(Failure.Code.interrupted.rawValue)
    }

    /// Whether the parent asked for a signal to be ignored, as `nohup` does.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }
}
