internal import COpenBLAS  // whose headers are the ones that declare pthread_attr_t to Swift
internal import Glibc

/// A thread of our own, outside Swift's cooperative pool: long computations would starve that pool's few threads.
package enum NativeThread {
    /// LAPACK's kernels put scratch on the stack; 8 MB is what a main thread has.
    private static let stackSize = 8 << 20

    /// Runs `body` on a new thread, to be joined by whoever asked for it.
    static func launch(_ body: @escaping @Sendable () -> Void) -> Result<pthread_t, ThreadError> {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        var thread = pthread_t()
        let retained = Unmanaged.passRetained(Body(body))
        let failure = pthread_create(
            &thread, &attributes,
            { pointer in
                Unmanaged<Body>.fromOpaque(pointer!).takeRetainedValue().run()
                return nil
            }, retained.toOpaque())
        if failure == 0 { return .success(thread) }
        retained.release()
        return .failure(ThreadError(reason: String(cString: strerror(failure))))
    }

    /// Runs `body` on a new thread that cleans up after itself.
    package static func detach(_ body: @escaping @Sendable () -> Void) throws(ThreadError) {
        pthread_detach(try launch(body).get())
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}

/// The system refused a thread.
public struct ThreadError: Error, Equatable, CustomStringConvertible {
    let reason: String
    /// The error in words.
    public var description: String {
        "cannot start a thread: \(reason)\nAsk for fewer workers, or raise the limits on threads and memory."
    }
}
