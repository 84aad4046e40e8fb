public import LariatModels

/// The solutions of a linear model at a sequence of strengths, each with its certificate.
public struct RegularizationPath: Sendable, Hashable {
    /// What the targets were taken to be.
    public let family: Family
    /// The number of features.
    public let featureCount: Int
    /// The number of linear predictors: 1, or the classes of a multinomial family.
    public let outputs: Int
    /// The smallest strength at which all penalised coefficients are zero.
    public let largestStrength: Double
    /// 2·Σω(ℓ(null) − ℓ(saturated)) of the model of intercept and unpenalised features.
    public let nullDeviance: Double
    /// The solutions, in the order of the strengths.
    public let points: [PathPoint]
    /// Ridge paths in closed form: the mean squared error of each row predicted by the others, at every strength.
    public let leaveOneOutErrors: [Double]?

    package init(
        family: Family, featureCount: Int, outputs: Int, largestStrength: Double, nullDeviance: Double,
        points: [PathPoint], leaveOneOutErrors: [Double]? = nil
    ) {
        (self.family, self.featureCount, self.outputs) = (family, featureCount, outputs)
        (self.largestStrength, self.nullDeviance, self.points) = (largestStrength, nullDeviance, points)
        self.leaveOneOutErrors = leaveOneOutErrors
    }

    /// The strengths.
    public var strengths: [Double] { points.map(\.strength) }

    /// Whether every point reached its tolerance.
    public var isConverged: Bool { points.allSatisfy { $0.certificate.stop == .converged } }
}

extension RegularizationPath: RandomAccessCollection {
    /// The index of the first point.
    public var startIndex: Int { 0 }
    /// One past the last point.
    public var endIndex: Int { points.count }
    /// The solution at one strength.
    public subscript(index: Int) -> PathPoint { points[index] }
}

extension PathPoint {
    /// The coefficients of one output for all features, zeros included, on the original scale.
    ///
    /// - Precondition: `featureCount` is above every index of the support.
    public func dense(featureCount: Int, output: Int = 0) -> [Double] {
        var all = Array(repeating: 0.0, count: featureCount)
        for (feature, value) in zip(support, coefficients[output]) { all[feature] = value }
        return all
    }
}
