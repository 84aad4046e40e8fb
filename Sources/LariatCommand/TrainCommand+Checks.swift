internal import Lariat
internal import LariatModels

// What can be wrong with the flags, found before any data are read.

extension TrainCommand {
    /// Checks each value by itself, so that a configuration file can be told which of its settings is wrong.
    ///
    /// - Throws: ``Failure`` or ``TrainingError``.
    func checkValues() throws {
        _ = try (datasetOptions(), columnNames(in: text, of: "--text"), heldOutFraction(), network.isDouble())
        _ = try network.architecture(inputs: 1, outputs: 1, rows: 1)
        for task in [PredictionTask.regression, .binary, .multiclass] { _ = try trainer(for: task) }
        try FileUse.checkNames(fileUses)
        for path in [checkpoint, resume] where path == "-" {
            throw Failure(.usage, "a checkpoint is read and written many times\nName a file for it, not -.")
        }
    }

    /// Checks what flags say together.
    func checkCombinations() throws {
        if monitor != nil && earlyStopping == nil && optimizer.schedule != "plateau" {
            throw Failure(
                .usage,
                "nothing watches --monitor \(monitor!)\nAdd --early-stopping or --schedule plateau, which watch it, or leave it out."
            )
        }
        if try heldOutFraction() == 0 { try checkWatched(hasValidation: false) }
    }

    /// Checks that what is watched exists.
    func checkWatched(hasValidation: Bool) throws {
        let isLoss = try monitoredMetric() == .loss
        guard !hasValidation, earlyStopping != nil || !isLoss else { return }
        let flag = earlyStopping != nil ? "--early-stopping" : "--monitor"
        throw Failure(
            .usage,
            "\(flag) watches the validation data, and --validation \(validation) holds out no rows\nHold out more of them, or leave \(flag) out."
        )
    }

    /// Everything that is read or written.
    var fileUses: [FileUse] {
        var uses: [FileUse] = [.reads("DATA", data)]
        if Double(validation) == nil { uses.append(.reads("--validation", validation)) }
        if let config { uses.append(.reads("--config", config)) }
        if let resume { uses.append(.reads("--resume", resume)) }
        uses.append(.writes("--output", output))
        if let lock = FileLock.path(for: output), !Console.isOutput(output) {
            uses.append(.writes("the lock of --output", lock))
        }
        if let history { uses.append(.writes("--history", history)) }
        uses += reportFiles.uses
        if let checkpoint { uses.append(.writes("--checkpoint", checkpoint, mayBeReadAs: "--resume")) }
        if json { uses.append(.writes("the result of --json", "-")) }
        return uses
    }

    /// The metric that `--monitor` names, by default the loss.
    func monitoredMetric() throws -> MonitoredMetric {
        guard let monitor else { return .loss }
        guard let metric = MonitoredMetric(rawValue: monitor) else {
            throw Failure(
                .usage, "there is no metric '\(monitor)'\nChoose loss, accuracy, logLoss, auc, rmse, mae or r2.")
        }
        return metric
    }

    /// The share of the rows to hold out; nil when `--validation` names a file.
    func heldOutFraction() throws -> Double? {
        guard let fraction = Double(validation) else { return nil }
        guard fraction >= 0, fraction < 1 else {
            throw Failure(.usage, "--validation is a fraction in [0, 1) or a file, not \(validation)")
        }
        return fraction
    }
}
