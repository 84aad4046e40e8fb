import Lariat
import Networks

/// Training by ``Trainer/fit(_:on:validatingOn:resumingFrom:stop:onEvent:onCheckpoint:)``: the whole loop with its
/// shuffling, gathering, events and ends of epochs, at steady state.
final class TrainingWorkload: Workload {
    /// What one measured unit is.
    enum Unit {
        case step
        case epoch
    }

    let shape: NetworkShape
    let batch: Int
    let optimizer: String
    let training: Dataset
    let validation: Dataset?
    let unit: Unit
    private let rate: Double
    private let workers: Int
    private let network: Network
    private var secondsPerStep: Double?

    /// Steps that warm caches and team up before the clock starts.
    private static let warmUp = 3

    init(
        _ shape: NetworkShape, batch: Int, optimizer: String, on training: Dataset,
        validatingOn validation: Dataset? = nil,
        unit: Unit, rate: Double = 1e-3, workers: Int
    ) {
        (self.shape, self.batch, self.optimizer, self.unit) = (shape, batch, optimizer, unit)
        (self.training, self.validation, self.rate, self.workers) = (training, validation, rate, workers)
        network = shape.network
    }

    /// A step of a network on synthetic data of many batches.
    convenience init(step shape: NetworkShape, batch: Int, optimizer: String, workers: Int) throws {
        let batches = shape.network.parameterCount > 1_000_000 ? 16 : batch >= 128 ? 64 : 256
        self.init(
            shape, batch: batch, optimizer: optimizer,
            on: try shape.syntheticData(rows: batches * batch), unit: .step,
            workers: workers)
    }

    var stepsPerEpoch: Int { training.count / batch }

    func trainer(epochs: Int) -> Trainer {
        Trainer(optimizer: optimizer, rate: rate, batch: batch, epochs: epochs, workers: workers)
    }

    func measure(seconds: Double) throws -> Double {
        if secondsPerStep == nil {
            secondsPerStep = try secondsPerStep(epochs: 1)
            if secondsPerEpoch >= seconds { return secondsPerUnit }
        }
        secondsPerStep = try secondsPerStep(epochs: max(1, Int(seconds / secondsPerEpoch)))
        return secondsPerUnit
    }

    private var secondsPerEpoch: Double { secondsPerStep! * Double(stepsPerEpoch) }

    private var secondsPerUnit: Double { unit == .step ? secondsPerStep! : secondsPerEpoch }

    /// The time from a step of the first epoch to the same step so many epochs later, so that ends of epochs count.
    private func secondsPerStep(epochs: Int) throws -> Double {
        var network = network
        let stop = StopSignal()
        let first = min(Self.warmUp, stepsPerEpoch)
        let last = first + epochs * stepsPerEpoch
        var (done, start, seconds) = (0, ContinuousClock.now, 0.0)
        _ = try trainer(epochs: epochs + 1).fit(&network, on: training, stop: stop) { event in
            guard case .step = event else { return }
            done += 1
            if done == first { start = .now }
            if done == last {
                seconds = start.secondsUntilNow
                stop.set()
            }
        }
        return seconds / Double(epochs * stepsPerEpoch)
    }

    func export(to folder: Exchange) throws -> Facts {
        let inputs = try Standardization(of: training.features, names: training.schema.features.map(\.name))
        try folder.write(training, inputs)
        if let validation { try folder.write(validation, inputs, prefix: "v") }
        try folder.write(network)
        var facts = Facts()
        facts.orders = unit == .step ? 1 : 100
        try folder.write((0..<facts.orders).flatMap { order(ofEpoch: $0) }, "order.i32")
        (facts.rows, facts.validationRows) = (training.count, validation?.count ?? 0)
        (facts.inputs, facts.hidden, facts.outputs) = (shape.inputs, shape.hidden, shape.outputs)
        (facts.batch, facts.optimizer, facts.rate) = (batch, optimizer, rate)
        facts.normalized = shape.normalized
        facts.losses = try firstLosses(10)
        return facts
    }

    /// The rows of an epoch in the order in which the trainer takes them; the comparison of losses would notice if it
    /// were another.
    private func order(ofEpoch epoch: Int) -> [Int32] {
        var order = (0..<Int32(training.count)).map { $0 }
        var generator = CounterGenerator(seed: 1, epoch: UInt64(epoch), stream: .max)
        generator.shuffle(&order)
        return order
    }

    private func firstLosses(_ count: Int) throws -> [Double] {
        var network = network
        let stop = StopSignal()
        var losses: [Double] = []
        _ = try trainer(epochs: 1).fit(&network, on: training, stop: stop) { event in
            guard case .step(let record) = event, losses.count < count else { return }
            losses.append(record.loss)
            if losses.count == count { stop.set() }
        }
        return losses
    }
}
