internal import Foundation
internal import Lariat

/// What a training shows. On a terminal one line that is written again at most 10 times a second: epoch, step, loss,
/// metric, rate, samples a second, time left; at the end the last epoch stays. Elsewhere some ten lines, one an epoch.
struct ProgressBar {
    private let isInteractive: Bool
    private let isQuiet: Bool
    private let epochs: Int
    private var lastShown = 0.0
    /// Steps that were done before this process began: a resumed training has taken no time for them.
    private var stepsBefore: Double?
    private var lastEpoch: EpochRecord?

    init(isQuiet: Bool, epochs: Int) {
        (self.isQuiet, self.epochs) = (isQuiet, epochs)
        isInteractive = Console.isInteractive
    }

    mutating func show(_ event: TrainingEvent) {
        if isQuiet { return }
        switch event {
        case .step(let step): if isInteractive { show(step) }
        case .epoch(let epoch):
            lastEpoch = epoch
            if !isInteractive && (epoch.epoch % max(1, epochs / 10) == 0 || epoch.epoch == epochs) {
                Console.error(line(of: epoch))
            }
        }
    }

    /// Leaves the last epoch on the terminal in place of the bar.
    func finish() {
        if isQuiet || !isInteractive { return }
        Console.status("\r\u{1B}[K" + (lastEpoch.map { line(of: $0) + "\n" } ?? ""))
    }

    private mutating func show(_ step: StepRecord) {
        let perEpoch = Double(step.stepsPerEpoch)
        let (total, done) = (perEpoch * Double(step.epochs), perEpoch * Double(step.epoch - 1) + Double(step.step))
        let before = stepsBefore ?? done - 1
        stepsBefore = before
        guard step.seconds - lastShown >= 0.1 else { return }
        lastShown = step.seconds
        let filled = min(20, Int(20 * done / total))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
        let left = step.seconds / (done - before) * (total - done)
        let parts = [
            "epoch \(step.epoch)/\(step.epochs)", "step \(step.step)/\(step.stepsPerEpoch)", "loss \(short(step.loss))",
            metrics(of: lastEpoch), "rate \(short(step.rate))",
            "\(Int(Double(step.samples) / max(step.seconds, 1e-9))) samples/s", "\(duration(left)) left",
        ]
        // A line that is longer than the terminal is wide could not be written over.
        let line = ([bar] + parts.filter { !$0.isEmpty }).joined(separator: " ").prefix(Console.width - 1)
        Console.status("\r\(line)\u{1B}[K")
    }

    private func line(of epoch: EpochRecord) -> String {
        let metrics = metrics(of: epoch)
        return "epoch \(epoch.epoch)/\(epochs) loss \(short(epoch.loss))" + (metrics.isEmpty ? "" : " \(metrics)")
    }

    /// The validation of an epoch, as far as there was one.
    private func metrics(of epoch: EpochRecord?) -> String {
        guard let epoch, let loss = epoch.validationLoss else { return "" }
        let values = ["accuracy", "auc", "rmse", "r2"].compactMap { name in
            epoch.validation[name].map { "\(name) \(short($0))" }
        }
        return (["validation \(short(loss))"] + values).joined(separator: " ")
    }

    /// "42 s", "12 min", "3 h", "5 d".
    private func duration(_ seconds: Double) -> String {
        switch seconds {
        case ..<120: "\(Int(max(0, seconds).rounded(.up))) s"
        case ..<7200: "\(Int(seconds / 60)) min"
        case ..<172_800: "\(Int(seconds / 3600)) h"
        default: "\(short(seconds / 86400)) d"
        }
    }

    private func short(_ value: Double) -> String { String(format: "%.4g", value) }
}
