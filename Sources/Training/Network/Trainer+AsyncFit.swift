public import LariatDatasets
public import LariatModels

extension Trainer {
    /// Starts training a copy of the network on a thread of its own, and returns at once.
    ///
    /// - Parameters:
    ///   - buffering: how many events wait for their reader before the oldest is dropped.
    ///   - stop: set it to stop after the step in progress, like ``TrainingRun/stop()``.
    /// - Throws: when the system has no thread to give; everything else is thrown by ``TrainingRun/fitted``.
    public func start<Scalar>(
        _ network: NeuralNetwork<Scalar>, on training: Dataset, validatingOn validation: Dataset? = nil,
        resumingFrom checkpoint: Checkpoint? = nil, stop: StopSignal = StopSignal(), buffering: Int = 256
    ) throws -> TrainingRun {
        try TrainingRun(buffering: buffering, stop: stop) { stop, report in
            var network = network
            return try fit(
                &network, on: training, validatingOn: validation, resumingFrom: checkpoint, stop: stop, onEvent: report)
        }
    }

    /// Starts training a model further, as ``start(_:on:validatingOn:resumingFrom:stop:buffering:)`` does a network.
    public func start(
        _ model: Model, on training: Dataset, validatingOn validation: Dataset? = nil,
        stop: StopSignal = StopSignal(), buffering: Int = 256
    ) throws -> TrainingRun {
        try TrainingRun(buffering: buffering, stop: stop) { stop, report in
            try fit(model, on: training, validatingOn: validation, stop: stop, onEvent: report)
        }
    }

    /// Trains a network as the synchronous `fit` does, on a thread of its own while the task waits.
    ///
    /// Cancelling the task stops the training after its step: the network has the best weights so far and the result
    /// says ``Fitted/Ending/interrupted``.
    ///
    /// - Throws: as the synchronous `fit`.
    public func fit<Scalar>(
        _ network: inout NeuralNetwork<Scalar>, on training: Dataset, validatingOn validation: Dataset? = nil,
        resumingFrom checkpoint: Checkpoint? = nil
    ) async throws -> Fitted {
        let fitted = try await start(network, on: training, validatingOn: validation, resumingFrom: checkpoint).fitted
        network = fitted.model.network()
        return fitted
    }

    /// Trains a model further as the synchronous `fit` does, on a thread of its own while the task waits.
    public func fit(
        _ model: Model, on training: Dataset, validatingOn validation: Dataset? = nil
    ) async throws -> Fitted {
        try await start(model, on: training, validatingOn: validation).fitted
    }
}
