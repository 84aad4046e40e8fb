/// The solver on a working set that fits the problem: Newton steps, or coordinate descent where there are bounds other
/// than one-sided ones at zero.
final class GramSolver {
    private let gram: WorkingGram
    private let newton: GramNewton?
    private let descent: GramDescent
    private let problem: GaussianProblem
    private let tolerance: Double
    private let iterationLimit: Int
    private var last = GramSolution()

    init(
        _ problem: GaussianProblem, _ gram: WorkingGram, _ control: PathControl, _ settings: GaussianPathSettings,
        crew: ChunkCrew
    ) {
        (self.problem, self.gram) = (problem, gram)
        (tolerance, iterationLimit) = (control.tolerance, max(1, control.iterationLimit))
        descent = GramDescent(gram, crew: crew)
        newton =
            problem.box != nil
            ? nil
            : GramNewton(
                gram, rankLimit: max(0, problem.rows - problem.free.rank), responseSquare: 2 * problem.nullObjective,
                limits: settings.limits, crew: crew)
    }

    /// Solves a strength from the last solution, with c or what is given in its place.
    func solve(_ level: GramLevel, products: UnsafeMutablePointer<Double>? = nil, tolerance looser: Double? = nil)
        -> GramSolution
    {
        let tolerance = looser ?? self.tolerance
        // A margin of ε costs at most 2ε of the relative gap.
        let stop = GramStop(
            gap: tolerance / 2 * problem.nullObjective, margin: min(1e-9, max(1e-15, tolerance / 100)),
            iterations: iterationLimit)
        last =
            newton?.solve(level, products: products, stop: stop)
            ?? descent.solve(
                level, from: last, products: products, responseSquare: 2 * problem.nullObjective, stop: stop)
        return last
    }

    /// Goes on from another solution.
    func restart(from solution: GramSolution, _ level: GramLevel) {
        last = solution
        newton?.restart(from: solution, ridge: level.ridge)
    }

    /// Solves once more with c corrected by what x_jᵀr, from the columns, differs from the Gram matrix's: one step of
    /// iterative refinement.
    func refine(_ solution: GramSolution, _ level: GramLevel, gradient: UnsafePointer<Double>) -> GramSolution {
        let corrected = WorkVector<Double>(capacity: gram.count)
        corrected.base.update(from: gradient, count: gram.count)
        for (position, value) in zip(solution.positions, solution.values) {
            let column = gram.matrix + position * gram.stride
            for j in 0..<gram.count { corrected[j] += value * column[j] }
        }
        restart(from: solution, level)
        var found = solve(level, products: corrected.base)
        found.iterations += solution.iterations
        return found
    }
}

/// What tests choose and users do not.
package struct GaussianPathSettings: Sendable {
    package enum Mode: Sendable { case automatic, gram, workingSet }
    package var mode = Mode.automatic
    /// How many strengths are solved before they are verified together.
    package var lookAhead = 4
    var limits = GramNewtonLimits()
    /// The steps that Newton's method may take before the safe mode, and that one's before coordinate descent.
    package var freeSteps: Int {
        get { limits.free }
        set { limits.free = newValue }
    }
    package var safeSteps: Int {
        get { limits.safe }
        set { limits.safe = newValue }
    }

    package init() {}
}
