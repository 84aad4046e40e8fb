internal import LinearAlgebra

/// Chooses a strength, and the mix of penalties, by how well rows are predicted that were held out of the fit.
///
/// Every fold is left out once: the other rows are standardised by their own moments and fitted at the strengths of the
/// path of all rows, and the fold's rows are predicted at each. Rows are held out by weights of zero, so the features are
/// never copied.
///
/// - Source: Friedman, Hastie and Tibshirani (2010), Regularization paths for generalized linear models; the rule of one
///   standard error: Breiman, Friedman, Olshen and Stone (1984).
public struct CrossValidation: Sendable, Hashable {
    /// Which rows are held out together.
    public enum Split: Sendable, Hashable {
        /// By chance; the rows of every class are spread evenly.
        case random(folds: Int, seed: UInt64)
        /// The fold of each row, by any numbers.
        case given([Int])
    }

    /// Which rows are held out together.
    public var split: Split
    /// What is measured on them.
    public var measure: ValidationMeasure

    /// `folds` folds by chance, the same for the same seed.
    public init(folds: Int = 10, seed: UInt64, measure: ValidationMeasure = .deviance) {
        (split, self.measure) = (.random(folds: folds, seed: seed), measure)
    }

    /// The user's own folds: the number of each row's.
    public init(foldIDs: [Int], measure: ValidationMeasure = .deviance) {
        (split, self.measure) = (.given(foldIDs), measure)
    }

    /// Measures every strength of every mix, over the same folds.
    ///
    /// - Parameters:
    ///   - paths: for each mix its l1Ratio and the strengths of the path of all rows, descending.
    ///   - solver: is given one worker of its own for each fold.
    /// - Throws: ``TrainingError`` for folds that do not suit the rows, a measure that does not suit the family, or a fold
    ///   without which the targets are all the same.
    package func choose(
        _ specification: LinearSpecification, paths: [(l1Ratio: Double, strengths: [Double])], control: PathControl,
        solver: PathSolver
    ) throws -> CrossValidationChoice {
        try choose(specification, paths: paths, control: control) { problems, strengths, control in
            var alone = control
            alone.workers = 1
            return try concurrentMap(problems.count, workers: control.workers) {
                solver(problems[$0], strengths, alone)
            }
        }
    }

    /// The same with a solver of all folds of a mix at once, which may share work between them.
    package func choose(
        _ specification: LinearSpecification, paths: [(l1Ratio: Double, strengths: [Double])], control: PathControl,
        solvingAll: ([LinearProblem], [Double], PathControl) throws -> [[StandardizedSolution]]
    ) throws -> CrossValidationChoice {
        if !measure.suits(specification.family) {
            throw TrainingError.settings(
                "\(measure.rawValue) is not measured for a \(specification.family.rawValue) family")
        }
        let folds = try assign(specification)
        let training = (0..<folds.count).map { folds.trainingWeights(without: $0, of: specification.weights) }
        for (fold, weights) in training.enumerated() { try specification.checkTargets(fold: fold, weights) }
        let curves = try paths.map { path in
            let problems = try concurrentMap(folds.count, workers: control.workers) {
                specification.problem(weights: training[$0], l1Ratio: path.l1Ratio)
            }
            let solutions = try solvingAll(problems, path.strengths, control)
            precondition(
                solutions.allSatisfy { $0.count == path.strengths.count },
                "a solver gives one solution for each of \(path.strengths.count) strengths")
            let values = try concurrentMap(folds.count, workers: control.workers) {
                measured(specification, problems[$0], solutions[$0], rows: folds.rows(in: $0))
            }
            let weights = (0..<folds.count).map { fold in
                folds.rows(in: fold).reduce(0) { $0 + specification.weights[$1] }
            }
            return try CrossValidationCurve(
                l1Ratio: path.l1Ratio, strengths: path.strengths, measure: measure, foldWeights: weights,
                foldValues: values)
        }
        return CrossValidationChoice(curves)
    }

    /// The fold of each row.
    package func assign(_ specification: LinearSpecification) throws(TrainingError) -> Folds {
        switch split {
        case .random(let folds, let seed):
            try Folds(
                count: folds, seed: seed, weights: specification.weights, classes: specification.classes)
        case .given(let ids): try Folds(ids: ids, weights: specification.weights)
        }
    }

    /// The measure of the rows held out, at each solution.
    private func measured(
        _ specification: LinearSpecification, _ problem: LinearProblem, _ solutions: [StandardizedSolution],
        rows: [Int]
    ) -> [Double] {
        let (targets, weights) = (
            rows.map { specification.targets[$0] }, rows.map { specification.weights[$0] }
        )
        return linearPredictors(problem, solutions, rows: rows).withView { predictors in
            solutions.indices.map { solution in
                let line = predictors.rows((solution * problem.outputs)..<((solution + 1) * problem.outputs))
                return measure.value(
                    problem.family,
                    predictors: UnsafeBufferPointer(start: line.base, count: line.rows * line.columns),
                    targets: targets, weights: weights)
            }
        }
    }
}

/// What cross-validation chose, and all that it measured.
public struct CrossValidationChoice: Sendable, Hashable {
    /// A strength of a mix of penalties.
    public struct Point: Sendable, Hashable {
        /// ρ
        public let l1Ratio: Double
        /// λ
        public let strength: Double
        /// The place of the strength in its path.
        public let index: Int
        /// The mean over folds, and its standard error.
        public let mean, standardError: Double
    }

    /// One curve for each mix, in the order asked.
    public let curves: [CrossValidationCurve]
    /// The place of the curve with the best mean; of equals the first.
    public let best: Int

    init(_ curves: [CrossValidationCurve]) {
        self.curves = curves
        let losses = curves.map { ($0.measure.isMaximized ? -1 : 1) * $0.means[$0.minimumIndex] }
        best = losses.indices.min { losses[$0] < losses[$1] } ?? 0
    }

    /// The best mean; of equal ones the largest strength.
    public var minimum: Point { point(curves[best].minimumIndex) }
    /// The largest strength of the same mix that is within one standard error of the best.
    public var oneStandardError: Point { point(curves[best].oneStandardErrorIndex) }

    private func point(_ index: Int) -> Point {
        let curve = curves[best]
        return Point(
            l1Ratio: curve.l1Ratio, strength: curve.strengths[index], index: index, mean: curve.means[index],
            standardError: curve.standardErrors[index])
    }
}

extension LinearSpecification {
    /// Whether the targets of the rows with a weight still tell something.
    fileprivate func checkTargets(fold: Int, _ weights: [Double]) throws(TrainingError) {
        var seen = Set<Double>()
        for row in weights.indices where weights[row] > 0 { seen.insert(targets[row]) }
        let needed = family == .multinomial ? outputs : 2
        if seen.count >= needed { return }
        throw .data(
            family == .gaussian || family == .poisson
                ? "without fold \(fold + 1) the target is constant\nAsk for more folds, or give other ones."
                : "without fold \(fold + 1) a class has no rows\nAsk for more folds, or leave out classes with few rows."
        )
    }
}
