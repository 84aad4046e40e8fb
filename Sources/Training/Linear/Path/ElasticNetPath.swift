internal import Glibc
public import LariatModels
public import LinearAlgebra

/// A regularisation path of a linear model: for each of a sequence of strengths λ the minimiser over (b, β) of
///
/// Σ_i ω_i·ℓ(o_i + b + x_i·β, y_i) + λ·Σ_j v_j·(ρ|β_j| + ½(1 − ρ)β_j²),  Σω = 1,
///
/// or with ``groups`` of a (sparse) group lasso, with a duality gap that proves how close it is.
///
/// ```swift
/// let path = try ElasticNetPath(l1Ratio: 1, count: 100).fit(features: x, targets: y)
/// for step in path { print(step.strength, step.support.count, step.dualityGap) }
/// ```
///
/// Features are centred (with an intercept) and scaled (unless ``standardizes`` is false) by their weighted moments with
/// 1/N, penalties act on that scale, and coefficients are given on the original one. Strengths are on the scale of the
/// target. This is glmnet's objective but for two points: factors are not rescaled, and gaussian targets are not
/// standardised, which matters for ρ < 1 only.
public struct ElasticNetPath: Sendable, Hashable {
    /// What the targets are taken to be.
    public var family: Family
    /// ρ: 1 the lasso, 0 ridge.
    public var l1Ratio: Double
    /// How many strengths, from the largest on down in equal ratios.
    public var count: Int
    /// The smallest strength as a share of the largest; nil: 0.01 where there are fewer rows than features, else 0.0001.
    public var smallestRatio: Double?
    /// The strengths themselves instead, in any order; solutions come largest first.
    public var strengths: [Double]?
    /// Whether features are scaled to a standard deviation of 1.
    public var standardizes = true
    /// Whether there is an intercept, which is never penalised.
    public var fitsIntercept = true
    /// v, one a feature: 0 leaves it unpenalised, infinity leaves it out; nil for ones. Used as given.
    public var penaltyFactors: [Double]?
    /// The least coefficients on the original scale, each ≤ 0, one a feature; nil for no bounds.
    public var lowerBounds: [Double]?
    /// The greatest coefficients on the original scale, each ≥ 0.
    public var upperBounds: [Double]?
    /// Groups of features that come and go together; nil for none.
    public var groups: FeatureGroups?
    /// The relative duality gap to reach: gap / objective of the null model.
    public var tolerance = 1e-7
    /// The most iterations at one strength.
    public var iterationLimit = 100_000
    /// The threads; nil: what the machine offers. The result does not depend on it.
    public var workers: Int?

    /// A path of `count` strengths.
    public init(
        family: Family = .gaussian, l1Ratio: Double = 1, count: Int = 100, smallestRatio: Double? = nil,
        strengths: [Double]? = nil
    ) {
        (self.family, self.l1Ratio, self.count) = (family, l1Ratio, count)
        (self.smallestRatio, self.strengths) = (smallestRatio, strengths)
    }

    /// The lasso of a gaussian target.
    public static let lasso = ElasticNetPath()
    /// Ridge regression of a gaussian target.
    public static let ridge = ElasticNetPath(l1Ratio: 0)

    /// The solutions on the features of a matrix, which is copied into columns.
    ///
    /// - Shapes: x [n × p]; targets [n]: numbers for gaussian, counts ≥ 0 for Poisson, 0 or 1 for binomial, classes
    ///   0 ..< K for multinomial; weights [n]; offsets [n], or [K × n] for multinomial.
    /// - Throws: ``TrainingError`` naming a setting that makes no sense, or data that cannot be used and their place.
    public func fit<Scalar: BLASScalar>(
        features x: Matrix<Scalar>, targets: [Double], weights: [Double]? = nil, offsets: [Double]? = nil
    ) throws(TrainingError) -> RegularizationPath {
        if let place = x.firstNonFinite {
            throw .data(
                "the features hold \(x[place.row, place.column]) in row \(place.row), column \(place.column)\n"
                    + "Fill it in, or leave the row out.")
        }
        return try fit(Design(x), targets: targets, weights: weights, offsets: offsets)
    }

    /// The solutions on a design, which is not copied.
    public func fit(
        _ design: Design, targets: [Double], weights: [Double]? = nil, offsets: [Double]? = nil
    ) throws(TrainingError) -> RegularizationPath {
        path(of: try specification(design, targets: targets, weights: weights, offsets: offsets))
    }

    /// Solves what was checked.
    ///
    /// - Parameter gram: makes the Gram matrix of the standardised features from what is known, if it is.
    func path(
        of specification: LinearSpecification, gram: (LinearProblem) -> FeatureGram? = { _ in nil }
    ) -> RegularizationPath {
        let (design, problem) = (
            specification.design, specification.problem(l1Ratio: l1Ratio, workers: control.workers)
        )
        let solved = LinearSolver.solve(problem, control: control, gram: gram(problem)) {
            strengths(largest: $0, problem)
        }
        let scale = OriginalScale(problem.design, design)
        let nullDeviance = 2 * (solved.nullLoss - solved.saturatedLoss)
        return RegularizationPath(
            family: family, featureCount: design.columns, outputs: problem.outputs,
            largestStrength: solved.largestStrength, nullDeviance: nullDeviance,
            points: solved.solutions.map { solution in
                let deviance = 2 * (solution.loss - solved.saturatedLoss)
                return scale.point(
                    solution, devianceRatio: nullDeviance > 0 ? 1 - deviance / nullDeviance : 0)
            },
            leaveOneOutErrors: solved.leaveOneOutErrors)
    }

    var control: PathControl {
        PathControl(tolerance: tolerance, iterationLimit: iterationLimit, workers: workers ?? Machine.workers)
    }

    /// The strengths, largest first: those given, or a geometric sequence from the largest that matters.
    func strengths(largest: Double, _ problem: LinearProblem) -> [Double] {
        if let strengths { return strengths.sorted(by: >) }
        let rows = problem.weights.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
        let ratio = smallestRatio ?? (rows < problem.design.columns ? 1e-2 : 1e-4)
        // Where no feature has any slope every strength gives the null model.
        let top = largest > 0 ? largest : 1
        return (0..<count).map { count == 1 ? top : top * pow(ratio, Double($0) / Double(count - 1)) }
    }
}

/// Groups of features for a (sparse) group lasso:
///
/// pen(β) = Σ_g v_g·((1 − τ)·√|g|·‖β_g‖₂ + τ·‖β_g‖₁), where the members of a group share one penalty factor.
public struct FeatureGroups: Sendable, Hashable {
    /// The features of each group; every feature is in exactly one.
    public var members: [[Int]]
    /// τ: 0 the group lasso, 1 the lasso.
    public var sparseShare: Double

    /// Groups of the given members.
    public init(_ members: [[Int]], sparseShare: Double = 0) {
        (self.members, self.sparseShare) = (members, sparseShare)
    }

    /// Groups from a label for each feature: equal labels, one group; in the order of their first members.
    public init(labels: [String], sparseShare: Double = 0) {
        var order: [String: Int] = [:]
        var members: [[Int]] = []
        for (feature, label) in labels.enumerated() {
            if let group = order[label] {
                members[group].append(feature)
            } else {
                order[label] = members.count
                members.append([feature])
            }
        }
        self.init(members, sparseShare: sparseShare)
    }
}
