internal import Foundation
internal import Lariat

/// What a training shows on a terminal: epoch, step, loss, rate, samples a second, time left; at most 10 times a
/// second. When stderr is no terminal: one line an epoch, in some ten lines in all.
struct ProgressBar {
    private let isInteractive: Bool
    private let isQuiet: Bool
    private var lastShown = 0.0

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
        isInteractive = Console.isInteractive
    }

    mutating func show(_ event: TrainingEvent, epochs: Int) {
        if isQuiet { return }
        switch event {
        case .step(let step): if isInteractive { show(step) }
        case .epoch(let epoch): show(epoch, of: epochs)
        }
    }

    private mutating func show(_ step: StepRecord) {
        guard step.seconds - lastShown >= 0.1 else { return }
        lastShown = step.seconds
        let total = Double(step.stepsPerEpoch * step.epochs)
        let done = Double((step.epoch - 1) * step.stepsPerEpoch + step.step)
        let filled = Int(20 * done / total)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
        let left = step.seconds / done * (total - done)
        let speed = Double(step.samples) / max(step.seconds, 1e-9)
        Console.status(
            "\r\(bar) epoch \(step.epoch)/\(step.epochs) step \(step.step)/\(step.stepsPerEpoch) loss \(short(step.loss)) "
                + "rate \(short(step.rate)) \(Int(speed)) samples/s \(Int(left.rounded(.up))) s left \u{1B}[K")
    }

    private func show(_ epoch: EpochRecord, of epochs: Int) {
        guard isInteractive || epoch.epoch % max(1, epochs / 10) == 0 || epoch.epoch == epochs else { return }
        let clear = isInteractive ? "\r\u{1B}[K" : ""
        var line = "epoch \(epoch.epoch)/\(epochs) loss \(short(epoch.loss))"
        if let loss = epoch.validationLoss { line += " validation \(short(loss))" }
        for name in ["accuracy", "auc", "rmse", "r2"] {
            if let value = epoch.validation[name] { line += " \(name) \(short(value))" }
        }
        Console.status("\(clear)\(line)\n")
    }

    private func short(_ value: Double) -> String { String(format: "%.4g", value) }
}
