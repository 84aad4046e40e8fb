internal import LinearAlgebra
internal import Synchronization

/// A training under way on a thread of its own, never one of Swift's cooperative pool.
///
/// ```swift
/// let run = try trainer.start(network, on: training, validatingOn: validation)
/// for await event in run.events { print(event) }
/// let fitted = try await run.fitted
/// ```
/// A run that nobody holds any more stops after its step.
public final class TrainingRun: Sendable {
    /// What happens, in order; when the reader falls behind, the oldest events that it has not seen are dropped. It ends
    /// with the training. One reader only.
    public let events: AsyncStream<TrainingEvent>
    private let signal: StopSignal
    private let outcome = Outcome()

    /// Starts `fit`, which gets the stop signal and the receiver of events.
    init(
        buffering: Int, stop: StopSignal,
        _ fit: @escaping @Sendable (StopSignal, (TrainingEvent) -> Void) throws -> Fitted
    ) throws {
        let (events, continuation) = AsyncStream.makeStream(
            of: TrainingEvent.self, bufferingPolicy: .bufferingNewest(max(buffering, 0)))
        (self.events, signal) = (events, stop)
        try NativeThread.detach { [outcome] in
            let result = Result { try fit(stop) { continuation.yield($0) } }
            continuation.finish()
            outcome.settle(result)
        }
    }

    deinit { signal.set() }

    /// Asks it to stop after the step that it is in; ``fitted`` then has the best weights so far.
    public func stop() { signal.set() }

    /// What the training gave, once it has ended. Cancelling the task that waits here stops the training like
    /// ``stop()``: no error, but ``Fitted/Ending/interrupted``.
    ///
    /// - Throws: what ``Trainer/fit(_:on:validatingOn:resumingFrom:stop:onEvent:onCheckpoint:)`` throws.
    public var fitted: Fitted {
        get async throws {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { outcome.wait($0) }
            } onCancel: {
                signal.set()
            }
        }
    }
}

/// A result that is settled once, and those who wait for it.
private final class Outcome: Sendable {
    private enum State {
        case open([CheckedContinuation<Fitted, any Error>])
        case settled(Result<Fitted, any Error>)
    }

    private let state = Mutex(State.open([]))

    func wait(_ continuation: CheckedContinuation<Fitted, any Error>) {
        let result: Result<Fitted, any Error>? = state.withLock { state in
            switch state {
            case .settled(let result): return result
            case .open(let waiting):
                state = .open(waiting + [continuation])
                return nil
            }
        }
        if let result { continuation.resume(with: result) }
    }

    func settle(_ result: Result<Fitted, any Error>) {
        let waiting = state.withLock { state in
            defer { state = .settled(result) }
            if case .open(let waiting) = state { return waiting }
            return []
        }
        for continuation in waiting { continuation.resume(with: result) }
    }
}
