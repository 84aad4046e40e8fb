internal import Foundation
internal import Lariat
internal import LariatReports

/// The report and the plot of a training.
struct TrainingReport {
    let fitted: Fitted
    let trainer: Trainer
    let training: Dataset
    let held: Dataset?
    /// The name of the data's file.
    let data: String

    private var curves: TrainingPlots {
        TrainingPlots(
            history: fitted.history, monitored: trainer.monitored, layerName: { fitted.model.architecture.name(of: $0) }
        )
    }

    /// What `--plot` writes.
    var plot: Plot { curves.losses }

    /// What `--report` writes. It says nothing of time, so that the same training gives the same bytes.
    func report() throws -> Report {
        let (curves, pictures) = (curves, ModelPlots(model: fitted.model))
        let (shown, name) = held.map { ($0, "validation") } ?? (training, "training")
        var course = [curves.losses] + curves.metrics + [curves.rates]
        if fitted.history.contains(where: { !$0.weights.isEmpty }) { course += [curves.zeros, curves.norms] }
        course += curves.inputs
        var said = try pictures.predictions(on: shown, of: name)
        if let confusion = pictures.confusion(fitted.validation ?? fitted.training, of: name) { said.append(confusion) }
        if let inputs = pictures.inputs { said.append(inputs) }
        return Report(
            "Training on \(ReportFiles.shortName(of: data))", facts: facts,
            sections: [
                Report.Section("Course of the training", plots: course),
                Report.Section("What the model says", plots: said),
                Report.Section("Weights", plots: pictures.weights),
                Report.Section("Computational load by layer", tables: [pictures.load]),
                Report.Section(
                    "How to run it again",
                    paragraphs: ["The same data, settings, number of workers and kernels give the same weights."],
                    facts: settings, listing: Invocation.text),
            ])
    }

    private var facts: [Report.Fact] {
        let model = fitted.model
        var facts = [
            Report.Fact(
                "task", "\(model.schema.task.rawValue), target \(model.schema.targets.joined(separator: ", "))"),
            Report.Fact("rows", "\(training.count) to train on" + (held.map { ", \($0.count) to validate on" } ?? "")),
            Report.Fact(
                "parameters", "\(model.parameterCount), \(model.exactZeros) weights exactly zero"),
            Report.Fact("ended", ending),
        ]
        for (name, metrics) in [("training", fitted.training), ("validation", fitted.validation)] {
            guard let metrics else { continue }
            facts.append(
                Report.Fact(name, metrics.values.map { "\($0.name) \($0.value.formatted4)" }.joined(separator: ", ")))
        }
        return facts
    }

    private var ending: String {
        let epochs = "after \(fitted.history.count) \(fitted.history.count == 1 ? "epoch" : "epochs")"
        let kept =
            trainer.earlyStopping != nil || fitted.ending != .completed
            ? curves.best.map { "; the weights are those of epoch \($0.epoch)" } ?? "" : ""
        switch fitted.ending {
        case .completed: return epochs + kept
        case .early: return "early, \(epochs)\(kept)"
        case .interrupted: return "interrupted \(epochs)\(kept)"
        case .diverged: return "diverged \(epochs)\(kept)"
        }
    }

    private var settings: [Report.Fact] {
        let card = fitted.model.card
        let layers = fitted.model.architecture.layers.indices.map { fitted.model.architecture.name(of: $0) }
        return [
            Report.Fact("network", "\(fitted.model.architecture.inputs) inputs, \(layers.joined(separator: ", "))"),
            Report.Fact("objective", card.objective), Report.Fact("optimizer", card.optimizer),
            Report.Fact(
                "batch", "\(trainer.batchSize ?? Trainer.defaultBatchSize(rows: training.count)) rows"),
            Report.Fact("epochs", "\(trainer.epochs)"), Report.Fact("seed", "\(card.seed)"),
            Report.Fact("workers", "\(card.workers)"), Report.Fact("made with", card.createdWith),
        ]
    }
}
