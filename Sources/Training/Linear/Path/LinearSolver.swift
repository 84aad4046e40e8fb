/// Chooses the solver: by what a problem is, never by a timing.
enum LinearSolver {
    /// The solutions at the strengths, which decrease.
    ///
    /// - Parameter gram: that of the problem's standardised features, where it is known already.
    static func solve(
        _ problem: LinearProblem, strengths: [Double], control: PathControl, gram: FeatureGram? = nil
    ) -> [StandardizedSolution] {
        if isLasso(problem) {
            if let found = try? GaussianPath.solve(problem, strengths: strengths, gram: gram, control: control) {
                return found
            }
            // The system refuses threads: the caller's own does all, with the same result.
            var alone = control
            alone.workers = 1
            if let found = try? GaussianPath.solve(problem, strengths: strengths, gram: gram, control: alone) {
                return found
            }
        } else if isRidge(problem), let ridge = try? RidgePath.solve(problem, strengths: strengths, control: control) {
            return ridge
        }
        return GeneralPath.solve(problem, strengths: strengths, control: control)
    }

    /// The solutions of a ridge path with the error of each row predicted by the others; nil for other problems.
    static func solveLeavingOneOut(
        _ problem: LinearProblem, strengths: [Double], control: PathControl
    ) -> RidgePath.Result? {
        if !isRidge(problem) { return nil }
        return try? RidgePath(problem).solve(strengths: strengths, control: control, leavingOneOut: true)
    }

    /// Gaussian with an L1 norm: Newton steps on the active set.
    static func isLasso(_ problem: LinearProblem) -> Bool {
        problem.family == .gaussian && problem.groups == nil && problem.l1Ratio > 0
    }

    /// Gaussian without: a closed form.
    private static func isRidge(_ problem: LinearProblem) -> Bool {
        problem.family == .gaussian && problem.groups == nil && problem.l1Ratio == 0 && problem.bounds == nil
    }
}
