/// Chooses the solver: by what a problem is, never by a timing.
enum LinearSolver {
    /// What a solver makes of a problem.
    struct Solved {
        var solutions: [StandardizedSolution]
        /// The smallest strength at which all penalised coefficients are zero.
        let largestStrength: Double
        /// Σω·ℓ of the null model and of the saturated one.
        let nullLoss, saturatedLoss: Double
        /// Ridge paths: the mean squared error of each row predicted by the others.
        var leaveOneOutErrors: [Double]?
    }

    /// The solutions at strengths, largest first, that are chosen by the largest that matters.
    ///
    /// - Parameter gram: that of the problem's standardised features, where it is known already.
    static func solve(
        _ problem: LinearProblem, control: PathControl, gram: FeatureGram? = nil, strengths: (Double) -> [Double]
    ) -> Solved {
        if isLasso(problem), let lasso = lasso(problem, control, gram, strengths) {
            return Solved(
                solutions: lasso.solutions, largestStrength: lasso.largestStrength, nullLoss: lasso.nullObjective,
                saturatedLoss: 0)
        }
        let certifier = Certifier(problem)
        let chosen = strengths(certifier.largestStrength)
        var solved = Solved(
            solutions: [], largestStrength: certifier.largestStrength, nullLoss: certifier.null.state.loss,
            saturatedLoss: certifier.null.saturated)
        if isRidge(problem),
            let ridge = try? RidgePath(problem).solve(strengths: chosen, control: control, leavingOneOut: true)
        {
            (solved.solutions, solved.leaveOneOutErrors) = (ridge.solutions, ridge.leaveOneOutErrors)
        } else {
            solved.solutions = GeneralPath.solve(certifier, strengths: chosen, control: control)
        }
        return solved
    }

    /// Nil only where the system refuses even what one thread needs.
    private static func lasso(
        _ problem: LinearProblem, _ control: PathControl, _ gram: FeatureGram?, _ strengths: (Double) -> [Double]
    ) -> GaussianPath.Result? {
        if let found = try? GaussianPath.solve(problem, gram: gram, control: control, strengths: strengths) {
            return found
        }
        // The system refuses threads: the caller's own does all, with the same result.
        var alone = control
        alone.workers = 1
        return try? GaussianPath.solve(problem, gram: gram, control: alone, strengths: strengths)
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
