internal import ArgumentParser
internal import Foundation
internal import Lariat

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a network, or with --hidden \"\" a linear model, and saves it.",
        discussion:
            "Numbers are standardised, texts one-hot encoded; the model keeps how. In lists of columns a name with a comma is quoted as in CSV: '\"a,b\",c'."
    )

    /// The names that a configuration file may use.
    static let switches: Set<String> = ["no-batch-norm", "json", "quiet"]
    static let options: Set<String> = [
        "target", "task", "hidden", "activation", "dropout", "precision", "loss", "l1", "l2", "elastic-net", "l1-ratio",
        "group-l1", "max-norm", "label-smoothing", "class-weight", "optimizer", "learning-rate", "schedule", "warmup",
        "momentum", "weight-decay", "clip-norm", "epochs", "batch-size", "validation", "early-stopping", "monitor",
        "checkpoint", "resume", "output", "history", "seed", "workers", "text", "drop", "missing", "weights",
        "report", "plot",
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
    @Option(
        help:
            "What early stopping, or a plateau, watches: loss, accuracy, logLoss, auc, rmse, mae or r2 (default: loss)."
    )
    var monitor: String?
    @Option(help: "Write a checkpoint here after every epoch.") var checkpoint: String?
    @Option(help: "Go on from this checkpoint.") var resume: String?
    @Option(help: "Where to write the model; - is standard output.") var output = "model.safetensors"
    @Option(help: "Write every epoch to this CSV file; - is standard output.") var history: String?
    @Option(help: "Write a report with pictures to this HTML file; - is standard output.") var report: String?
    @Option(help: "Draw the loss curves into this SVG file; - is standard output.") var plot: String?
    @Option(parsing: .unconditional, help: "The seed of split, weights, order and dropout.") var seed: UInt64 = 0
    @Option(parsing: .unconditional, help: "Workers of a step (default: what the machine offers).") var workers: Int?
    @Option(help: "Columns to read as text, as A,B.") var text = ""
    @Option(help: "Columns to leave out, as A,B.") var drop = ""
    @Option(help: "Missing cells: error, mean or drop.") var missing = "error"
    @Option(help: "The column with row weights.") var weights: String?
    @Option(help: "A JSON file with settings under these flags' names; a flag wins; - is standard input.")
    var config: String?
    @Flag(help: "Print one JSON object on stdout.") var json = false
    @Flag(help: "Show no progress.") var quiet = false

    func run() throws {
        let fitted = try train()
        try printResult(of: fitted)
        if fitted.ending == .interrupted { Foundation.exit(Failure.Code.interrupted.rawValue) }
    }

    var reportFiles: ReportFiles { ReportFiles(report: report, plot: plot) }

    /// Checks all that can be checked before the work, does it, and writes the files.
    private func train() throws -> Fitted {
        try checkValues()
        try checkCombinations()
        try FileUse.check(fileUses)
        if !quiet { Console.warnOfKernels() }
        let all = try readData()
        // Before the split, so that a row is counted as in the file.
        try trainer(for: all.task).validate(for: all)
        let (training, held) = try split(all)
        try checkWatched(hasValidation: held != nil)
        let architecture = try network.architecture(
            inputs: training.featureCount, outputs: training.schema.outputCount, rows: training.count)
        Interrupt.install()
        return try Interrupt.holdingLock(of: output) {
            let fitted =
                try network.isDouble()
                ? fit(NeuralNetwork<Double>(architecture: architecture, seed: seed), training, held)
                : fit(Network(architecture: architecture, seed: seed), training, held)
            try Console.write(try fitted.model.encoded(), to: output)
            if let history { try Console.write(Array(csv(fitted.history).utf8), to: history) }
            if !reportFiles.isEmpty {
                let pictures = TrainingReport(
                    fitted: fitted, trainer: try trainer(for: all.task), training: training, held: held, data: data)
                try reportFiles.write(report: pictures.report, plot: { pictures.plot })
            }
            return fitted
        }
    }

    private func fit<Scalar>(_ initial: NeuralNetwork<Scalar>, _ training: Dataset, _ held: Dataset?) throws -> Fitted {
        var network = initial
        var bar = ProgressBar(isQuiet: quiet, epochs: optimizer.epochs)
        defer { bar.finish() }
        return try trainer(for: training.task).fit(
            &network, on: training, validatingOn: held, resumingFrom: try resume.map { try Checkpoint(contentsOf: $0) },
            stop: Interrupt.stop, onEvent: { bar.show($0) },
            onCheckpoint: checkpoint.map { path in { try $0.write(to: path) } })
    }

    /// The trainer that the flags describe.
    func trainer(for task: PredictionTask) throws -> Trainer {
        let metric = try monitoredMetric()
        let trainer = Trainer(
            objective: try objective.objective(for: task), optimizer: try optimizer.rule(),
            schedule: try optimizer.rates(),
            clipping: optimizer.clipping, batchSize: optimizer.batchSize, epochs: optimizer.epochs, seed: seed,
            workers: workers, earlyStopping: earlyStopping.map { EarlyStopping(patience: $0, metric: metric) },
            balancesClasses: try objective.balancesClasses(), monitor: metric)
        try trainer.validate()
        return trainer
    }
}
