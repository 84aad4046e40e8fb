internal import ArgumentParser
internal import Foundation
internal import Lariat

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a network, or with --hidden \"\" a linear model, and saves it.",
        discussion:
            "Numbers are standardised, texts one-hot encoded; the model keeps how. --config FILE (JSON) takes these flags' names."
    )

    /// The names that a configuration file may use.
    static let switches: Set<String> = ["no-batch-norm", "json", "quiet"]
    static let options: Set<String> = [
        "target", "task", "hidden", "activation", "dropout", "precision", "loss", "l1", "l2", "elastic-net", "l1-ratio",
        "group-l1", "max-norm", "label-smoothing", "class-weight", "optimizer", "learning-rate", "schedule", "warmup",
        "momentum", "weight-decay", "clip-norm", "epochs", "batch-size", "validation", "early-stopping", "monitor",
        "checkpoint", "resume", "output", "history", "seed", "workers", "text", "drop", "missing", "weights",
    ]

    @Argument(help: "A CSV file with a header; - is standard input.") var data: String
    @Option(help: "The target column; several numeric ones as A,B.") var target: String
    @Option(help: "auto, regression, binary or multiclass.") var task = "auto"
    @OptionGroup(title: "Network") var network: NetworkOptions
    @OptionGroup(title: "Objective") var objective: ObjectiveOptions
    @OptionGroup(title: "Optimizer") var optimizer: OptimizerOptions
    @Option(parsing: .unconditional, help: "A fraction of the rows to hold out, or a CSV file.") var validation = "0.2"
    @Option(
        parsing: .unconditional,
        help: "Stop when the monitored metric has not improved for N epochs; keep the best weights.")
    var earlyStopping: Int?
    @Option(help: "What early stopping watches: loss, accuracy, logLoss, auc, rmse, mae or r2.") var monitor = "loss"
    @Option(help: "Write a checkpoint here after every epoch.") var checkpoint: String?
    @Option(help: "Go on from this checkpoint.") var resume: String?
    @Option(help: "Where to write the model; - is standard output.") var output = "model.safetensors"
    @Option(help: "Write every epoch to this CSV file; - is standard output.") var history: String?
    @Option(parsing: .unconditional, help: "The seed of split, weights, order and dropout.") var seed: UInt64 = 0
    @Option(parsing: .unconditional, help: "Workers of a step (default: what the machine offers).") var workers: Int?
    @Option(help: "Columns to read as text, as A,B.") var text = ""
    @Option(help: "Columns to leave out, as A,B.") var drop = ""
    @Option(help: "Missing cells: error, mean or drop.") var missing = "error"
    @Option(help: "The column with row weights.") var weights: String?
    @Flag(help: "Print one JSON object on stdout.") var json = false
    @Flag(help: "Show no progress.") var quiet = false

    func run() throws {
        let fitted = try train()
        try report(fitted)
        if fitted.ending == .interrupted { Foundation.exit(Failure.Code.interrupted.rawValue) }
    }

    /// Checks all that can be checked before the work, does it, and writes the files.
    private func train() throws -> Fitted {
        let options = try datasetOptions()
        _ = try (trainer(for: .regression), network.isDouble(), network.architecture(inputs: 1, outputs: 1, rows: 1))
        try checkDestinations()
        let table = try Table(contentsOf: data, text: Set(list(text)))
        for name in list(text) { _ = try table.require(name, as: "--text") }
        let all = try table.dataset(targets: list(target), options: options)
        if !quiet { all.notes.forEach { Console.error($0) } }
        // Before the split, so that a row is counted as in the file.
        try trainer(for: all.task).validate(for: all)
        let (training, held) = try split(all, options)
        let lock = try output == "-" ? nil : FileLock(for: output)
        defer { withExtendedLifetime(lock) {} }
        let architecture = try network.architecture(
            inputs: training.featureCount, outputs: training.schema.outputCount, rows: training.count)
        let fitted =
            try network.isDouble()
            ? fit(NeuralNetwork<Double>(architecture: architecture, seed: seed), training, held)
            : fit(Network(architecture: architecture, seed: seed), training, held)
        try Console.write(try fitted.model.encoded(), to: output)
        if let history { try Console.write(Array(csv(fitted.history).utf8), to: history) }
        return fitted
    }

    private func checkDestinations() throws {
        try Console.checkOne("standard input", [("DATA", data), ("--validation", validation)])
        try Console.checkOne(
            "standard output",
            [("--output", output), ("--history", history), ("the result of --json", json ? "-" : nil)])
        for path in [checkpoint, resume] where path == "-" {
            throw Failure(.usage, "a checkpoint is read and written many times\nName a file for it, not -.")
        }
        for path in [output, history, checkpoint].compactMap({ $0 }) where path != "-" {
            try AtomicFile.checkDestination(path)
        }
    }

    private func fit<Scalar>(_ initial: NeuralNetwork<Scalar>, _ training: Dataset, _ held: Dataset?) throws -> Fitted {
        var network = initial
        var bar = ProgressBar(isQuiet: quiet)
        Interrupt.install()
        return try trainer(for: training.task).fit(
            &network, on: training, validatingOn: held, resumingFrom: try resume.map { try Checkpoint(contentsOf: $0) },
            stop: Interrupt.stop, onEvent: { bar.show($0, epochs: optimizer.epochs) },
            onCheckpoint: checkpoint.map { path in { try $0.write(to: path) } })
    }

    private func trainer(for task: PredictionTask) throws -> Trainer {
        guard let metric = MonitoredMetric(rawValue: monitor) else {
            throw Failure(
                .usage, "there is no metric '\(monitor)'\nChoose loss, accuracy, logLoss, auc, rmse, mae or r2.")
        }
        let trainer = Trainer(
            objective: try objective.objective(for: task), optimizer: try optimizer.rule(),
            schedule: try optimizer.rates(),
            clipping: optimizer.clipping, batchSize: optimizer.batchSize, epochs: optimizer.epochs, seed: seed,
            workers: workers, earlyStopping: earlyStopping.map { EarlyStopping(patience: $0, metric: metric) },
            balancesClasses: try objective.balancesClasses())
        try trainer.validate()
        return trainer
    }

    private func datasetOptions() throws -> DatasetOptions {
        var options = DatasetOptions()
        guard let choice = DatasetOptions.TaskChoice(rawValue: task) else {
            throw Failure(.usage, "there is no task '\(task)'\nChoose auto, regression, binary or multiclass.")
        }
        guard let policy = MissingPolicy(rawValue: missing) else {
            throw Failure(.usage, "--missing is error, mean or drop, not '\(missing)'")
        }
        (options.task, options.missing, options.drop, options.weights) = (choice, policy, list(drop), weights)
        if list(target).isEmpty { throw Failure(.usage, "--target needs the name of a column") }
        return options
    }

    private func list(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }

    /// Training and validation data: a share of the rows, or another file read with the same schema.
    private func split(_ all: Dataset, _ options: DatasetOptions) throws -> (training: Dataset, held: Dataset?) {
        guard let fraction = Double(validation) else {
            let held = try Table(contentsOf: validation, text: all.schema.textColumns).dataset(
                like: all.schema, weights: weights)
            if !quiet { held.notes.forEach { Console.error("warning: \($0)") } }
            return (all, held)
        }
        guard fraction >= 0, fraction < 1 else {
            throw Failure(.usage, "--validation is a fraction in [0, 1) or a file, not \(validation)")
        }
        if fraction == 0 { return (all, nil) }
        let (training, held) = all.split(holdingOut: fraction, seed: seed)
        return (training, held.count == 0 ? nil : held)
    }
}
