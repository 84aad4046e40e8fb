internal import Foundation
internal import Lariat

/// Ctrl-C: the first asks the training to stop after its step, a second one ends the process.
enum Interrupt {
    /// The signal of this process's training. A handler may only touch what is safe at any moment: an atomic flag.
    static let stop = StopSignal()

    static func install() {
        _ = stop  // made before the handler can run
        // A parent may have started us with the signal blocked, as threads of a pool have it.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        signal(SIGINT) { _ in
            if Interrupt.stop.isSet { _exit(130) }
            Interrupt.stop.set()
        }
    }
}
