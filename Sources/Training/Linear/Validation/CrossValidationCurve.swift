/// What cross-validation measured at each strength of one mix of penalties.
///
/// With q_k the measure of fold k (the weighted mean over its rows) and w_k its weight,
/// mean = Σw_k·q_k/Σw_k and standard error = √(Σw_k·(q_k − mean)²/Σw_k/(K − 1)), as in glmnet.
public struct CrossValidationCurve: Sendable, Hashable {
    /// ρ, the share of the L1 norm in the penalty.
    public let l1Ratio: Double
    /// Descending.
    public let strengths: [Double]
    /// What is measured.
    public let measure: ValidationMeasure
    /// The weight of the rows of each fold.
    public let foldWeights: [Double]
    /// The measure of each fold at each strength, [folds][strengths]; NaN where a fold has none.
    public let foldValues: [[Double]]
    /// The mean over folds at each strength.
    public let means: [Double]
    /// The standard error of the mean at each strength.
    public let standardErrors: [Double]
    /// The largest of the strengths with the best mean.
    public let minimumIndex: Int
    /// The largest strength of which the mean is within one standard error of the best: the simplest model that the data
    /// do not tell from it. Never behind ``minimumIndex``.
    public let oneStandardErrorIndex: Int

    /// - Throws: ``TrainingError/data(_:)`` when no strength has a mean.
    init(
        l1Ratio: Double, strengths: [Double], measure: ValidationMeasure, foldWeights: [Double],
        foldValues: [[Double]]
    ) throws(TrainingError) {
        (self.l1Ratio, self.strengths, self.measure) = (l1Ratio, strengths, measure)
        (self.foldWeights, self.foldValues) = (foldWeights, foldValues)
        let statistics = strengths.indices.map { strength in
            Self.statistics(foldValues.map { $0[strength] }, foldWeights)
        }
        means = statistics.map(\.mean)
        standardErrors = statistics.map(\.error)
        let losses = means.map { measure.isMaximized ? -$0 : $0 }
        guard let best = losses.filter({ $0.isFinite }).min() else {
            throw .data(
                "no fold has a \(measure.rawValue)"
                    + (measure == .areaUnderCurve ? "\nEvery fold needs rows of both classes." : ""))
        }
        // Strengths descend: the first of equals is the largest.
        let minimum = losses.firstIndex(of: best)!
        let limit = best + standardErrors[minimum]
        minimumIndex = minimum
        oneStandardErrorIndex = losses.firstIndex { $0 <= limit } ?? minimum
    }

    private static func statistics(_ values: [Double], _ weights: [Double]) -> (mean: Double, error: Double) {
        let folds = values.indices.filter { !values[$0].isNaN }
        let total = folds.reduce(0) { $0 + weights[$1] }
        let mean = folds.reduce(0) { $0 + weights[$1] * values[$1] } / total
        if folds.count < 2 { return (mean, 0) }
        let spread = folds.reduce(0) { $0 + weights[$1] * (values[$1] - mean) * (values[$1] - mean) } / total
        return (mean, (spread / Double(folds.count - 1)).squareRoot())
    }
}
