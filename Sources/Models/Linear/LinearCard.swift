/// What a model from a regularisation path solves, as far as its certificate can be computed again from data.
public struct LinearCard: Sendable, Hashable, Codable {
    /// gaussian, binomial, multinomial or poisson.
    public var family: String
    /// λ
    public var strength: Double
    /// ρ
    public var l1Ratio: Double
    /// Whether the penalty acts on features scaled to a deviation of 1.
    public var standardizes: Bool
    /// Whether there is an intercept.
    public var fitsIntercept: Bool
    /// The penalty factor of each feature, nil within for an excluded one; nil for ones.
    public var penaltyFactors: [Double?]?
    /// The bounds of each coefficient, nil within for none; nil for none at all.
    public var lowerBounds, upperBounds: [Double?]?
    /// The features of each group, or nil.
    public var groups: [[Int]]?
    /// τ of a sparse-group lasso, with groups.
    public var sparseShare: Double?
    /// The columns with row weights and offsets, or nil.
    public var weightsColumn, offsetColumn: String?

    /// A card without factors, bounds, groups and columns.
    public init(family: String, strength: Double, l1Ratio: Double, standardizes: Bool, fitsIntercept: Bool) {
        (self.family, self.strength, self.l1Ratio) = (family, strength, l1Ratio)
        (self.standardizes, self.fitsIntercept) = (standardizes, fitsIntercept)
    }
}
