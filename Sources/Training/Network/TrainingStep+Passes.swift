internal import LariatModels
internal import LinearAlgebra

// The forward pass of each operation and, below it, its backward pass.

extension TrainingStep {
    /// Runs the program forward on this worker's rows.
    func forward(_ batch: Batch, _ worker: Worker) {
        let rows = worker.shard(of: batch.rows.count, multipleOf: Self.rowGrain)
        for index in plan.passes.indices {
            let pass = plan.passes[index]
            let (x, y) = (pass.input.rows(rows).readOnly, pass.output.rows(rows))
            switch pass.operation {
            case .dense(let dense):
                if let panels = dense.panels {
                    forward(x, dense, panels, momentsFor: normalization(at: index + 1), worker, into: y)
                } else {
                    DenseKernel.forward(
                        x, weights: dense.weights.readOnly, bias: dense.bias.map { UnsafePointer($0) },
                        activation: dense.activation, into: y)
                }
            case .normalize(let pass): normalize(x, pass, batch, worker, into: y)
            case .activate(let activation): ActivationKernel.forward(x, activation, into: y)
            case .drop(let probability, let stream): drop(x, probability, stream, batch, rows, into: y)
            }
        }
    }

    /// Runs the program backward: this worker's rows of every input gradient, its blocks of every weight gradient.
    ///
    /// The gradient passes between three buffers; a dense layer reads one and writes the next, everything else
    /// works in place.
    func backward(_ batch: Batch, _ step: OptimizerStep<Scalar>, _ worker: Worker) {
        let rows = worker.shard(of: batch.rows.count, multipleOf: Self.rowGrain)
        var (current, next, last) = plan.gradientBuffers
        for index in plan.passes.indices.reversed() {
            let pass = plan.passes[index]
            let (x, y) = (pass.input.rows(rows).readOnly, pass.output.rows(rows).readOnly)
            let all = Activations(current, columns: pass.outputWidth)
            let gradient = all.rows(rows)
            switch pass.operation {
            case .dense(let dense):
                if dense.activation != .identity {
                    ActivationKernel.backward(gradient.readOnly, saved: y, dense.activation, into: gradient)
                }
                let inputGradient = index == 0 ? nil : Activations(next, columns: pass.input.columns).rows(rows)
                let (whole, wholeInput) = (
                    all.rows(0..<batch.rows.count).readOnly, pass.input.rows(0..<batch.rows.count).readOnly
                )
                if let panels = dense.panels {
                    if let inputGradient {
                        backward(gradient.readOnly, panels, sumsFor: index - 1, rows, worker, into: inputGradient)
                    }
                } else if let inputGradient {
                    DenseKernel.inputGradient(
                        gradient.readOnly, weights: dense.weights.readOnly, into: inputGradient)
                }
                worker.barrier()
                if let panels = dense.panels, panels.areUpdated {
                    update(panels, input: wholeInput, gradient: whole, step, worker)
                } else {
                    let slice = worker.shard(of: dense.weights.rows)
                    DenseKernel.weightGradient(
                        input: wholeInput.columns(slice), gradient: whole, into: dense.gradient.rows(slice))
                }
                if let bias = dense.biasGradient, worker.index == 0 {
                    DenseKernel.biasGradient(gradient: whole, into: bias)
                }
                (current, next, last) = (next, last, current)
            case .normalize(let pass):
                if !pass.sumsAreTaken {
                    BatchNormKernel.gradientSums(
                        of: gradient, input: x, output: y, pass.coefficients(worker), activation: pass.activation,
                        into: pass.sums[worker.index])
                }
                worker.barrier()
                let (coefficients, isFirst) = (pass.coefficients(worker), worker.index == 0)
                coefficients.mergeGradients(
                    pass.sums, epsilon: pass.norm.epsilon, scaleGradient: isFirst ? pass.scaleGradient : nil,
                    shiftGradient: isFirst ? pass.shiftGradient : nil)
                BatchNormKernel.inputGradient(gradient, input: x, coefficients)
            case .activate(let activation):
                let saved = activation.gradientNeedsInput ? x : y
                ActivationKernel.backward(gradient.readOnly, saved: saved, activation, into: gradient)
            case .drop(let probability, let stream):
                drop(gradient.readOnly, probability, stream, batch, rows, into: gradient)
            }
        }
    }

    /// The normalisation at a place of the program, if there is one.
    private func normalization(at index: Int) -> NormalizePass<Scalar>? {
        guard plan.passes.indices.contains(index), case .normalize(let pass) = plan.passes[index].operation else {
            return nil
        }
        return pass
    }

    /// y = f((x − μ)·scale + offset) with the statistics of the whole batch.
    private func normalize(
        _ x: MatrixView<Scalar>, _ pass: NormalizePass<Scalar>, _ batch: Batch, _ worker: Worker,
        into y: MutableMatrixView<Scalar>
    ) {
        if !pass.momentsAreTaken {
            BatchNormKernel.moments(of: x, into: pass.moments[worker.index])
        }
        worker.barrier()
        let coefficients = pass.coefficients(worker)
        coefficients.mergeMoments(
            pass.moments, epsilon: pass.norm.epsilon, scale: pass.scale.map { UnsafePointer($0) },
            shift: pass.shift.map { UnsafePointer($0) })
        if worker.index == 0 && pass.norm.tracksStatistics {
            statistics[pass.statistics].update(coefficients, rows: batch.rows.count, momentum: pass.norm.momentum)
        }
        BatchNormKernel.normalize(x, coefficients, activation: pass.activation, into: y)
    }

    /// y = x·w panel by panel; a normalisation behind takes its moments of each panel while it is hot.
    private func forward(
        _ x: MatrixView<Scalar>, _ dense: DensePass<Scalar>, _ panels: DensePanels<Scalar>,
        momentsFor normalization: NormalizePass<Scalar>?, _ worker: Worker, into y: MutableMatrixView<Scalar>
    ) {
        let bias = dense.bias.map { UnsafePointer($0) }
        for panel in 0..<panels.weights.count {
            panels.weights.multiply(panel: panel, x, bias: bias, into: y)
            guard dense.activation != .identity || normalization != nil else { continue }
            let (first, width) = (panel * panels.weights.panelWidth, panels.weights.width(of: panel))
            let part = y.columns(first..<(first + width))
            if dense.activation != .identity {
                ActivationKernel.forward(part.readOnly, dense.activation, into: part)
            } else if let normalization {
                BatchNormKernel.moments(
                    of: part.readOnly, into: normalization.moments[worker.index].columns(from: first))
            }
        }
    }

    /// dx = dz·wᵀ panel by panel; a normalisation before takes its gradient sums of each panel while it is hot.
    private func backward(
        _ dz: MatrixView<Scalar>, _ panels: DensePanels<Scalar>, sumsFor index: Int, _ rows: Range<Int>,
        _ worker: Worker, into dx: MutableMatrixView<Scalar>
    ) {
        guard let transposed = panels.transposed else { return }
        let normalization = normalization(at: index)
        for panel in 0..<transposed.count {
            transposed.multiply(panel: panel, dz, into: dx)
            guard let normalization else { continue }
            let first = panel * transposed.panelWidth
            let columns = first..<(first + transposed.width(of: panel))
            let pass = plan.passes[index]
            BatchNormKernel.gradientSums(
                of: dx.columns(columns), input: pass.input.rows(rows).columns(columns).readOnly,
                output: pass.output.rows(rows).columns(columns).readOnly,
                normalization.coefficients(worker).columns(from: first), activation: normalization.activation,
                into: normalization.sums[worker.index].columns(from: first))
        }
    }

    /// y = x ⊙ mask / (1 − p), the same mask forward and backward, whatever the number of workers.
    private func drop(
        _ x: MatrixView<Scalar>, _ probability: Double, _ stream: UInt64, _ batch: Batch, _ rows: Range<Int>,
        into y: MutableMatrixView<Scalar>
    ) {
        var generator = CounterGenerator(seed: batch.seed, epoch: batch.epoch, step: batch.step, stream: stream)
        let key = generator.next()
        for row in 0..<x.rows {
            Scalar.dropout(
                count: x.columns, key: key, first: UInt64((rows.lowerBound + row) * x.columns),
                keepProbability: 1 - probability, x.base + row * x.stride, y.base + row * y.stride)
        }
    }
}
