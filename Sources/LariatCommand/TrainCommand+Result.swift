internal import Foundation
internal import Lariat
internal import LariatReports

/// What `train` prints when it is done.
private struct TrainResult: Encodable {
    let fitted: Fitted
    let output: String

    private enum CodingKeys: CodingKey {
        case task, epochs, stopped, seconds, samplesPerSecond, train, validation, parameters, exactZeros, model
    }

    /// `validation` is null, not absent, when nothing was held out.
    func encode(to encoder: any Encoder) throws {
        let model = fitted.model
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(model.schema.task, forKey: .task)
        try values.encode(model.card.epochs, forKey: .epochs)
        try values.encode(fitted.ending, forKey: .stopped)
        try values.encode(fitted.seconds, forKey: .seconds)
        try values.encode(fitted.samplesPerSecond, forKey: .samplesPerSecond)
        try values.encode(fitted.training.dictionary, forKey: .train)
        try values.encode(fitted.validation?.dictionary, forKey: .validation)
        try values.encode(model.parameterCount, forKey: .parameters)
        try values.encode(model.exactZeros, forKey: .exactZeros)
        try values.encode(output, forKey: .model)
    }
}

extension TrainCommand {
    /// One JSON object, or a few lines for people; these give way on stdout to a model, a history or a picture.
    func printResult(of fitted: Fitted) throws {
        let model = fitted.model
        if json { return try Console.json(TrainResult(fitted: fitted, output: output)) }
        var text =
            "\(model.schema.task.rawValue): \(model.card.epochs) epochs in \(String(format: "%.2f", fitted.seconds)) s"
        text += " (\(Int(fitted.samplesPerSecond)) samples/s)"
        text += fitted.ending == .completed ? "\n" : ", stopped: \(fitted.ending.rawValue)\n"
        for (name, metrics) in [("training", fitted.training), ("validation", fitted.validation)] {
            guard let metrics else { continue }
            let values = metrics.values.map { "\($0.name) \($0.value.formatted4)" }.joined(separator: "  ")
            text += "\(name.padded(to: 12))\(values)\n"
        }
        text += "parameters  \(model.parameterCount), \(model.exactZeros) weights exactly zero\n"
        if Console.outputIsInteractive && reportFiles.isEmpty { text += curve(of: fitted.history) }
        text += "model       \(Console.isOutput(output) ? "to standard output" : output)\n"
        if reportFiles.takesOutput || [output, history].contains(where: { $0.map(Console.isOutput) ?? false }) {
            Console.status(text)
        } else {
            try Console.output(text)
        }
    }

    /// The loss over the epochs in a line, for a terminal.
    private func curve(of history: [EpochRecord]) -> String {
        let losses = history.map { $0.validationLoss ?? $0.loss }
        guard losses.count > 1 else { return "" }
        let what = history.last?.validationLoss == nil ? "training" : "validation"
        return
            "loss        \(Sparkline(losses).text)  \(losses[0].formatted4) to \(losses[losses.count - 1].formatted4), \(what)\n"
    }

    /// One line an epoch: epoch, rate, loss, validation loss and metrics.
    func csv(_ history: [EpochRecord]) -> String {
        let metrics = history.first?.validation.keys.sorted() ?? []
        var text = (["epoch", "rate", "loss", "validation_loss"] + metrics).joined(separator: ",") + "\n"
        for epoch in history {
            let values = [epoch.rate, epoch.loss].map { "\($0)" } + [epoch.validationLoss.map { "\($0)" } ?? ""]
            text +=
                (["\(epoch.epoch)"] + values + metrics.map { epoch.validation[$0].map { "\($0)" } ?? "" }).joined(
                    separator: ",") + "\n"
        }
        return text
    }
}
