internal import LariatModels
internal import LariatOptimizers
internal import LinearAlgebra
internal import RegularizedLoss

/// The memory of a training step, planned once for a network, a largest batch and a number of workers; the
/// step then allocates nothing.
///
/// Rows of a batch are sharded over the workers; so are the rows of every weight, for its gradient and its
/// update. What one worker writes and another reads lies behind a barrier.
struct StepPlan<Scalar: BLASScalar> {
    /// The pieces that one pass of the program needs.
    struct Pass {
        let step: Program.Step
        /// The pass's output for the whole batch [capacity × outputWidth].
        let output: UnsafeMutablePointer<Scalar>
        /// For a batch normalisation: the statistics of all shards, and each worker's coefficients and scratch.
        let shards: BatchNormKernel.Shards?
        let coefficients: [BatchNormKernel.Coefficients<Scalar>]
        let scratch: [UnsafeMutablePointer<Scalar>]
    }

    let capacity: Int
    let inputs: Int
    let outputs: Int
    let passes: [Pass]
    let segments: [Segment]
    /// The gathered batch: features [capacity × inputs], targets [capacity × targetColumns], row weights.
    let input, targets, rowWeights: UnsafeMutablePointer<Scalar>
    let targetColumns: Int
    /// Two buffers [capacity × widest] that the gradient passes between.
    let gradientBuffers: (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>)
    /// One number a worker, 8 apart so that no two share a cache line: its loss and its Σg².
    let losses, squares: UnsafeMutablePointer<Double>
    static var spacing: Int { 8 }
    /// The diagonal metric of the optimizer, for penalties on groups; mirrors the block when there are any.
    let metric: UnsafeMutablePointer<Scalar>?
    /// Keeps the memory alive.
    private let arena: Arena

    init(
        _ network: NeuralNetwork<Scalar>, objective: Objective, optimizer: Optimizer, capacity: Int, targetColumns: Int,
        inputGroups: [Range<Int>], workers: Int
    ) {
        let arena = Arena()
        func scalars(_ count: Int) -> UnsafeMutablePointer<Scalar> { arena.scalars(Scalar.self, count: count) }
        self.arena = arena
        self.capacity = capacity
        inputs = network.architecture.inputs
        outputs = network.architecture.outputs
        self.targetColumns = targetColumns
        passes = network.program.steps.map { Self.pass(for: $0, capacity: capacity, workers: workers, arena) }
        segments = Segment.plan(network, objective: objective, inputGroups: inputGroups)
        input = scalars(capacity * inputs)
        targets = scalars(capacity * targetColumns)
        rowWeights = scalars(capacity)
        let widest = passes.reduce(0) { max($0, $1.step.outputWidth) }
        gradientBuffers = (scalars(capacity * widest), scalars(capacity * widest))
        losses = arena.scalars(Double.self, count: workers * Self.spacing)
        squares = arena.scalars(Double.self, count: workers * Self.spacing)
        metric = segments.contains { !$0.groups.isEmpty } ? scalars(network.layout.blockCount) : nil
    }

    private static func pass(for step: Program.Step, capacity: Int, workers: Int, _ arena: Arena) -> Pass {
        func scalars(_ count: Int) -> UnsafeMutablePointer<Scalar> { arena.scalars(Scalar.self, count: count) }
        func doubles(_ count: Int) -> UnsafeMutablePointer<Double> { arena.scalars(Double.self, count: count) }
        let output = scalars(capacity * step.outputWidth)
        guard case .normalize = step.operation else {
            return Pass(step: step, output: output, shards: nil, coefficients: [], scratch: [])
        }
        typealias Coefficients = BatchNormKernel.Coefficients<Scalar>
        typealias Shards = BatchNormKernel.Shards
        let columns = step.outputWidth
        return Pass(
            step: step, output: output,
            shards: Shards(
                doubles(Shards.doubleCount(columns: columns, count: workers)), columns: columns, count: workers),
            coefficients: (0..<workers).map { _ in
                Coefficients(
                    columns: columns, scalars: scalars(Coefficients.scalarCount(columns: columns)),
                    doubles: doubles(Coefficients.doubleCount(columns: columns)))
            },
            scratch: (0..<workers).map { _ in scalars(2 * columns) })
    }

    /// Floating-point operations of one step: 2 for each weight and row forward, 4 backward.
    static func flops(_ network: NeuralNetwork<Scalar>, rows: Int) -> Int { 6 * rows * network.parameterCount }

    /// How many workers share a step: a rule on shapes, never on timings, so that results can be repeated.
    /// Below some 8 million operations the barriers cost more than the second worker brings.
    static func workers(_ network: NeuralNetwork<Scalar>, rows: Int, available: Int) -> Int {
        flops(network, rows: rows) < 8_000_000 ? 1 : max(1, min(available, rows / 2))
    }
}
