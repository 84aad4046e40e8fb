internal import Foundation
internal import Lariat

/// What `train` prints when it is done.
private struct TrainResult: Encodable {
    let task: PredictionTask
    let epochs: Int
    let stopped: Fitted.Ending
    let seconds, samplesPerSecond: Double
    let train: [String: Double]
    let validation: [String: Double]?
    let parameters, exactZeros: Int
    let model: String
}

extension TrainCommand {
    /// One JSON object, or a few lines for people; these give way on stdout to a model or a history.
    func report(_ fitted: Fitted) throws {
        let model = fitted.model
        if json {
            return try Console.json(
                TrainResult(
                    task: model.schema.task, epochs: model.card.epochs, stopped: fitted.ending, seconds: fitted.seconds,
                    samplesPerSecond: fitted.samplesPerSecond, train: fitted.training.dictionary,
                    validation: fitted.validation?.dictionary, parameters: model.parameterCount,
                    exactZeros: model.exactZeros, model: output))
        }
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
        text += "model       \(output == "-" ? "to standard output" : output)\n"
        if output == "-" || history == "-" { Console.status(text) } else { try Console.output(text) }
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
