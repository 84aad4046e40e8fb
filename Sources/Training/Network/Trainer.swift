public import LariatDatasets
public import LariatOptimizers
public import RegularizedLoss

/// How a network is trained: a value that holds every choice, and no state.
public struct Trainer: Sendable, Hashable {
    /// What is made small.
    public var objective: Objective
    /// The rule of the step.
    public var optimizer: Optimizer
    /// The learning rate of every step.
    public var schedule: Schedule
    /// A bound on gradients.
    public var clipping: GradientClipping
    /// Rows of a mini-batch; nil: by ``defaultBatchSize(rows:)``.
    public var batchSize: Int?
    /// Epochs in all, those before a resumption included.
    public var epochs: Int
    /// The seed of shuffling and dropout.
    public var seed: UInt64
    /// The workers that may share a step; nil: what the machine offers. The same number gives the same bits.
    public var workers: Int?
    /// When to stop before the last epoch, and which weights to keep.
    public var earlyStopping: EarlyStopping?
    /// Whether every class counts the same, whatever its share of the row weights.
    public var balancesClasses: Bool
    /// What a plateau schedule watches, and the best epoch goes by, on the validation data; early stopping brings a
    /// metric of its own. Without validation data it is the training loss.
    public var monitor: MonitoredMetric

    /// A trainer.
    public init(
        objective: Objective, optimizer: Optimizer = .adamW(), schedule: Schedule = .oneCycle(peak: 3e-3),
        clipping: GradientClipping = .none, batchSize: Int? = nil, epochs: Int = 60, seed: UInt64 = 0,
        workers: Int? = nil, earlyStopping: EarlyStopping? = nil, balancesClasses: Bool = false,
        monitor: MonitoredMetric = .loss
    ) {
        (self.objective, self.optimizer, self.schedule, self.clipping) = (objective, optimizer, schedule, clipping)
        (self.batchSize, self.epochs, self.seed, self.workers) = (batchSize, epochs, seed, workers)
        (self.earlyStopping, self.balancesClasses, self.monitor) = (earlyStopping, balancesClasses, monitor)
    }

    /// The metric that decides: early stopping's own, else ``monitor``.
    public var monitored: MonitoredMetric { earlyStopping?.metric ?? monitor }

    /// 32 rows up to 5000, 128 up to 50 000, else 256.
    public static func defaultBatchSize(rows: Int) -> Int { rows <= 5000 ? 32 : rows <= 50_000 ? 128 : 256 }

    /// Checks every setting.
    ///
    /// - Throws: ``TrainingError/settings(_:)``.
    public func validate() throws(TrainingError) {
        do {
            try objective.validate()
            try optimizer.validate()
            try schedule.validate()
            try clipping.validate()
        } catch {
            throw .settings("\(error)")
        }
        if epochs < 1 { throw .settings("a training needs at least one epoch, not \(epochs)") }
        if epochs > 1_000_000_000 { throw .settings("a training can have at most 1000000000 epochs, not \(epochs)") }
        if let batchSize, batchSize < 1 { throw .settings("a batch needs at least one row, not \(batchSize)") }
        if let workers, workers < 1 || workers > 64 { throw .settings("there can be 1 to 64 workers, not \(workers)") }
        if let earlyStopping, earlyStopping.patience < 1 {
            throw .settings("early stopping needs a patience of at least one epoch, not \(earlyStopping.patience)")
        }
    }

    /// Checks that loss, metric and class balance suit the task, and the targets the loss.
    ///
    /// - Throws: ``TrainingError/settings(_:)``; ``ObjectiveError`` naming the row index of a target.
    public func validate(for data: Dataset) throws {
        switch (objective.loss, data.task) {
        case (.softmaxCrossEntropy, .multiclass), (.binaryCrossEntropy, .binary), (.hinge, .binary): break
        case (.squaredError, .regression), (.absoluteError, .regression), (.huber, .regression),
            (.quantile, .regression),
            (.poisson, .regression):
            break
        default:
            throw TrainingError.settings(
                "the \(objective.loss.name) loss does not suit a \(data.task.rawValue) task")
        }
        if balancesClasses && data.task == .regression {
            throw TrainingError.settings("a regression task has no classes to balance")
        }
        for metric in [earlyStopping?.metric, monitor].compactMap({ $0 }) where !metric.suits(data.task) {
            throw TrainingError.settings("a \(data.task.rawValue) task has no \(metric.rawValue) to monitor")
        }
        try objective.loss.validate(targets: data.targets, outputs: data.schema.outputCount)
    }
}

/// Stops when a metric has not improved for some epochs, and keeps the weights of the best epoch.
public struct EarlyStopping: Sendable, Hashable {
    /// Epochs without an improvement.
    public var patience: Int
    /// What is watched, on the validation data.
    public var metric: MonitoredMetric

    /// Early stopping; by default on the validation loss.
    public init(patience: Int, metric: MonitoredMetric = .loss) { (self.patience, self.metric) = (patience, metric) }
}

/// A metric that early stopping and plateaus watch.
public enum MonitoredMetric: String, Sendable, Hashable, CaseIterable {
    /// The mean loss.
    case loss
    /// The share of right predictions.
    case accuracy
    /// −mean log p of the right class.
    case logLoss
    /// The area under the ROC curve, for two classes.
    case auc
    /// Root mean squared error.
    case rmse
    /// Mean absolute error.
    case mae
    /// The share of variance explained.
    case r2

    /// Whether a larger value is better.
    public var rises: Bool { self == .accuracy || self == .auc || self == .r2 }

    /// Whether a task has this metric.
    public func suits(_ task: PredictionTask) -> Bool {
        switch self {
        case .loss: true
        case .accuracy, .logLoss: task != .regression
        case .auc: task == .binary
        case .rmse, .mae, .r2: task == .regression
        }
    }
}

/// Why a training did not begin or gave nothing.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// A setting makes no sense.
    case settings(String)
    /// The data do not suit the objective or the network.
    case data(String)
    /// The loss left the finite numbers before any epoch was good.
    case diverged(epoch: Int, step: Int)
    /// A checkpoint does not belong to this training.
    case checkpoint(String)

    /// The error in words.
    public var description: String {
        switch self {
        case .settings(let text), .data(let text), .checkpoint(let text): text
        case .diverged(let epoch, let step):
            "the training diverged in epoch \(epoch), step \(step): the loss is no longer finite, and no epoch was good\n"
                + "Lower the learning rate, or bound the gradient (--clip-norm)."
        }
    }
}
