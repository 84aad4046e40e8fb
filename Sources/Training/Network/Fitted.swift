public import LariatModels

/// What a training gave.
public struct Fitted: Sendable {
    /// Why it ended.
    public enum Ending: String, Sendable, Codable {
        /// All epochs are done.
        case completed
        /// The monitored metric stopped improving; the weights are those of the best epoch.
        case early
        /// It was asked to stop; the weights are the best so far.
        case interrupted
        /// The loss left the finite numbers; the weights are those of the best epoch before.
        case diverged
    }

    /// The model: network, preprocessing, card.
    public let model: Model
    /// Every epoch.
    public let history: [EpochRecord]
    /// Why it ended.
    public let ending: Ending
    /// Seconds of the training loop alone, without validation.
    public let seconds: Double
    /// Rows trained on in a second of the loop.
    public let samplesPerSecond: Double
    /// The metrics on the training data.
    public let training: Metrics
    /// The metrics on the validation data, or nil without any.
    public let validation: Metrics?
}
