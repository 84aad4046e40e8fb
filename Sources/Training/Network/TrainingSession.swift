public import LariatDatasets
public import LariatModels
internal import LariatOptimizers
public import LinearAlgebra
internal import RegularizedLoss

/// A training under way: the network in working memory, the optimizer's state, the place in the schedule.
///
/// ``Trainer/fit(_:on:validatingOn:resumingFrom:stop:onEvent:onCheckpoint:)`` drives one; embedders with data of
/// their own drive one by ``TrainingSession/step(_:)``. A session belongs to one thread at a time.
public final class TrainingSession<Scalar: BLASScalar> {
    let trainer: Trainer
    let preprocessing: Preprocessing
    let schema: Schema
    let data: PreparedData<Scalar>
    let horizon: Horizon
    let batchSize: Int
    let batches: Batches
    let workers: Int
    let run: TrainingStep<Scalar>
    private let template: NeuralNetwork<Scalar>
    private var order: [Int]
    /// Optimizer steps done.
    public internal(set) var steps = 0
    /// Epochs done.
    public internal(set) var epoch = 0
    var plateau = PlateauState()
    /// The loss of the first step: one a million times as large is as lost as one that is not finite.
    var firstLoss: Double?

    /// Plans the training of a network on data.
    ///
    /// The weights of an input that is constant in the data start, and stay, at exactly zero: its gradient is zero, and
    /// the weights it was initialised with would be noise wherever it is not constant.
    ///
    /// - Throws: ``TrainingError`` for settings or data that do not fit; ``BatchOfOneError`` when the data are a single
    ///   row and the network normalises batches; ``ThreadError`` when the system refuses a worker.
    public convenience init(_ network: NeuralNetwork<Scalar>, _ trainer: Trainer, on data: Dataset) throws {
        var network = network
        if network.architecture.inputs == data.featureCount {
            network.clearWeights(ofInputs: data.features.constantColumns)
        }
        try self.init(network, trainer, on: data, Preprocessing(of: data, loss: trainer.objective.loss))
    }

    /// With a choice of products, and with `workers` as many of them whatever the rule on shapes says.
    package init(
        _ network: NeuralNetwork<Scalar>, _ trainer: Trainer, on data: Dataset, _ preprocessing: Preprocessing,
        products: Products = .preferred, workers: Int? = nil
    ) throws {
        try trainer.validate()
        try Self.check(data, network, trainer)
        self.trainer = trainer
        self.preprocessing = preprocessing
        schema = data.schema
        template = network
        self.data = try PreparedData(
            data, preprocessing, balancingClasses: trainer.balancesClasses, of: "training")
        batchSize = trainer.batchSize ?? Trainer.defaultBatchSize(rows: data.count)
        batches = Batches(rows: data.count, batchSize: batchSize)
        horizon = Horizon(stepsPerEpoch: batches.count, epochs: trainer.epochs)
        order = Array(0..<data.count)
        let count =
            workers
            ?? StepPlan.workers(network, rows: batches.largest, available: trainer.workers ?? Machine.workers)
        self.workers = count
        let plan = StepPlan(
            network, objective: trainer.objective, optimizer: trainer.optimizer, clipping: trainer.clipping,
            capacity: batches.largest, targetColumns: self.data.targets.columns, inputGroups: data.schema.columnGroups,
            workers: count, products: products)
        run = TrainingStep(
            network, objective: trainer.objective, optimizer: trainer.optimizer, clipping: trainer.clipping, plan: plan,
            team: try WorkerTeam(workers: count))
    }

    /// The network as it stands.
    public var network: NeuralNetwork<Scalar> {
        var network = template
        let count = network.layout.blockCount
        run.collect()
        network.parameters.withUnsafeMutablePointer { $0.update(from: run.weights, count: count) }
        network.statistics = run.statistics
        return network
    }

    /// One optimizer step on a batch of the caller's own, with the session's preprocessing; returns the mean loss
    /// before it.
    ///
    /// - Throws: ``TrainingError/data(_:)`` when the batch is larger than the session's or does not fit its columns;
    ///   ``BatchOfOneError`` for one row in front of a batch normalisation.
    public func step(_ batch: Dataset) throws -> Double {
        if batch.schema != schema { throw TrainingError.data("the batch has other columns than the session's data") }
        if batch.count > run.plan.capacity || batch.count == 0 {
            throw TrainingError.data(
                "a batch of \(batch.count) rows does not fit a session planned for 1 to \(run.plan.capacity)")
        }
        try Self.checkBatch(rows: batch.count, template.architecture)
        let prepared = try PreparedData<Scalar>(batch, preprocessing, of: "batch's")
        return Array(0..<batch.count).withUnsafeBufferPointer { step(rows: $0, of: prepared) }
    }

    /// One optimizer step on rows of the session's data; allocates nothing.
    package func step(rows: UnsafeBufferPointer<Int>) -> Double { step(rows: rows, of: data) }

    /// One optimizer step on rows of prepared data.
    private func step(rows: UnsafeBufferPointer<Int>, of data: PreparedData<Scalar>) -> Double {
        let step = nextStep
        defer { steps += 1 }
        return data.features.withView { features in
            data.targets.withView { targets in
                func run(_ weights: UnsafePointer<Scalar>?) -> Double {
                    self.run(
                        TrainingStep.Batch(
                            rows: rows, features: features, targets: targets, weights: weights, seed: trainer.seed,
                            epoch: UInt64(epoch), step: UInt64(steps)), step)
                }
                guard let weights = data.weights else { return run(nil) }
                return weights.withUnsafePointer { run($0) }
            }
        }
    }

    private var nextStep: OptimizerStep<Scalar> {
        var step: OptimizerStep<Scalar> = trainer.optimizer.step(
            steps + 1, rate: rate, momentum: trainer.schedule.momentum(at: steps, of: horizon))
        if case .byValue(let bound) = trainer.clipping { step.limit = Scalar(bound) }
        return step
    }

    /// The learning rate of the next step.
    public var rate: Double { trainer.schedule.rate(at: steps, of: horizon, plateau: plateau) }

    /// How an epoch ended.
    enum EpochOutcome {
        case finished(loss: Double)
        case stopped
        case diverged(step: Int)
    }

    /// Runs one epoch over the rows in a random order of its own, keyed by seed and epoch.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func runEpoch(stop: StopSignal, onStep: (Int, Double) -> Void) -> EpochOutcome {
        for index in order.indices { order[index] = index }
        var generator = CounterGenerator(seed: trainer.seed, epoch: UInt64(epoch), stream: .max)
        generator.shuffle(&order)
        var total = 0.0
        for (index, range) in batches.enumerated() {
            if stop.isSet { return .stopped }
            let loss = order.withUnsafeBufferPointer { step(rows: UnsafeBufferPointer(rebasing: $0[range]), of: data) }
            if firstLoss == nil { firstLoss = loss }
            if !(loss <= 1e6 * max(1, abs(firstLoss!))) { return .diverged(step: index + 1) }
            total += loss * order[range].reduce(0) { $0 + data.weight(of: $1) }
            onStep(index + 1, loss)
        }
        // The last step may have thrown the weights out without a loss to show it yet.
        run.collect()
        if Scalar.firstNonFinite(template.layout.blockCount, run.weights) >= 0 { return .diverged(step: batches.count) }
        epoch += 1
        return .finished(loss: total / data.totalWeight)
    }

    // MARK: Checks

    private static func check(_ data: Dataset, _ network: NeuralNetwork<Scalar>, _ trainer: Trainer) throws {
        let (inputs, outputs) = (network.architecture.inputs, network.architecture.outputs)
        if data.count == 0 { throw TrainingError.data("there are no rows to train on") }
        if inputs != data.featureCount {
            throw TrainingError.data(
                "the network has \(inputs) inputs, and the data have \(data.featureCount) features")
        }
        if outputs != data.schema.outputCount {
            throw TrainingError.data("the network has \(outputs) outputs, and the data need \(data.schema.outputCount)")
        }
        try trainer.validate(for: data)
        try checkBatch(rows: data.count, network.architecture)
        if trainer.batchSize == 1 { try checkBatch(rows: 1, network.architecture) }
    }

    private static func checkBatch(rows: Int, _ architecture: Architecture) throws(BatchOfOneError) {
        guard rows == 1 else { return }
        for (index, layer) in architecture.layers.enumerated() {
            if case .batchNorm = layer { throw BatchOfOneError(layer: architecture.name(of: index)) }
        }
    }
}
