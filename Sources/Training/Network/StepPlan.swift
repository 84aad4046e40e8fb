internal import LariatModels
internal import LariatOptimizers
internal import LinearAlgebra
internal import RegularizedLoss

/// The memory of a training step, planned once for a network, a largest batch and a number of workers; the
/// step then allocates nothing.
///
/// Rows of a batch are sharded over the workers; so are the blocks of every weight, for its gradient and its
/// update. What one worker writes and another reads lies behind a barrier.
struct StepPlan<Scalar: BLASScalar> {
    let capacity: Int
    let inputs: Int
    let outputs: Int
    let passes: [Pass<Scalar>]
    /// The tensors that the update goes over; those updated in panels are as soon as their gradient is known.
    let segments: [Segment]
    /// The weights that start with columns of norm 1.
    let unitNormStarts: [Segment]
    /// Whether the workers share the update; else worker 0, who has all gradients that are left, makes it alone.
    let sharesUpdate: Bool
    let blocks: ParameterBlocks<Scalar>
    /// The gathered batch: features, targets [capacity × targetColumns], row weights.
    let input: Activations<Scalar>
    let targets, rowWeights: UnsafeMutablePointer<Scalar>
    let targetColumns: Int
    /// Three buffers that the gradient passes between: one is read, one written, and a slower worker may still read
    /// the third.
    let gradientBuffers: (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>)
    /// One number a worker, 8 apart so that no two share a cache line: its loss and its Σg².
    let losses, squares: UnsafeMutablePointer<Double>
    static var spacing: Int { 8 }
    /// The diagonal metric of the optimizer, for penalties on groups; mirrors the block when there are any.
    let metric: UnsafeMutablePointer<Scalar>?
    /// All weights in panels, and those whose panels follow an update of the blocks.
    let inPanels, following: [DensePanels<Scalar>]
    /// Keeps the memory alive.
    private let arena: Arena

    init(
        _ network: NeuralNetwork<Scalar>, objective: Objective, optimizer: Optimizer, clipping: GradientClipping,
        capacity: Int, targetColumns: Int, inputGroups: [Range<Int>], workers: Int, products: Products
    ) {
        let arena = Arena()
        func scalars(_ count: Int) -> UnsafeMutablePointer<Scalar> { arena.scalars(Scalar.self, count: count) }
        self.arena = arena
        self.capacity = capacity
        inputs = network.architecture.inputs
        outputs = network.architecture.outputs
        self.targetColumns = targetColumns
        blocks = ParameterBlocks(count: network.layout.blockCount, arena)
        let all = Segment.plan(network, objective: objective, inputGroups: inputGroups)
        let panelled = products == .panels ? all.filter { $0.tensor.role == .weight } : []
        let updatedInPanels = panelled.filter { $0.updatesInPanels(under: clipping) }
        let input = Activations<Scalar>(rows: capacity, columns: inputs, arena)
        self.input = input
        passes = PassPlanner(
            network: network, blocks: blocks,
            panels: Dictionary(uniqueKeysWithValues: panelled.map { ($0.tensor, $0) }), clipping: clipping,
            slotCount: optimizer.slotCount, capacity: capacity, workers: workers, arena: arena
        ).passes(from: input)
        inPanels = passes.compactMap { if case .dense(let dense) = $0.operation { dense.panels } else { nil } }
        following = inPanels.filter { !$0.areUpdated }
        segments = all.filter { segment in !updatedInPanels.contains { $0.tensor == segment.tensor } }
        unitNormStarts = all.filter(\.startsAtUnitNorm)
        var isGlobal = false
        if case .byGlobalNorm = clipping { isGlobal = true }
        sharesUpdate = isGlobal || segments.contains { $0.tensor.role == .weight }
        targets = scalars(capacity * targetColumns)
        rowWeights = scalars(capacity)
        let widest = passes.reduce(0) { max($0, Activations<Scalar>.stride($1.outputWidth)) }
        gradientBuffers = (scalars(capacity * widest), scalars(capacity * widest), scalars(capacity * widest))
        losses = arena.scalars(Double.self, count: workers * Self.spacing)
        squares = arena.scalars(Double.self, count: workers * Self.spacing)
        metric = segments.contains { !$0.groups.isEmpty } ? scalars(network.layout.blockCount) : nil
    }

    /// Floating-point operations of one step: 2 for each weight and row forward, 4 backward.
    static func flops(_ network: NeuralNetwork<Scalar>, rows: Int) -> Int { 6 * rows * network.parameterCount }

    /// How many workers share a step: a rule on shapes, never on timings, so that results can be repeated.
    /// Below some 8 million operations the barriers cost more than the second worker brings.
    static func workers(_ network: NeuralNetwork<Scalar>, rows: Int, available: Int) -> Int {
        flops(network, rows: rows) < 8_000_000 ? 1 : max(1, min(available, rows / 2))
    }
}

/// How the products of a step are computed.
package enum Products: Sendable {
    /// By tiles over weights in panels, the update at the end of each weight's gradient.
    case panels
    /// By CBLAS on weights in rows: the reference, and the way where the instruction set has no wide vectors.
    case blas

    /// Panels, where the vectors are wide enough to pay.
    package static var preferred: Products { Machine.hasWideVectors ? .panels : .blas }
}

/// Parameters, gradients and optimizer state: blocks of a network's layout.
struct ParameterBlocks<Scalar: BLASScalar> {
    let count: Int
    let weights, gradients: UnsafeMutablePointer<Scalar>
    let slots: OptimizerSlots<Scalar>

    init(count: Int, _ arena: Arena) {
        self.count = count
        weights = arena.scalars(Scalar.self, count: count)
        gradients = arena.scalars(Scalar.self, count: count)
        slots = OptimizerSlots(
            first: arena.scalars(Scalar.self, count: count), second: arena.scalars(Scalar.self, count: count))
    }
}

/// The rows of a batch in working memory, each from a 64-byte boundary on.
struct Activations<Scalar: BLASScalar> {
    let base: UnsafeMutablePointer<Scalar>
    let columns: Int
    let stride: Int

    init(rows: Int, columns: Int, _ arena: Arena) {
        self.columns = columns
        stride = Self.stride(columns)
        base = arena.scalars(Scalar.self, count: rows * stride)
    }

    /// A buffer that is used for batches of different widths in turn.
    init(_ base: UnsafeMutablePointer<Scalar>, columns: Int) {
        (self.base, self.columns, stride) = (base, columns, Self.stride(columns))
    }

    /// The distance between rows: whole cache lines, and an odd number of them, so that a walk down a column does not
    /// fall on the same few sets of the cache again and again.
    static func stride(_ columns: Int) -> Int {
        let line = 64 / MemoryLayout<Scalar>.stride
        let lines = (columns + line - 1) / line
        return (lines | 1) * line
    }

    func rows(_ range: Range<Int>) -> MutableMatrixView<Scalar> {
        MutableMatrixView(base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
    }
}
