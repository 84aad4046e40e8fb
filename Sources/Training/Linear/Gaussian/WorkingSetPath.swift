internal import LinearAlgebra

/// A path on a working set that grows: a few strengths are solved ahead on it, verified together on the features outside,
/// and where one of those violates its condition, it joins and they are solved again.
final class WorkingSetPath {
    private let problem: GaussianProblem
    private let control: PathControl
    private let gram: WorkingGram
    private let columns: WorkingColumns
    private let outside: OutsideFeatures
    private let solver: GramSolver
    private let crew: ChunkCrew
    private let batch: ResidualBatch
    private let lookAhead: Int
    private var gradients = WorkVector<Double>()
    private var levels: [GramLevel] = []
    private var tolerances: [Double] = []
    private var solutions: [GramSolution] = []
    private var records: [PathRecord] = []

    private static let longestBatch = 16
    private static let coarse = 1e-3

    init(_ problem: GaussianProblem, _ control: PathControl, _ settings: GaussianPathSettings, crew: ChunkCrew) {
        (self.problem, self.control, self.crew) = (problem, control, crew)
        gram = WorkingGram(problem)
        columns = WorkingColumns(problem, crew: crew)
        outside = OutsideFeatures(problem, crew: crew)
        solver = GramSolver(problem, gram, control, settings, crew: crew)
        lookAhead = settings.lookAhead
        batch = ResidualBatch(rows: problem.rows, capacity: max(lookAhead, Self.longestBatch))
    }

    func solve(_ path: PathLevels) -> [StandardizedSolution] {
        levels = path.levels
        tolerances = path.isWanted.map { $0 ? control.tolerance : max(Self.coarse, control.tolerance) }
        grow(by: problem.boundedFree)
        var found: [StandardizedSolution] = []
        var (last, start) = (problem.largestExcess, 0)
        while start < levels.count {
            let range = start..<end(from: start)
            solveBatch(range, after: last)
            for l in range where path.isWanted[l] {
                found.append(
                    records[l].solution(
                        problem, levels[l], solutions[l], features: columns.features, tolerance: control.tolerance))
            }
            (last, start) = (levels[range.upperBound - 1].threshold, range.upperBound)
        }
        return found
    }

    /// As many strengths as are near enough to each other to need about the same features.
    private func end(from start: Int) -> Int {
        var end = min(start + lookAhead, levels.count)
        if lookAhead == 1 { return end }
        while end < min(start + Self.longestBatch, levels.count),
            levels[end].strength > 0.85 * levels[start].strength
        { end += 1 }
        return end
    }

    private func solveBatch(_ range: Range<Int>, after last: Double) {
        grow(by: choose(upTo: levels[range.upperBound - 1].threshold, after: last))
        for l in range {
            solutions.append(solver.solve(levels[l], tolerance: tolerances[l]))
            records.append(PathRecord())
        }
        verify(range)
        var isSettled = true  // the solver is at the last strength
        for l in range where !isCertified(l) {
            isSettled = repair(l, in: range)
        }
        if !isSettled { solver.restart(from: solutions[range.upperBound - 1], levels[range.upperBound - 1]) }
    }

    private func isCertified(_ l: Int) -> Bool { records[l].gap <= tolerances[l] * problem.nullObjective }

    // MARK: The working set

    /// Features that are near their threshold now, or are on the way to that of the last strength of the batch.
    private func choose(upTo end: Double, after last: Double) -> [Int] {
        if solutions.allSatisfy(\.positions.isEmpty) {
            let limit = end - 0.6 * max(0, last - end)
            return outside.select { product, _, rising, falling in max(product * rising, -product * falling) >= limit }
        }
        return outside.select { product, slope, rising, falling in
            if max(product * rising, -product * falling) >= 0.985 * last { return true }
            let ahead = product + slope * (end - last)
            return max(ahead * rising, -ahead * falling) >= 0.95 * end
        }
    }

    private func grow(by features: [Int]) {
        if features.isEmpty { return }
        columns.append(features, to: gram)
        outside.remove(features)
    }

    // MARK: Verification and repair

    /// Computes the records of solutions from X.
    private func verify(_ range: Range<Int>) {
        gradients.reserve(gram.count * range.count, keeping: 0)
        columns.residuals(solutions[range], into: batch, gradients: gradients.base)
        let largest = outside.verify(batch, levels[range])
        for (k, l) in range.enumerated() {
            records[l] = PathRecord(
                levels[l], solutions[l], gram: gram, gradient: gradients.base + k * gram.count,
                residualSquare: batch.squares[k], largest: largest[k], shares: batch.shares[k])
        }
    }

    /// Brings a strength to its tolerance, and with it those behind it; true if the solver is at the last of them.
    private func repair(_ l: Int, in range: Range<Int>) -> Bool {
        var isSettled = true
        while !isCertified(l) && !solutions[l].reachedLimit {
            if records[l].largestOutside > levels[l].threshold {
                let rest = l..<range.upperBound
                verify(rest)  // for the products of this strength's candidates
                let joining = outside.violators(
                    levels[rest], shares: [0.999] + Array(repeating: 0.98, count: rest.count - 1))
                if !joining.isEmpty {
                    solveAgain(rest, with: joining)
                    isSettled = true
                    continue
                }
            }
            isSettled = false
            if !refine(l) { break }
        }
        return isSettled
    }

    private func solveAgain(_ range: Range<Int>, with joining: [Int]) {
        grow(by: joining)
        solver.restart(from: solutions[range.lowerBound], levels[range.lowerBound])
        for l in range {
            let before = solutions[l].iterations
            solutions[l] = solver.solve(levels[l], tolerance: tolerances[l])
            solutions[l].iterations += before
        }
        verify(range)
    }

    /// A step of iterative refinement; false, and nothing changed, where it does not halve the gap.
    private func refine(_ l: Int) -> Bool {
        verify(l..<l + 1)
        let (record, solution) = (records[l], solutions[l])
        solutions[l] = solver.refine(solution, levels[l], gradient: gradients.base)
        verify(l..<l + 1)
        if records[l].gap <= record.gap / 2 { return true }
        if records[l].gap >= record.gap { (records[l], solutions[l]) = (record, solution) }
        return false
    }
}
