internal import LariatDatasets
internal import LariatModels
internal import LariatOptimizers
internal import LinearAlgebra
internal import RegularizedLoss

/// The epochs of a fit: train, validate, remember the best, decide whether to go on.
struct FitLoop<Scalar: BLASScalar> {
    let session: TrainingSession<Scalar>
    let training: Dataset
    let validation: Dataset?
    let stop: StopSignal
    private let prepared: PreparedData<Scalar>?
    /// What a checkpoint must agree with.
    let fingerprint: Fingerprint
    private(set) var history: [EpochRecord] = []
    /// The best epoch by the monitored metric; without validation the last good one.
    private(set) var best: Best?
    private var (samples, seconds) = (0, 0.0)

    struct Best {
        var network: NeuralNetwork<Scalar>
        var value: Double
        var epoch: Int
    }

    init(_ session: TrainingSession<Scalar>, training: Dataset, validation: Dataset?, stop: StopSignal) throws {
        if let validation, validation.schema != training.schema || validation.count == 0 {
            throw TrainingError.data(
                validation.count == 0
                    ? "there are no rows to validate on"
                    : "the validation data have other columns or classes than the training data")
        }
        if session.trainer.earlyStopping != nil && validation == nil {
            throw TrainingError.settings(
                "early stopping needs validation data\nHold out some rows, or leave early stopping out.")
        }
        (self.session, self.training, self.validation, self.stop) = (session, training, validation, stop)
        prepared = try validation.map { try PreparedData($0, session.preprocessing, of: "validation") }
        fingerprint = try Fingerprint(session, validation: prepared)
    }

    /// Goes on from a checkpoint.
    mutating func restore(history: [EpochRecord], best: Best?) { (self.history, self.best) = (history, best) }

    private var trainer: Trainer { session.trainer }

    /// Runs the epochs that are left. `afterEpoch` may write a checkpoint.
    mutating func run(
        onEvent: (TrainingEvent) -> Void, afterEpoch: (FitLoop) throws -> Void
    ) throws -> Fitted {
        while session.epoch < trainer.epochs {
            let start = ContinuousClock.now
            let (samplesBefore, secondsBefore) = (samples, seconds)
            var done = 0
            let epoch = session.epoch + 1
            let outcome = session.runEpoch(stop: stop) { step, loss in
                done += session.batches[step - 1].count
                onEvent(
                    .step(
                        StepRecord(
                            epoch: epoch, step: step, stepsPerEpoch: session.horizon.stepsPerEpoch,
                            epochs: trainer.epochs, loss: loss, rate: session.rate, samples: samplesBefore + done,
                            seconds: secondsBefore + start.secondsUntilNow)))
            }
            (samples, seconds) = (samples + done, seconds + start.secondsUntilNow)
            switch outcome {
            case .stopped: return try finish(.interrupted)
            case .diverged(let step):
                if best == nil { throw TrainingError.diverged(epoch: epoch, step: step) }
                return try finish(.diverged)
            case .finished(let loss):
                guard let record = try validate(loss) else {
                    if best == nil { throw TrainingError.diverged(epoch: epoch, step: session.batches.count) }
                    return try finish(.diverged)
                }
                history.append(record)
                onEvent(.epoch(record))
                try afterEpoch(self)
                if let patience = trainer.earlyStopping?.patience, let best, record.epoch - best.epoch >= patience {
                    return try finish(.early)
                }
            }
        }
        return try finish(.completed)
    }

    /// Validates the network after an epoch and remembers it when it is the best; nil when what it gives on the
    /// validation data is not finite.
    private mutating func validate(_ loss: Double) throws -> EpochRecord? {
        let network = session.network
        let rate = trainer.schedule.rate(at: session.steps - 1, of: session.horizon, plateau: session.plateau)
        var (validationLoss, metrics): (Double?, [String: Double]) = (nil, [:])
        if let validation, let prepared {
            validationLoss = try prepared.meanLoss(network, trainer.objective.loss)
            metrics = try model(network).evaluate(validation).dictionary
            if !validationLoss!.isFinite || metrics.hasNonFinite { return nil }
        }
        let metric = trainer.monitored
        let found = metric == .loss ? validationLoss : metrics[metric.rawValue]
        // Lower is better from here on: without validation the training loss, which falls whatever the metric does.
        let value = found.map { metric.rises ? -$0 : $0 } ?? loss
        if case .plateau(_, let patience) = trainer.schedule.shape {
            session.plateau.observe(value, patience: patience)
        }
        if validation == nil || best == nil || value < best!.value {
            best = Best(network: network, value: value, epoch: session.epoch)
        }
        return EpochRecord(
            epoch: session.epoch, rate: rate, loss: loss, validationLoss: validationLoss, validation: metrics,
            weights: network.weightRecords, inputs: network.inputRecords)
    }

    /// The result, with the weights that the ending calls for.
    private func finish(_ ending: Fitted.Ending) throws -> Fitted {
        var network: NeuralNetwork<Scalar>
        switch ending {
        case .completed where trainer.earlyStopping == nil: network = session.network
        default: network = best?.network ?? session.network
        }
        network.flushSubnormals()
        var model = model(network)
        let (trained, validated) = (try model.evaluate(training), try validation.map { try model.evaluate($0) })
        if trained.dictionary.hasNonFinite || validated?.dictionary.hasNonFinite == true {
            throw TrainingError.diverged(epoch: session.epoch, step: session.batches.count)
        }
        model.card.metrics["train"] = trained.dictionary
        if let validated { model.card.metrics["validation"] = validated.dictionary }
        return Fitted(
            model: model, history: history, ending: ending, seconds: seconds,
            samplesPerSecond: seconds > 0 ? Double(samples) / seconds : 0, training: trained, validation: validated)
    }

    private func model(_ network: NeuralNetwork<Scalar>) -> Model {
        let body: Model.Body =
            if let network = network as? NeuralNetwork<Float> { .float(network) } else {
                .double(NeuralNetwork<Double>(network))
            }
        return Model(
            body: body, schema: session.schema, inputs: session.preprocessing.inputs,
            outputs: session.preprocessing.outputs, link: trainer.objective.loss.modelLink,
            card: ModelCard(trainer, epochs: session.epoch, rows: training.count, workers: session.workers))
    }
}

extension Loss {
    /// A hinge's score is turned into a share by the logistic function; it is no calibrated probability.
    var modelLink: Link { self == .hinge ? .sigmoid : link }
}

extension [String: Double] {
    fileprivate var hasNonFinite: Bool { values.contains { !$0.isFinite } }
}

extension ContinuousClock.Instant {
    var secondsUntilNow: Double {
        let duration = (ContinuousClock.now - self).components
        return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
    }
}
