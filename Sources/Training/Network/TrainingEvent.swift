/// What a training reports while it runs.
public enum TrainingEvent: Sendable, Equatable {
    /// A step is done.
    case step(StepRecord)
    /// An epoch is done.
    case epoch(EpochRecord)
}

/// One step.
public struct StepRecord: Sendable, Equatable {
    /// The epoch, counted from 1.
    public let epoch: Int
    /// The step in the epoch, counted from 1.
    public let step: Int
    /// Steps in an epoch.
    public let stepsPerEpoch: Int
    /// Epochs in all.
    public let epochs: Int
    /// The mean loss of the batch, before the step.
    public let loss: Double
    /// The learning rate of the step.
    public let rate: Double
    /// Rows trained on since the start.
    public let samples: Int
    /// Seconds in the training loop since the start.
    public let seconds: Double
}

/// One epoch.
public struct EpochRecord: Sendable, Equatable, Codable {
    /// The epoch, counted from 1.
    public let epoch: Int
    /// The learning rate of its last step.
    public let rate: Double
    /// The mean loss over its batches.
    public let loss: Double
    /// The mean loss on the validation data, or nil without any.
    public let validationLoss: Double?
    /// The metrics on the validation data, by name.
    public let validation: [String: Double]
    /// The weights of each dense layer at its end.
    public let weights: [WeightRecord]
    /// What each batch normalisation has seen by its end.
    public let inputs: [InputRecord]
}
