import Foundation
import Lariat

/// Which engine runs here, and the measured limit of the machine.
struct EngineFacts: Encodable {
    let report = EngineReport.current()
    /// The FMA peak of one core, and of one thread a worker at the same time, in GFLOP/s.
    let peakOfOne: Double
    let peakOfAll: Double

    init() {
        peakOfOne = EngineReport.measurePeakGflops()
        peakOfAll = Self.peak(threads: Machine.workers)
    }

    private final class Sum: @unchecked Sendable {
        private let lock = NSLock()
        private(set) var value = 0.0
        func add(_ term: Double) { lock.withLock { value += term } }
    }

    private static func peak(threads: Int) -> Double {
        let sum = Sum()
        DispatchQueue.concurrentPerform(iterations: threads) { _ in sum.add(EngineReport.measurePeakGflops()) }
        return sum.value
    }
}
