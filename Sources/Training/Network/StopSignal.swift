internal import Synchronization

/// Asks a training to stop after the step that it is in; from any thread, or from a signal handler.
public final class StopSignal: Sendable {
    private let flag = Atomic<Bool>(false)

    /// Not set.
    public init() {}

    /// Sets it, for good.
    public func set() { flag.store(true, ordering: .relaxed) }

    /// Whether it is set.
    public var isSet: Bool { flag.load(ordering: .relaxed) }
}
