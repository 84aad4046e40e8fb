/// The learning rate of every step.
///
/// `step`, `multiStep`, `exponential` and `plateau` count epochs, `stages` and `decay` shares of all epochs; the others
/// run over the steps of the whole training. ``warmedUp(over:)`` puts a linear rise before any of them.
public struct Schedule: Sendable, Hashable {
    /// The shape of the rate over time; t counts steps from 0, T all steps, e epochs from 0, E all epochs.
    public enum Shape: Sendable, Hashable {
        /// η
        case constant
        /// η·γ^⌊e/every⌋
        case step(every: Int, factor: Double)
        /// η·γ^(milestones ≤ e)
        case multiStep(at: [Int], factor: Double)
        /// η·γᵉ
        case exponential(factor: Double)
        /// η·γ^⌊count·e/E⌋: equal stages, each γ times the one before
        case stages(count: Int, factor: Double)
        /// η·share^(e/E): down to that share of η over the whole training
        case decay(share: Double)
        /// (η − end)·(1 − t/T)^power + end
        case polynomial(power: Double, end: Double)
        /// η/(1 + k·t)
        case inverseTime(k: Double)
        /// end + ½(η − end)(1 + cos πt/T)
        case cosine(end: Double)
        /// The cosine over a cycle of `period` epochs, each cycle `multiplier` times as long as the one before.
        case cosineRestarts(period: Int, multiplier: Int, end: Double)
        /// Up from η/25 and down to η/25/10⁴ on cosine ramps, the momentum the other way (arXiv 1708.07120).
        case oneCycle
        /// η·factor^k after k waits of more than `patience` epochs without an improvement.
        case plateau(factor: Double, patience: Int)
    }

    /// η: the base rate, or the peak of one-cycle.
    public var rate: Double
    /// How it changes.
    public var shape: Shape
    /// Steps of linear rise before the shape begins.
    public var warmup: Int
    /// Whether one-cycle also moves the momentum (μ, or Adam's β₁) between 0.95 and 0.85, against the rate; otherwise the
    /// rule keeps its own.
    public var drivesMomentum: Bool

    /// A schedule of the given shape.
    public init(rate: Double, shape: Shape, warmup: Int = 0, drivesMomentum: Bool = true) {
        (self.rate, self.shape, self.warmup) = (rate, shape, warmup)
        self.drivesMomentum = drivesMomentum
    }

    /// η
    public static func constant(_ rate: Double) -> Schedule { Schedule(rate: rate, shape: .constant) }
    /// η·γ^⌊e/every⌋
    public static func step(_ rate: Double, every: Int, factor: Double = 0.1) -> Schedule {
        Schedule(rate: rate, shape: .step(every: every, factor: factor))
    }
    /// η·γ^(milestones ≤ e)
    public static func multiStep(_ rate: Double, at milestones: [Int], factor: Double = 0.1) -> Schedule {
        Schedule(rate: rate, shape: .multiStep(at: milestones, factor: factor))
    }
    /// η·γᵉ
    public static func exponential(_ rate: Double, factor: Double = 0.95) -> Schedule {
        Schedule(rate: rate, shape: .exponential(factor: factor))
    }
    /// η·γ^⌊count·e/E⌋
    public static func stages(_ rate: Double, count: Int = 3, factor: Double = 0.1) -> Schedule {
        Schedule(rate: rate, shape: .stages(count: count, factor: factor))
    }
    /// η·share^(e/E)
    public static func decay(_ rate: Double, to share: Double = 0.01) -> Schedule {
        Schedule(rate: rate, shape: .decay(share: share))
    }
    /// (η − end)·(1 − t/T)^power + end
    public static func polynomial(_ rate: Double, power: Double = 1, end: Double = 0) -> Schedule {
        Schedule(rate: rate, shape: .polynomial(power: power, end: end))
    }
    /// η/(1 + k·t)
    public static func inverseTime(_ rate: Double, k: Double) -> Schedule {
        Schedule(rate: rate, shape: .inverseTime(k: k))
    }
    /// end + ½(η − end)(1 + cos πt/T)
    public static func cosine(_ rate: Double, end: Double = 0) -> Schedule {
        Schedule(rate: rate, shape: .cosine(end: end))
    }
    /// The cosine with warm restarts (SGDR, arXiv 1608.03983).
    public static func cosineRestarts(
        _ rate: Double, period: Int, multiplier: Int = 1, end: Double = 0
    ) -> Schedule {
        Schedule(rate: rate, shape: .cosineRestarts(period: period, multiplier: multiplier, end: end))
    }
    /// One cycle up to `peak` and down.
    public static func oneCycle(peak: Double) -> Schedule { Schedule(rate: peak, shape: .oneCycle) }
    /// Reduced by `factor` when the monitored metric stops improving.
    public static func plateau(_ rate: Double, factor: Double = 0.1, patience: Int = 10) -> Schedule {
        Schedule(rate: rate, shape: .plateau(factor: factor, patience: patience))
    }

    /// The same schedule after `steps` steps of linear rise: step t < steps has the share (t + 1)/(steps + 1) of
    /// the rate with which the schedule begins.
    public func warmedUp(over steps: Int) -> Schedule {
        var copy = self
        copy.warmup = steps
        return copy
    }
}

/// How long a training is planned to be.
public struct Horizon: Sendable, Hashable {
    /// Optimizer steps in an epoch.
    public let stepsPerEpoch: Int
    /// Epochs in all.
    public let epochs: Int

    /// A horizon; both numbers are at least 1.
    public init(stepsPerEpoch: Int, epochs: Int) {
        self.stepsPerEpoch = max(1, stepsPerEpoch)
        self.epochs = max(1, epochs)
    }

    /// Steps in all, as far as they can be counted.
    public var total: Int { boundedProduct(stepsPerEpoch, epochs) }
}

/// a·b for numbers from 0 on, or the largest number.
func boundedProduct(_ a: Int, _ b: Int) -> Int {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? .max : product
}
