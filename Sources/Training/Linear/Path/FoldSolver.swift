internal import LinearAlgebra

/// Solves the paths of all training sets of a cross-validation. Where features are few, their Gram matrices are those of
/// all rows less the fold's: one pass over the design serves all folds, all mixes and the path of all rows.
struct FoldSolver {
    /// Σω·xxᵀ of each fold and of all rows.
    private let sums: [RowSums]?
    private let total: RowSums?

    init(_ specification: LinearSpecification, folds: Folds, control: PathControl) {
        let sums = Self.sums(specification, folds, control)
        self.sums = sums
        total = sums.map { sums in sums.dropFirst().reduce(sums[0], +) }
    }

    private static func sums(
        _ specification: LinearSpecification, _ folds: Folds, _ control: PathControl
    ) -> [RowSums]? {
        let (rows, columns) = (specification.rows, specification.design.columns)
        guard specification.family == .gaussian, specification.groups == nil,
            GaussianPath.prefersGram(rows: rows - rows / folds.count, columns: columns)
        else { return nil }
        return try? RowSums.ofFolds(
            specification.design, weights: specification.weights, folds: folds.folds, count: folds.count,
            workers: control.workers)
    }

    /// The Gram matrix of all rows.
    func gram(of problem: LinearProblem) -> FeatureGram? {
        LinearSolver.isLasso(problem) ? total?.standardized(for: problem.design) : nil
    }

    /// The paths of the problems without each fold, one worker each.
    func solve(
        _ problems: [LinearProblem], _ strengths: [Double], _ control: PathControl
    ) throws(ThreadError) -> [[StandardizedSolution]] {
        var alone = control
        (alone.workers, alone.acceptsGram) = (1, true)
        return try concurrentMap(problems.count, workers: control.workers) { fold in
            let problem = problems[fold]
            var gram: FeatureGram?
            if let sums, let total, LinearSolver.isLasso(problem) {
                gram = (total - sums[fold]).standardized(for: problem.design)
            }
            return LinearSolver.solve(problem, control: alone, gram: gram) { _ in strengths }.solutions
        }
    }
}
