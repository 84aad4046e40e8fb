internal import LariatModels
internal import LariatOptimizers
internal import LinearAlgebra
internal import RegularizedLoss

extension TrainingStep {
    /// Updates what the panels have not: this worker's part of the parameter block, and the panels that follow it.
    func update(_ step: OptimizerStep<Scalar>, _ worker: Worker) {
        updateBlocks(step, worker)
        if plan.following.isEmpty { return }
        worker.barrier()
        for panels in plan.following { panels.follow(plan.blocks, worker) }
    }

    /// Clips, steps and shrinks this worker's part of the parameter block in one pass over it, then keeps the
    /// constraints on columns.
    private func updateBlocks(_ step: OptimizerStep<Scalar>, _ worker: Worker) {
        guard plan.sharesUpdate else {
            if worker.index == 0 { for segment in plan.segments { update(segment, step, segment.shard(0, of: 1)) } }
            return
        }
        var step = step
        worker.barrier()
        if case .byGlobalNorm = clipping {
            plan.squares[worker.index * StepPlan<Scalar>.spacing] = sumOfSquares(worker)
            worker.barrier()
            let total = (0..<worker.count).reduce(0) { $0 + plan.squares[$1 * StepPlan<Scalar>.spacing] }
            step.gradientScale = Scalar(clipping.scale(norm: total.squareRoot()))
        }
        var constrains = false
        for segment in plan.segments {
            update(segment, step, segment.shard(worker.index, of: worker.count))
            constrains = constrains || segment.keepsUnitNorm || segment.terms.maxNorm != nil
        }
        guard constrains else { return }
        worker.barrier()
        for segment in plan.segments where segment.keepsUnitNorm || segment.terms.maxNorm != nil {
            constrainColumns(of: segment, worker.shard(of: segment.tensor.columns, multipleOf: 16))
        }
    }

    /// This worker's blocks of a weight in panels: gradient and step in one, so that the gradient never travels through
    /// memory.
    func update(
        _ panels: DensePanels<Scalar>, input x: MatrixView<Scalar>, gradient dz: MatrixView<Scalar>,
        _ step: OptimizerStep<Scalar>, _ worker: Worker
    ) {
        var step = step
        (step.l2, step.l1, step.ridge) = (Scalar(panels.terms.l2), Scalar(panels.terms.l1), Scalar(panels.terms.ridge))
        let weights = panels.weights
        let (width, height) = (weights.panelWidth, weights.blockHeight)
        let down = (weights.rows + height - 1) / height
        for block in worker.shard(of: down * weights.count) {
            let (panel, row) = (block / down, block % down * height)
            Scalar.panelUpdate(
                optimizer.rule, step, width: width, height: height,
                rows: min(height, weights.rows - row), columns: weights.width(of: panel),
                depth: x.rows, x: x.base + row, ldx: x.stride, dz: dz.base + panel * width, lddz: dz.stride,
                w: weights[panel] + row * width, first: panels.first[panel] + row * width,
                second: panels.second[panel] + row * width,
                transposed: panels.transposed.map { $0[row / height] + panel * width * height })
        }
    }

    /// The fused step on some elements of a segment; a group penalty follows under the same metric.
    private func update(_ segment: Segment, _ step: OptimizerStep<Scalar>, _ elements: Range<Int>) {
        if elements.isEmpty { return }
        var step = step
        let terms = segment.terms
        let start = segment.tensor.offset + elements.lowerBound
        step.l2 = Scalar(terms.l2)
        step.l1 = segment.groups.isEmpty ? Scalar(terms.l1) : 0
        step.ridge = segment.groups.isEmpty ? Scalar(terms.ridge) : 0
        if !segment.decays { step.decay = 0 }
        if segment.dropsForGood { holdDropped(segment, elements) }
        optimizer.update(
            step, weights: weights + start, gradients: gradients + start, slots: slots.advanced(by: start),
            count: elements.count)
        guard !segment.groups.isEmpty, let metric = plan.metric else { return }
        optimizer.metric(step, slots: slots.advanced(by: start), count: elements.count, into: metric + start)
        // L1 first, then the group: exact for any diagonal metric (NUMERICS: sparse group lasso).
        let columns = segment.tensor.columns
        if terms.l1 > 0 {
            Scalar.softThreshold(
                elements.count, l1: step.rate * Scalar(terms.l1), ridge: 0, metric: metric + start, weights + start)
        }
        for group in segment.groups {
            let first = group.lowerBound * columns
            guard elements.contains(first) else { continue }
            let offset = segment.tensor.offset + first
            GroupLasso.prox(
                count: group.count * columns, strength: Scalar(terms.group), ridge: Scalar(terms.ridge),
                rate: step.rate, metric: metric + offset, weights + offset)
        }
    }

    /// Clears the gradient and the velocity of groups that are zero, so that the step leaves them there.
    private func holdDropped(_ segment: Segment, _ elements: Range<Int>) {
        let columns = segment.tensor.columns
        for group in segment.groups where elements.contains(group.lowerBound * columns) {
            let (offset, count) = (segment.tensor.offset + group.lowerBound * columns, group.count * columns)
            guard Scalar.sumOfSquares(count, weights + offset) == 0 else { continue }
            (gradients + offset).update(repeating: 0, count: count)
            slots.advanced(by: offset).first.update(repeating: 0, count: count)
        }
    }

    /// Σg² over this worker's part, in the order of the segments.
    private func sumOfSquares(_ worker: Worker) -> Double {
        plan.segments.reduce(0) { sum, segment in
            let elements = segment.shard(worker.index, of: worker.count)
            return sum + Scalar.sumOfSquares(elements.count, gradients + segment.tensor.offset + elements.lowerBound)
        }
    }

    /// Rescales the columns (each a unit's incoming weights) to norm 1, or to at most the max-norm; a column of
    /// zeros stays.
    private func constrainColumns(of segment: Segment, _ columns: Range<Int>) {
        let tensor = segment.tensor
        let w = MutableMatrixView(weights + tensor.offset, rows: tensor.rows, columns: tensor.columns).columns(columns)
        if segment.keepsUnitNorm {
            MaxNorm(min(1, segment.terms.maxNorm ?? 1)).normalize(w)
        } else if let bound = segment.terms.maxNorm {
            MaxNorm(bound).prox(w)
        }
    }
}
