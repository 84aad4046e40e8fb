public import LariatDatasets
public import LariatModels
internal import LinearAlgebra

extension Trainer {
    /// Trains a network on data and gives the model: network, preprocessing, card.
    ///
    /// Inputs and regression targets are standardised by the training data; an input that is constant in them gets
    /// weights of exactly zero. A network that is trained already
    /// goes on from where it stands. With the same settings, data, seed, worker count and kernels the result has the
    /// same bits.
    ///
    /// - Parameters:
    ///   - network: left with the trained weights.
    ///   - validation: data that early stopping, plateaus and the history look at.
    ///   - stop: set it to stop after the step in progress; the best weights so far are kept.
    ///   - checkpoint: where to go on from, made by a training with the same settings and data (only `epochs` may
    ///     differ).
    ///   - onCheckpoint: called after every epoch with what a resumption needs, and may write it.
    ///   - onEvent: called on the training thread after every step and epoch.
    /// - Throws: ``TrainingError``, also for early stopping without validation data; ``ThreadError``, ``DataError``, ``ObjectiveError``; ``BatchOfOneError`` naming the layer.
    public func fit<Scalar>(
        _ network: inout NeuralNetwork<Scalar>, on training: Dataset, validatingOn validation: Dataset? = nil,
        resumingFrom checkpoint: Checkpoint? = nil, stop: StopSignal = StopSignal(),
        onEvent: (TrainingEvent) -> Void = { _ in }, onCheckpoint: ((Checkpoint) throws -> Void)? = nil
    ) throws -> Fitted {
        let session = try TrainingSession(network, self, on: training)
        var loop = try FitLoop(session, training: training, validation: validation, stop: stop)
        try checkpoint?.restore(&loop)
        let fitted = try loop.run(onEvent: onEvent) { loop in try onCheckpoint?(Checkpoint(loop)) }
        network = fitted.model.network()
        return fitted
    }

    /// Trains a model further on data with its columns, keeping its preprocessing.
    public func fit(
        _ model: Model, on training: Dataset, validatingOn validation: Dataset? = nil,
        stop: StopSignal = StopSignal(), onEvent: (TrainingEvent) -> Void = { _ in }
    ) throws -> Fitted {
        if training.schema != model.schema {
            throw TrainingError.data("the data have other columns than the model was trained with")
        }
        func fit<Scalar>(_ network: NeuralNetwork<Scalar>) throws -> Fitted {
            let session = try TrainingSession(network, self, on: training, Preprocessing(of: model))
            var loop = try FitLoop(session, training: training, validation: validation, stop: stop)
            return try loop.run(onEvent: onEvent) { _ in }
        }
        switch model.body {
        case .float(let network): return try fit(network)
        case .double(let network): return try fit(network)
        }
    }
}

extension Model {
    /// The network in the given precision.
    func network<Scalar>() -> NeuralNetwork<Scalar> {
        switch body {
        case .float(let network): network as? NeuralNetwork<Scalar> ?? NeuralNetwork<Scalar>(network)
        case .double(let network): network as? NeuralNetwork<Scalar> ?? NeuralNetwork<Scalar>(network)
        }
    }
}
