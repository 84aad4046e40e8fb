import Lariat

/// Letter recognition: 16 000 rows to train on, 4000 to validate on.
func letters(_ path: String) throws -> (training: Dataset, validation: Dataset) {
    let data = try Table(contentsOf: path).dataset(target: "target")
    var rows = Array(0..<data.count)
    var generator = CounterGenerator(seed: 1)
    generator.shuffle(&rows)
    return (data.selecting(rows: Array(rows[..<16_000])), data.selecting(rows: Array(rows[16_000...])))
}

/// A training from its initial weights until the validation accuracy reaches a target; every epoch is validated.
final class ReachWorkload: Workload {
    private let training: TrainingWorkload
    private let target: Double
    private var epochs = 0

    init(_ training: TrainingWorkload, target: Double) { (self.training, self.target) = (training, target) }

    func export(to folder: Exchange) throws -> Facts {
        var facts = try training.export(to: folder)
        facts.target = target
        _ = try run()
        facts.epochs = epochs
        return facts
    }

    /// Whole trainings are long enough to need no repeats.
    func measure(seconds: Double) throws -> Double { try run() }

    /// From the call to the event that reports the target: preparing the data and planning count.
    private func run() throws -> Double {
        var network = training.shape.network
        let stop = StopSignal()
        let start = ContinuousClock.now
        var seconds: Double?
        _ = try training.trainer(epochs: 100).fit(
            &network, on: training.training, validatingOn: training.validation, stop: stop
        ) { event in
            guard case .epoch(let record) = event, seconds == nil, record.validation["accuracy"]! >= target else {
                return
            }
            (seconds, epochs) = (start.secondsUntilNow, record.epoch)
            stop.set()
        }
        guard let seconds else { throw Failure("the accuracy did not reach \(target) in 100 epochs") }
        return seconds
    }
}
