public import LariatDatasets
public import LariatModels
public import LinearAlgebra

/// A path and what cross-validation says of it.
public struct ChosenPath: Sendable {
    /// A point of a path that was chosen.
    public struct Choice: Sendable {
        /// Its strength, l1Ratio, mean and standard error.
        public let measured: CrossValidationChoice.Point
        /// The solution on all rows.
        public let point: PathPoint
        /// The solution as a model.
        public let model: Model
    }

    /// The path on all rows for each l1Ratio asked, in their order.
    public let paths: [FittedPath]
    /// Everything that was measured.
    public let validation: CrossValidationChoice

    /// The path of the best l1Ratio.
    public var path: FittedPath { paths[validation.best] }
    /// The best mean; of equal ones the largest strength.
    public var minimum: Choice { choice(validation.minimum) }
    /// The largest strength of the same l1Ratio that is within one standard error of the best.
    public var oneStandardError: Choice { choice(validation.oneStandardError) }

    private func choice(_ measured: CrossValidationChoice.Point) -> Choice {
        let point = path.path[measured.index]
        return Choice(measured: measured, point: point, model: path.model(of: point))
    }
}

extension CrossValidation {
    /// Fits the path to all rows, and measures every strength on rows held out.
    ///
    /// ```swift
    /// let choice = try CrossValidation(folds: 10, seed: 7).choose(.lasso, features: x, targets: y)
    /// let model = choice.oneStandardError.model
    /// ```
    /// - Shapes: as in ``ElasticNetPath/fit(features:targets:weights:offsets:)``.
    /// - Parameter l1Ratios: the mixes to choose from; nil: that of the path.
    /// - Throws: ``TrainingError`` naming what is wrong with settings, folds or data.
    public func choose<Scalar: BLASScalar>(
        _ path: ElasticNetPath, features x: Matrix<Scalar>, targets: [Double], weights: [Double]? = nil,
        offsets: [Double]? = nil, l1Ratios: [Double]? = nil
    ) throws -> ChosenPath {
        let features = Matrix<Double>(x)
        let data =
            path.family.task == .regression
            ? try Dataset(
                features: features, targets: Matrix(rows: targets.count, columns: 1, targets), weights: weights)
            : try Dataset(
                features: features, labels: targets.map { Int(exactly: $0).map { "\($0)" } ?? "\($0)" },
                weights: weights)
        return try choose(path, on: data, offsets: offsets, l1Ratios: l1Ratios)
    }

    /// Fits the path to all rows of a dataset, and measures every strength on rows held out.
    ///
    /// - Throws: as ``choose(_:features:targets:weights:offsets:l1Ratios:)``.
    public func choose(
        _ path: ElasticNetPath, on data: Dataset, offsets: [Double]? = nil, l1Ratios: [Double]? = nil
    ) throws -> ChosenPath {
        try choose(path, on: LinearData(data, for: path.family), offsets: offsets, l1Ratios: l1Ratios)
    }

    /// Fits the path to all rows of data in columns, dense or sparse, and measures every strength on rows held out.
    ///
    /// - Throws: as ``choose(_:features:targets:weights:offsets:l1Ratios:)``.
    public func choose(
        _ path: ElasticNetPath, on data: LinearData, offsets: [Double]? = nil, l1Ratios: [Double]? = nil
    ) throws -> ChosenPath {
        let specification = try path.specification(data, offsets: offsets)
        let ratios = l1Ratios ?? [path.l1Ratio]
        if ratios.isEmpty { throw TrainingError.settings("there must be at least one L1 ratio to choose from") }
        let mixes = try ratios.map { ratio in
            var settings = path
            settings.l1Ratio = ratio
            try settings.validate()
            return settings
        }
        let solver = FoldSolver(specification, folds: try assign(specification), control: path.control)
        let fitted = mixes.map { $0.fitted(specification, data, gram: solver.gram) }
        let validation = try choose(
            specification, paths: fitted.map { ($0.settings.l1Ratio, $0.path.strengths) }, control: path.control,
            solvingAll: solver.solve)
        return ChosenPath(paths: fitted, validation: validation)
    }
}

extension StabilitySelection {
    /// Which features half of the rows select again and again, at the strengths of the path of all rows.
    ///
    /// - Throws: ``TrainingError`` naming what is wrong with settings or data.
    public func select(
        _ path: ElasticNetPath, on data: LinearData, offsets: [Double]? = nil
    ) throws -> StabilityResult {
        let specification = try path.specification(data, offsets: offsets)
        return try select(
            specification, l1Ratio: path.l1Ratio, strengths: path.path(of: specification).strengths,
            control: path.control
        ) { problem, strengths, control in
            LinearSolver.solve(problem, control: control) { _ in strengths }.solutions
        }
    }
}
