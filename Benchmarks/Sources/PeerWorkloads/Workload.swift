import Foundation

/// One line of the comparison on our side: it hands out its data, so that the peers compute the same, and measures
/// itself.
protocol Workload: AnyObject {
    /// Writes data, initial weights and what to compare with into a folder, and returns the facts about them.
    func export(to folder: Exchange) throws -> Facts
    /// Runs for about that long and returns the seconds of one unit: a step, an epoch, a prediction, a file.
    func measure(seconds: Double) throws -> Double
}

/// What the peers must know of a workload; see Peers/exchange.py.
struct Facts: Encodable {
    var rows = 0
    var validationRows = 0
    var inputs = 0
    var hidden: [Int] = []
    var outputs = 0
    var batch = 0
    var optimizer = ""
    var rate = 0.0
    /// Whether a batch normalisation follows every hidden layer.
    var normalized = true
    /// How many epochs' orders of rows were written.
    var orders = 0
    /// The accuracy on the validation rows that ends a training.
    var target: Double?
    /// The losses of the first steps, each before its step.
    var losses: [Double] = []
    /// Whether the outputs written are logits or probabilities.
    var outputKind = "logits"
    /// The sum of every column of a file.
    var sums: [Double] = []
    /// The epochs that a training to the target took.
    var epochs: Int?
    /// The bytes of a path's design, and those that were resident at once beside it and what else there was before.
    var designBytes: Int?
    var bytesBeyondDesign: Int?
    /// The mean squared error that a cross-validation found at every strength.
    var curve: [Double] = []
}

extension Workload {
    /// Repeats `unit` for about that long and returns the seconds of one.
    ///
    /// The first calls warm the caches and say how many fit.
    func repeating(_ unit: () throws -> Void, for seconds: Double) rethrows -> Double {
        try unit()
        var (count, elapsed) = (1, 0.0)
        // Twice as many until it takes a tenth of the time: the clock is then no part of it.
        while true {
            elapsed = try time { for _ in 0..<count { try unit() } }
            if elapsed >= seconds / 10 || elapsed >= 1 { break }
            count *= 2
        }
        count = max(1, Int(Double(count) * seconds / elapsed))
        return try time { for _ in 0..<count { try unit() } } / Double(count)
    }
}

/// The seconds that `body` takes.
func time(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return start.secondsUntilNow
}

extension ContinuousClock.Instant {
    /// The seconds that have passed since.
    var secondsUntilNow: Double { duration(to: .now) / .seconds(1) }
}
