internal import LariatModels
internal import LinearAlgebra

// The forward pass of each operation and, below it, its backward pass.

extension TrainingStep {
    /// Runs the program forward on this worker's rows.
    func forward(_ batch: Batch, _ worker: Worker) {
        let rows = worker.shard(of: batch.rows.count)
        var input = MatrixView(plan.input, rows: batch.rows.count, columns: plan.inputs)
        for pass in plan.passes {
            let output = MutableMatrixView(pass.output, rows: batch.rows.count, columns: pass.step.outputWidth)
            let (x, y) = (input.rows(rows), output.rows(rows))
            switch pass.step.operation {
            case .dense(let weight, let bias, let activation):
                DenseKernel.forward(
                    x, weights: view(weight), bias: bias.map { UnsafePointer(weights + $0.offset) },
                    activation: activation, into: y)
            case .normalize(_, let norm, let scale, let shift, let index, let activation):
                let (shards, coefficients) = (pass.shards!, pass.coefficients[worker.index])
                BatchNormKernel.moments(of: x, into: shards[worker.index], scratch: pass.scratch[worker.index])
                worker.barrier()
                coefficients.mergeMoments(
                    shards, epsilon: norm.epsilon, scale: scale.map { UnsafePointer(weights + $0.offset) },
                    shift: shift.map { UnsafePointer(weights + $0.offset) })
                if worker.index == 0 && norm.tracksStatistics {
                    statistics[index].update(coefficients, rows: batch.rows.count, momentum: norm.momentum)
                }
                BatchNormKernel.normalize(x, coefficients, activation: activation, into: y)
            case .activate(let activation): ActivationKernel.forward(x, activation, into: y)
            case .drop(let probability, let stream): drop(x, probability, stream, batch, rows, into: y)
            }
            input = output.readOnly
        }
    }

    /// Runs the program backward: this worker's rows of every input gradient, its rows of every weight gradient.
    ///
    /// The gradient passes between two buffers; a dense layer reads one and writes the other, everything else
    /// works in place.
    func backward(_ batch: Batch, _ worker: Worker) {
        let rows = worker.shard(of: batch.rows.count)
        var (current, other) = (plan.gradientBuffers.0, plan.gradientBuffers.1)
        for index in plan.passes.indices.reversed() {
            let pass = plan.passes[index]
            let input = MatrixView(
                index == 0 ? plan.input : plan.passes[index - 1].output, rows: batch.rows.count,
                columns: pass.step.inputWidth)
            let output = MatrixView(pass.output, rows: batch.rows.count, columns: pass.step.outputWidth).rows(rows)
            let whole = MutableMatrixView(current, rows: batch.rows.count, columns: pass.step.outputWidth)
            let gradient = whole.rows(rows)
            switch pass.step.operation {
            case .dense(let weight, let bias, let activation):
                if activation != .identity {
                    ActivationKernel.backward(gradient.readOnly, saved: output, activation, into: gradient)
                }
                worker.barrier()
                denseGradients(input, whole.readOnly, weight, bias, worker)
                if index == 0 { return }
                let next = MutableMatrixView(other, rows: batch.rows.count, columns: pass.step.inputWidth).rows(rows)
                DenseKernel.inputGradient(gradient.readOnly, weights: view(weight), into: next)
                swap(&current, &other)
            case .normalize(_, _, let scale, let shift, _, let activation):
                let (shards, coefficients) = (pass.shards!, pass.coefficients[worker.index])
                BatchNormKernel.gradientSums(
                    of: gradient, input: input.rows(rows), output: output, coefficients, activation: activation,
                    into: shards[worker.index], scratch: pass.scratch[worker.index])
                worker.barrier()
                let isFirst = worker.index == 0
                coefficients.mergeGradients(
                    shards, scaleGradient: isFirst ? scale.map { gradients + $0.offset } : nil,
                    shiftGradient: isFirst ? shift.map { gradients + $0.offset } : nil)
                BatchNormKernel.inputGradient(gradient, input: input.rows(rows), coefficients)
            case .activate(let activation):
                let saved = activation.gradientNeedsInput ? input.rows(rows) : output
                ActivationKernel.backward(gradient.readOnly, saved: saved, activation, into: gradient)
            case .drop(let probability, let stream):
                drop(gradient.readOnly, probability, stream, batch, rows, into: gradient)
            }
        }
    }

    /// dw = xᵀ·dz for this worker's rows of the weight, over all rows of the batch; db by worker 0.
    private func denseGradients(
        _ x: MatrixView<Scalar>, _ dz: MatrixView<Scalar>, _ weight: ParameterTensor, _ bias: ParameterTensor?,
        _ worker: Worker
    ) {
        let slice = worker.shard(of: weight.rows)
        let dw = MutableMatrixView(gradients + weight.offset, rows: weight.rows, columns: weight.columns)
        DenseKernel.weightGradient(input: x.columns(slice), gradient: dz, into: dw.rows(slice))
        if let bias, worker.index == 0 { DenseKernel.biasGradient(gradient: dz, into: gradients + bias.offset) }
    }

    /// y = x ⊙ mask / (1 − p), the same mask forward and backward, whatever the number of workers.
    private func drop(
        _ x: MatrixView<Scalar>, _ probability: Double, _ stream: UInt64, _ batch: Batch, _ rows: Range<Int>,
        into y: MutableMatrixView<Scalar>
    ) {
        var generator = CounterGenerator(seed: batch.seed, epoch: batch.epoch, step: batch.step, stream: stream)
        Scalar.dropout(
            count: x.rows * x.columns, key: generator.next(), first: UInt64(rows.lowerBound * x.columns),
            keepProbability: 1 - probability, x.base, y.base)
    }

    private func view(_ tensor: ParameterTensor) -> MatrixView<Scalar> {
        MatrixView(weights + tensor.offset, rows: tensor.rows, columns: tensor.columns)
    }
}
