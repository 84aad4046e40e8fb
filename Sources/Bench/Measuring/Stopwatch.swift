/// Times short runs many times.
enum Stopwatch {
    /// The median seconds of one run of `body`.
    static func median(within budget: Double, _ body: () -> Void) -> Double { samples(within: budget, body).median }

    /// The seconds of the fastest run: what a machine can do when nothing disturbs it.
    static func fastest(within budget: Double, _ body: () -> Void) -> Double { samples(within: budget, body).min()! }

    /// Seconds of one run, each sample the mean over as many runs as take 0.1 ms; as many samples as fit into the budget
    /// and, where a run is long, one or two more.
    private static func samples(within budget: Double, _ body: () -> Void) -> [Double] {
        var (runs, elapsed, samples) = (1, 0.0, [Double]())
        while true {
            let seconds = time(runs, body)
            elapsed += seconds
            if seconds < 1e-4 && samples.isEmpty {
                runs *= 2
                continue
            }
            samples.append(seconds / Double(runs))
            if elapsed >= budget && (samples.count >= 3 || elapsed >= 3 * budget) { return samples }
        }
    }

    private static func time(_ runs: Int, _ body: () -> Void) -> Double {
        let start = ContinuousClock.now
        for _ in 0..<runs { body() }
        return start.secondsUntilNow
    }
}

extension ContinuousClock.Instant {
    var secondsUntilNow: Double {
        let duration = (ContinuousClock.now - self).components
        return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
    }
}

extension [Double] {
    /// The middle element, or the mean of the two.
    var median: Double {
        let sorted = sorted()
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}
