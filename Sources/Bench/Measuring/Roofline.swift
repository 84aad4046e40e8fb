internal import LinearAlgebra

/// What this machine can do at best, measured: multiply-adds, and bytes a second from each level of its memory.
///
/// A kernel can take no less than max(flops / peak, bytes / bandwidth) (Williams, Waterman and Patterson, CACM 2009),
/// with the bandwidth of memory as large as the kernel's: what lies in a cache is not bound by main memory. Whatever is
/// measured again keeps the better result, as what else the machine does can only make a limit look smaller; and what a
/// kernel has reached can be reached.
final class Roofline {
    let teams: Teams
    private let budget: Double
    private let largestBuffer: Int
    private var peaks: [PeakKey: Double] = [:]
    private var bandwidths: [StreamKey: Double] = [:]

    private struct PeakKey: Hashable {
        let precision: Precision
        let workers: Int
    }

    private struct StreamKey: Hashable {
        let stream: Stream
        let bytes, workers: Int
    }

    /// How a kernel uses memory; the two have limits of their own.
    private enum Stream: Hashable {
        /// Reads two vectors: their inner product.
        case reading
        /// Reads two vectors and writes one of them: y ← y + αx. As it reads what it overwrites, no line is fetched that
        /// is not counted.
        case updating
    }

    /// - Parameters:
    ///   - budget: seconds that each measurement may take.
    ///   - largestBuffer: bytes, for main memory.
    init(_ teams: Teams, budget: Double, largestBuffer: Int) {
        (self.teams, self.budget, self.largestBuffer) = (teams, budget, largestBuffer)
    }

    /// Measures what limits a kernel of that cost.
    func measure(for cost: Cost, _ precision: Precision, _ team: WorkerTeam) {
        _ = measurePeak(precision, team, within: budget / 8)
        _ = measure(stream(of: cost, workers: team.count), team, within: budget / 4)
    }

    /// Learns from a kernel that was faster than what had been measured.
    func observe(_ cost: Cost, _ precision: Precision, workers: Int, seconds: Double) {
        peaks[PeakKey(precision: precision, workers: workers), default: 0].raise(to: cost.flops / seconds)
        bandwidths[stream(of: cost, workers: workers), default: 0].raise(to: cost.bytes / seconds)
    }

    /// The most that the machine allows a kernel of that cost, and whether arithmetic or memory does.
    ///
    /// - Precondition: it was measured.
    func limit(_ cost: Cost, _ precision: Precision, workers: Int) -> Limit {
        let peak = peaks[PeakKey(precision: precision, workers: workers)]!
        let bandwidth = bandwidths[stream(of: cost, workers: workers)]!
        return cost.flops / peak >= cost.bytes / bandwidth
            ? Limit(unit: "GFLOP/s", work: cost.flops, rate: peak)
            : Limit(unit: "GB/s", work: cost.bytes, rate: bandwidth)
    }

    /// Multiply-adds of a whole team, in operations a second.
    func measurePeak(_ precision: Precision, _ team: WorkerTeam, within budget: Double? = nil) -> Double {
        var flops = 0.0
        let seconds = Stopwatch.fastest(within: budget ?? self.budget) {
            team.share { worker in
                let done =
                    precision == .float
                    ? BLASEngine.multiplyAdds(rounds: 500_000, Float.self)
                    : BLASEngine.multiplyAdds(rounds: 500_000, Double.self)
                if worker.index == 0 { flops = done * Double(worker.count) }
            }
        }
        let key = PeakKey(precision: precision, workers: team.count)
        peaks[key, default: 0].raise(to: flops / seconds)
        return peaks[key]!
    }

    /// Bytes a second of main memory: over a buffer that is far larger than all caches of the team together.
    func measureMemory(_ team: WorkerTeam) -> Double {
        let bytes = min(4 * Machine.lastLevelCache * max(2, team.count), Machine.memory / 4, largestBuffer)
        return [Stream.reading, .updating].reduce(0) {
            max($0, measure(key($1, footprint: bytes, workers: team.count), team, within: 2 * budget))
        }
    }

    private func stream(of cost: Cost, workers: Int) -> StreamKey {
        key(cost.writes * 8 > cost.reads ? .updating : .reading, footprint: Int(cost.footprint), workers: workers)
    }

    /// In steps of 4 KiB a worker, and not below the point where the call costs more than the loop.
    private func key(_ stream: Stream, footprint: Int, workers: Int) -> StreamKey {
        let page = 4096 * workers
        return StreamKey(stream: stream, bytes: max((footprint + page - 1) / page, 2) * page, workers: workers)
    }

    private func measure(_ key: StreamKey, _ team: WorkerTeam, within budget: Double) -> Double {
        let arena = Arena()
        let count = key.bytes / 2 / MemoryLayout<Float>.size
        let (x, y) = (arena.scalars(Float.self, count: count), arena.scalars(Float.self, count: count))
        // Enough passes that starting the team costs nothing beside them.
        let passes = max(1, (4 << 20) / key.bytes)
        let seconds = Stopwatch.fastest(within: budget) {
            team.share { worker in
                let part = worker.shard(of: count, multipleOf: 16)
                for _ in 0..<passes {
                    switch key.stream {
                    case .reading: _ = Float.dot(part.count, x + part.lowerBound, y + part.lowerBound)
                    case .updating: Float.axpy(part.count, 0.5, x + part.lowerBound, y + part.lowerBound)
                    }
                }
            }
        }
        let traffic = (key.stream == .reading ? key.bytes : key.bytes * 3 / 2) * passes
        bandwidths[key, default: 0].raise(to: Double(traffic) / seconds)
        return bandwidths[key]!
    }
}

extension Double {
    fileprivate mutating func raise(to other: Double) { self = max(self, other) }
}

/// The most that the machine allows a kernel.
struct Limit {
    /// "GFLOP/s" or "GB/s".
    let unit: String
    /// What is counted: operations or bytes.
    let work: Double
    /// Operations or bytes a second.
    let rate: Double
}

/// The teams that kernels run on, each started when it is first needed.
final class Teams {
    let available: Int
    private var teams: [Int: WorkerTeam] = [:]

    init(available: Int) { self.available = available }

    subscript(workers: Int) -> WorkerTeam {
        get throws {
            if let team = teams[workers] { return team }
            let team = try WorkerTeam(workers: workers)
            teams[workers] = team
            return team
        }
    }
}
