internal import LariatDatasets
internal import LariatModels
internal import LariatOptimizers
internal import LariatTraining
internal import LinearAlgebra
internal import RegularizedLoss

/// Whole training steps of a Dense-BatchNorm-ReLU network: softmax cross-entropy, SGD with momentum, fresh data each
/// step. Ours runs as `lariat train` does, in epochs of a ``Trainer``.
final class TrainingContest<Scalar: BLASScalar>: Contest {
    let kernel = "training step"
    let shape: String
    let precision = Precision(Scalar.self)
    let cost: Cost
    private let network: NeuralNetwork<Scalar>
    private let batch: Int
    private let data: Dataset
    private let trainer: Trainer
    /// The workers that a session takes for this network.
    private let shared: Int
    private let operands = Operands<Scalar>()
    /// The first batch, [batch × inputs], and the naive and the BLAS network.
    private let x: UnsafeMutablePointer<Scalar>
    private let labels: [Int]
    private let plain: [PlainNetwork<Scalar>]
    /// Of each form: the losses of the steps that prove it, and its parameters after them.
    private var losses = [[Double]](repeating: [], count: Form.allCases.count)
    private var proved: [[Scalar]]
    private let initial: [Scalar]
    /// Steps that prove a form: the later ones show that the updates before them were right.
    private let provingSteps = 3

    /// - Parameter widths: inputs, hidden units, outputs.
    init(_ widths: [Int], batch: Int, workers: Int) throws {
        shape = widths.map(String.init).joined(separator: "-") + " @ \(batch)"
        self.batch = batch
        network = NeuralNetwork(architecture: try Self.architecture(widths), seed: 1)
        cost = Self.cost(network, batch: batch)
        // Some 2 million numbers, in at most 256 batches.
        let batches = max(4, min(256, 2_000_000 / (batch * widths[0])))
        data = Self.data(rows: batch * batches, inputs: widths[0], classes: widths[widths.count - 1])
        trainer = Trainer(
            objective: Objective(.softmaxCrossEntropy()), optimizer: .momentum(), schedule: .constant(0.02),
            batchSize: batch, epochs: 1_000_000, seed: 1, workers: workers)
        var (once, trained) = (trainer, network)
        once.epochs = 1
        shared = try once.fit(&trained, on: data.selecting(rows: Array(0..<batch))).model.card.workers
        x = operands.zeros(batch * widths[0])
        for row in 0..<batch {
            for column in 0..<widths[0] { x[row * widths[0] + column] = Scalar(data.features[row, column]) }
        }
        labels = (0..<batch).map { [data] in Int(data.targets[$0, 0]) }
        let (network, step) = (network, trainer.optimizer.step(1, rate: 0.02) as OptimizerStep<Scalar>)
        plain = [.naive, .blas].map { PlainNetwork($0, network, batch: batch, step: step) }
        initial = network.layout.tensors.flatMap { network[$0].elements }
        proved = Array(repeating: initial, count: Form.allCases.count)
    }

    func workers(of available: Int) -> Int { shared }

    func run(_ form: Form, on team: WorkerTeam) { _ = plain[form.rawValue](x, labels: labels) }

    func prove(_ form: Form, on team: WorkerTeam) throws {
        if form == .ours {
            let rows = data.selecting(rows: Array(0..<batch))
            let preprocessing = Preprocessing.identity(inputs: rows.featureCount, outputs: rows.schema.outputCount)
            let session = try TrainingSession(network, trainer, on: rows, preprocessing)
            losses[form.rawValue] = try (0..<provingSteps).map { _ in try session.step(rows) }
            let trained = session.network
            proved[form.rawValue] = trained.layout.tensors.flatMap { trained[$0].elements }
        } else {
            let network = plain[form.rawValue]
            losses[form.rawValue] = (0..<provingSteps).map { _ in network(x, labels: labels) }
            proved[form.rawValue] = network.parameters.flatMap {
                Array(UnsafeBufferPointer(start: $0.value, count: $0.count))
            }
        }
    }

    /// A pass through the network sums over the inputs of each layer and, in its normalisation, twice over the batch.
    /// Roundings are as often up as down: in a sum of L terms they come to some √L·ε (Higham and Mary, SISC 2019).
    ///
    /// An element of a ReLU's input that lies within such a rounding of 0 may fall on either side for each form: a share
    /// √L·ε of the elements, or a few where there are few. A share δ on the wrong side changes a gradient by some √(2δ) of
    /// its norm, and a later loss by as much of what the steps have changed it.
    var outputs: [Output] {
        let (widths, hidden) = (network.architecture.widths, network.architecture.widths.dropLast().reduce(0, +) / 3)
        let length = network.architecture.inputs + hidden + 2 * batch * widths.count / 3
        let rounding = 8 * Double(length).squareRoot() * Double(Scalar.ulpOfOne)
        let strayed = (2 * (rounding + 4 / Double(batch * hidden))).squareRoot()
        let (losses, proved, initial) = (losses, proved, initial)
        let moved = losses.joined().reduce(0) { max($0, abs($1 - (losses[Form.blas.rawValue].first ?? 0))) }
        return [
            Output("first loss", count: 1, .elementwise(relative: rounding)) { losses[$0.rawValue][$1] },
            Output(
                "later losses", count: provingSteps - 1,
                .elementwise(absolute: strayed * moved, relative: rounding)
            ) { losses[$0.rawValue][$1 + 1] },
            Output("parameters' change", count: initial.count, .norm(relative: strayed)) {
                Double(proved[$0.rawValue][$1] - initial[$1])
            },
        ]
    }

    /// Ours: the median over epochs of the time from the first step of an epoch to its last.
    func seconds(_ form: Form, on team: WorkerTeam, within budget: Double) throws -> Double {
        if form != .ours { return Stopwatch.median(within: budget) { run(form, on: team) } }
        let (stop, start) = (StopSignal(), ContinuousClock.now)
        var (samples, epochStart) = ([Double](), start)
        var trained = network
        _ = try trainer.fit(&trained, on: data, stop: stop) { event in
            guard case .step(let record) = event else { return }
            if record.step == 1 { epochStart = .now }
            guard record.step == record.stepsPerEpoch else { return }
            samples.append(epochStart.secondsUntilNow / Double(record.stepsPerEpoch - 1))
            if samples.count > 3 && start.secondsUntilNow >= budget { stop.set() }
        }
        return Array(samples.dropFirst()).median  // the first epoch warms up
    }

    private static func architecture(_ widths: [Int]) throws -> Architecture {
        let hidden = widths.dropFirst().dropLast().flatMap { units -> [Layer] in
            [.dense(Dense(units)), .batchNorm(BatchNorm()), .activation(.relu)]
        }
        return try Architecture(inputs: widths[0], layers: hidden + [.dense(Dense(widths[widths.count - 1]))])
    }

    /// The operations of ``ComputationalLoad`` and of the update. At the least it reads the batch, and reads and writes
    /// parameters and velocities once; it touches gradients, and two numbers for each output of a layer, too.
    private static func cost(_ network: NeuralNetwork<Scalar>, batch: Int) -> Cost {
        let (load, parameters) = (ComputationalLoad(network.architecture), network.parameterCount)
        let inputs = batch * network.architecture.inputs
        return Cost(
            Scalar.self, flops: batch * (load.forwardFlops + load.backwardFlops) + 4 * parameters,
            reads: inputs + 2 * parameters, writes: 2 * parameters,
            footprint: inputs + 3 * parameters + 2 * batch * network.architecture.widths.reduce(0, +))
    }

    private static func data(rows: Int, inputs: Int, classes: Int) -> Dataset {
        var generator = CounterGenerator(seed: 2)
        let x = Matrix<Double>(rows: rows, columns: inputs) { _, _ in Double(Float(2 * generator.nextUniform() - 1)) }
        let y = Matrix<Double>(rows: rows, columns: 1) { _, _ in Double(generator.next(below: classes)) }
        let schema = Schema(
            features: (0..<inputs).map { Schema.Feature(name: "x\($0)") }, targets: ["class"], task: .multiclass,
            labels: (0..<classes).map(String.init))
        return Dataset(features: x, targets: y, weights: nil, schema: schema)
    }
}
