internal import LariatModels
internal import LariatOptimizers
internal import LinearAlgebra
internal import RegularizedLoss

/// One pass of a step: an operation of the network's program, with every address that it needs.
struct Pass<Scalar: BLASScalar> {
    enum Operation {
        case dense(DensePass<Scalar>)
        case normalize(NormalizePass<Scalar>)
        case activate(Activation)
        case drop(probability: Double, stream: UInt64)
    }

    let operation: Operation
    let input, output: Activations<Scalar>
    var outputWidth: Int { output.columns }
}

/// y = f(x·w + b)
struct DensePass<Scalar: BLASScalar> {
    /// w and its gradient in rows; stale while the weights are updated in panels.
    let weights, gradient: MutableMatrixView<Scalar>
    let bias, biasGradient: UnsafeMutablePointer<Scalar>?
    let activation: Activation
    let panels: DensePanels<Scalar>?
}

/// The weights of a dense layer in panels, and their optimizer state where they are updated there.
struct DensePanels<Scalar: BLASScalar> {
    let weights: Panels<Scalar>
    /// wᵀ, for the input gradient; nil in the first layer, which needs none.
    let transposed: Panels<Scalar>?
    /// The optimizer's state, as far as its rule keeps any.
    let first, second: Panels<Scalar>
    let slotCount: Int
    let terms: SegmentPenalty
    /// Whether the panels are what is updated; else the blocks are, and the panels follow.
    let areUpdated: Bool
    /// Where weights and state lie in the blocks.
    let offset: Int

    /// Brings a worker's share of the panels of w and wᵀ up to date with the blocks.
    func follow(_ blocks: ParameterBlocks<Scalar>, _ worker: Worker) {
        let w = view(blocks.weights).readOnly
        for panel in worker.shard(of: weights.count) { weights.pack(panel: panel, w) }
        guard let transposed else { return }
        for panel in worker.shard(of: transposed.count) { transposed.pack(panel: panel, w, transposing: true) }
    }

    /// Brings the panels up to date with the blocks.
    func pack(from blocks: ParameterBlocks<Scalar>) {
        weights.pack(view(blocks.weights).readOnly)
        transposed?.pack(view(blocks.weights).readOnly, transposing: true)
        if slotCount > 0 { first.pack(view(blocks.slots.first).readOnly) }
        if slotCount > 1 { second.pack(view(blocks.slots.second).readOnly) }
    }

    /// Brings the blocks up to date with the panels.
    func unpack(into blocks: ParameterBlocks<Scalar>) {
        if !areUpdated { return }
        weights.unpack(into: view(blocks.weights))
        if slotCount > 0 { first.unpack(into: view(blocks.slots.first)) }
        if slotCount > 1 { second.unpack(into: view(blocks.slots.second)) }
    }

    private func view(_ block: UnsafeMutablePointer<Scalar>) -> MutableMatrixView<Scalar> {
        MutableMatrixView(block + offset, rows: weights.rows, columns: weights.columns)
    }
}

/// y = f(γ·(x − μ)/√(σ² + ε) + β)
struct NormalizePass<Scalar: BLASScalar> {
    typealias Coefficients = BatchNormKernel.Coefficients<Scalar>

    let columns: Int
    let norm: BatchNorm
    let scale, shift, scaleGradient, shiftGradient: UnsafeMutablePointer<Scalar>?
    /// Which of the network's running statistics.
    let statistics: Int
    let activation: Activation
    /// The statistics of all shards, forward and backward: apart, because a worker may take its sums while another
    /// still merges the moments.
    let moments, sums: BatchNormKernel.Shards
    /// Whether the dense layer before has taken the moments, panel by panel while they were hot.
    let momentsAreTaken: Bool
    /// Whether the dense layer behind has taken the gradient sums, panel by panel.
    let sumsAreTaken: Bool
    let scalars: UnsafeMutablePointer<Scalar>
    let doubles: UnsafeMutablePointer<Double>

    private static func scalarCount(_ columns: Int) -> Int {
        (Coefficients.scalarCount(columns: columns) + 15) / 16 * 16
    }
    private static func doubleCount(_ columns: Int) -> Int { (Coefficients.doubleCount(columns: columns) + 7) / 8 * 8 }

    /// What `workers` workers need.
    static func memory(columns: Int, workers: Int, _ arena: Arena) -> (
        UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Double>
    ) {
        (
            arena.scalars(Scalar.self, count: workers * scalarCount(columns)),
            arena.scalars(Double.self, count: workers * doubleCount(columns))
        )
    }

    /// A worker's own coefficients.
    func coefficients(_ worker: Worker) -> Coefficients {
        Coefficients(
            columns: columns, scalars: scalars + worker.index * Self.scalarCount(columns),
            doubles: doubles + worker.index * Self.doubleCount(columns))
    }

}

/// Lays out the passes of a network.
struct PassPlanner<Scalar: BLASScalar> {
    let network: NeuralNetwork<Scalar>
    let blocks: ParameterBlocks<Scalar>
    /// The weights that are kept in panels.
    let panels: [ParameterTensor: Segment]
    let clipping: GradientClipping
    let slotCount, capacity, workers: Int
    let arena: Arena

    func passes(from input: Activations<Scalar>) -> [Pass<Scalar>] {
        var input = input
        let steps = network.program.steps
        return steps.indices.map { index in
            let output = Activations<Scalar>(rows: capacity, columns: steps[index].outputWidth, arena)
            defer { input = output }
            return Pass(operation: operation(steps, index), input: input, output: output)
        }
    }

    private func operation(_ steps: [Program.Step], _ index: Int) -> Pass<Scalar>.Operation {
        switch steps[index].operation {
        case .dense(let weight, let bias, let activation):
            return .dense(
                DensePass(
                    weights: view(weight, of: blocks.weights), gradient: view(weight, of: blocks.gradients),
                    bias: bias.map { blocks.weights + $0.offset },
                    biasGradient: bias.map { blocks.gradients + $0.offset },
                    activation: activation, panels: panels[weight].map { densePanels(weight, $0, isFirst: index == 0) })
            )
        case .normalize(let norm, let scale, let shift, let statistics, let activation):
            let columns = steps[index].outputWidth
            let (scalars, doubles) = NormalizePass<Scalar>.memory(columns: columns, workers: workers, arena)
            return .normalize(
                NormalizePass(
                    columns: columns, norm: norm, scale: scale.map { blocks.weights + $0.offset },
                    shift: shift.map { blocks.weights + $0.offset },
                    scaleGradient: scale.map { blocks.gradients + $0.offset },
                    shiftGradient: shift.map { blocks.gradients + $0.offset }, statistics: statistics,
                    activation: activation,
                    moments: shards(columns), sums: shards(columns),
                    momentsAreTaken: isInPanels(steps, index - 1), sumsAreTaken: isInPanels(steps, index + 1),
                    scalars: scalars, doubles: doubles))
        case .activate(let activation): return .activate(activation)
        case .drop(let probability, let stream): return .drop(probability: probability, stream: stream)
        }
    }

    private func shards(_ columns: Int) -> BatchNormKernel.Shards {
        let count = BatchNormKernel.Shards.doubleCount(columns: columns, count: workers)
        return BatchNormKernel.Shards(
            arena.scalars(Double.self, count: count), columns: columns, count: workers)
    }

    private func isInPanels(_ steps: [Program.Step], _ index: Int) -> Bool {
        guard steps.indices.contains(index), case .dense(let weight, _, _) = steps[index].operation else {
            return false
        }
        return panels[weight] != nil
    }

    private func densePanels(_ weight: ParameterTensor, _ segment: Segment, isFirst: Bool) -> DensePanels<Scalar> {
        func panels(rows: Int, columns: Int) -> Panels<Scalar> {
            let count = Panels<Scalar>.scalarCount(rows: rows, columns: columns)
            return Panels(rows: rows, columns: columns, arena.scalars(Scalar.self, count: count))
        }
        let weights = panels(rows: weight.rows, columns: weight.columns)
        let areUpdated = segment.updatesInPanels(under: clipping)
        let slotCount = areUpdated ? slotCount : 0
        return DensePanels(
            weights: weights, transposed: isFirst ? nil : panels(rows: weight.columns, columns: weight.rows),
            first: slotCount > 0 ? panels(rows: weight.rows, columns: weight.columns) : weights,
            second: slotCount > 1 ? panels(rows: weight.rows, columns: weight.columns) : weights,
            slotCount: slotCount, terms: segment.terms, areUpdated: areUpdated, offset: weight.offset)
    }

    private func view(_ tensor: ParameterTensor, of block: UnsafeMutablePointer<Scalar>) -> MutableMatrixView<Scalar> {
        MutableMatrixView(block + tensor.offset, rows: tensor.rows, columns: tensor.columns)
    }
}
