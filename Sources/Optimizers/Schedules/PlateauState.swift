/// How a plateau schedule stands: part of a checkpoint.
public struct PlateauState: Sendable, Hashable, Codable {
    /// The best value of the metric so far.
    public private(set) var best: Double?
    /// Epochs without an improvement since the best or the last reduction.
    public private(set) var waiting = 0
    /// How often the rate was reduced.
    public private(set) var reductions = 0

    /// Nothing seen yet.
    public init() {}

    /// Takes in the metric of an epoch (lower is better).
    ///
    /// An improvement is best·(1 − 10⁻⁴) and below (for a negative best: best·(1 + 10⁻⁴)), as in PyTorch.
    public mutating func observe(_ metric: Double, patience: Int) {
        if let best, !(metric < best - abs(best) * 1e-4) {
            waiting += 1
            if waiting > patience { (reductions, waiting) = (reductions + 1, 0) }
        } else {
            (best, waiting) = (metric, 0)
        }
    }
}

extension Schedule {
    /// Checks the numbers: rates finite and above 0, factors in (0, 1], periods at least 1.
    public func validate() throws(HyperparameterError) {
        func require(_ condition: Bool, _ what: String, _ range: String, _ value: Double) throws(HyperparameterError) {
            try HyperparameterError.require(condition, "the schedule's \(what)", range, value)
        }
        try HyperparameterError.require(rate > 0 && rate.isFinite, "the learning rate", "a number above 0", rate)
        try require(warmup >= 0, "warm-up", "0 steps or more", Double(warmup))
        try require(warmup <= 1_000_000_000, "warm-up", "at most 1000000000 steps", Double(warmup))
        switch shape {
        case .constant, .oneCycle: break
        case .step(let every, let factor):
            try require(every >= 1, "period", "1 epoch or more", Double(every))
            try require(factor > 0 && factor <= 1, "factor", "in (0, 1]", factor)
        case .multiStep(let milestones, let factor):
            try require(
                milestones == milestones.sorted() && milestones.allSatisfy { $0 >= 0 }, "first milestone",
                "one of an ascending list of epochs", Double(milestones.first ?? 0))
            try require(factor > 0 && factor <= 1, "factor", "in (0, 1]", factor)
        case .exponential(let factor): try require(factor > 0 && factor <= 1, "factor", "in (0, 1]", factor)
        case .stages(let count, let factor):
            try require(count >= 1, "number of stages", "1 or more", Double(count))
            try require(factor > 0 && factor <= 1, "factor", "in (0, 1]", factor)
        case .decay(let share): try require(share > 0 && share <= 1, "share", "in (0, 1]", share)
        case .polynomial(let power, let end):
            try require(power > 0 && power.isFinite, "power", "a number above 0", power)
            try require(end >= 0 && end <= rate, "end", "between 0 and the rate", end)
        case .inverseTime(let k): try require(k >= 0 && k.isFinite, "k", "a number from 0 on", k)
        case .cosine(let end): try require(end >= 0 && end <= rate, "end", "between 0 and the rate", end)
        case .cosineRestarts(let period, let multiplier, let end):
            try require(period >= 1, "period", "1 epoch or more", Double(period))
            try require(multiplier >= 1, "multiplier", "1 or more", Double(multiplier))
            try require(end >= 0 && end <= rate, "end", "between 0 and the rate", end)
        case .plateau(let factor, let patience):
            try require(factor > 0 && factor < 1, "factor", "in (0, 1)", factor)
            try require(patience >= 0, "patience", "0 epochs or more", Double(patience))
        }
    }
}
