internal import LinearAlgebra

extension GramNewton {
    /// Steps that each lower the objective, so that no active set comes twice and there is an end: nil only where rounding
    /// stops them or the limit is reached.
    ///
    /// From the weights at which the strength began: go towards the solution for the active set and its signs until the
    /// first coefficient is zero, drop that one, and go on; on arrival add the one feature whose gradient exceeds its
    /// threshold most.
    func solveSafely(_ level: GramLevel, _ stop: GramStop, _ iterations: inout Int) -> GramSolution? {
        factor.rebuild(members: entry.positions, slopes: entry.slopes, ridge: level.ridge)
        placeWeights(entry.positions, entry.weights)
        var target = WorkVector<Double>(capacity: gram.count)
        // Entered last, and has not moved since.
        var newest = -1
        // Came and went without a step: their gradients are at the threshold but for rounding.
        var barred: Set<Int> = []
        let limit = min(stop.iterations, iterations + limits.safe * (gram.count + 10))
        while iterations < limit {
            iterations += 1
            target.reserve(factor.order, keeping: 0)
            factor.solve(threshold: level.threshold, into: target.base)
            if let dropped = stepToCrossing(target.base) {
                if dropped == newest { barred.insert(dropped) }
                newest = -1
                continue
            }
            weights.base.update(from: target.base, count: factor.order)
            newest = -1
            computeGradient(level)
            if refine(level), hasReversed() { continue }
            if gap(level) <= stop.gap { return solution(iterations) }
            guard let entering = worst(level, margin: stop.margin, except: barred) else { return solution(iterations) }
            guard enter(entering) else { return nil }
            newest = entering
        }
        return nil
    }

    /// Moves the weights towards `target` until the first of them is zero, and drops that feature, whose position it
    /// returns; nil when there is none on the way.
    private func stepToCrossing(_ target: UnsafePointer<Double>) -> Int? {
        var (first, length) = (-1, 1.0)
        for i in 0..<factor.order where target[i] * factor.slopes[i] <= 0 {
            let share = weights[i] == 0 ? 0 : weights[i] / (weights[i] - target[i])
            if first < 0 || share < length { (first, length) = (i, share) }
        }
        if first < 0 { return nil }
        for i in 0..<factor.order { weights[i] += length * (target[i] - weights[i]) }
        return drop(at: first)
    }

    private func drop(at index: Int) -> Int {
        let position = factor.members[index]
        factor.delete(at: index)
        for i in index..<factor.order { weights[i] = weights[i + 1] }
        return position
    }

    private func hasReversed() -> Bool { (0..<factor.order).contains { weights[$0] * factor.slopes[$0] < 0 } }

    /// The feature outside the active set whose gradient exceeds the threshold most.
    private func worst(_ level: GramLevel, margin: Double, except barred: Set<Int>) -> Int? {
        var (largest, worst) = (level.threshold * (1 + margin), nil as Int?)
        for j in 0..<gram.count where factor.isActive[j] == 0 && gram.excess(gradient[j], at: j) > largest {
            if barred.contains(j) { continue }
            (largest, worst) = (gram.excess(gradient[j], at: j), j)
        }
        return worst
    }

    /// Adds a feature at zero; or, where its column is a combination X_A·q of active ones, moves along the null direction
    /// w_j + τs, w_A − τs·q, in which the fit stays and the penalty falls, until an active coefficient is zero, and puts
    /// the feature in its place. False where rounding allows neither.
    private func enter(_ position: Int) -> Bool {
        let sign = gradient[position] > 0 ? 1.0 : -1.0
        let slope = sign * gram.factors[position]
        if factor.insert([position], slopes: [slope]) == 1 {
            reserve()
            weights[factor.order - 1] = 0
            return true
        }
        let combination = WorkVector<Double>(capacity: factor.order)
        let column = gram.matrix + position * gram.stride
        for i in 0..<factor.order { combination[i] = column[factor.members[i]] }
        factor.solveBoth(combination.base)
        var (first, length) = (-1, Double.infinity)
        for i in 0..<factor.order where sign * combination[i] * factor.slopes[i] > 0 {
            let reach = weights[i] / (sign * combination[i])
            if reach < length { (first, length) = (i, reach) }
        }
        if first < 0 { return false }
        for i in 0..<factor.order { weights[i] -= length * sign * combination[i] }
        _ = drop(at: first)
        guard factor.insert([position], slopes: [slope]) == 1 else { return false }
        reserve()
        weights[factor.order - 1] = length * sign
        return true
    }
}
