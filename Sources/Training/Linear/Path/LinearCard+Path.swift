internal import LariatModels

extension LinearCard {
    /// What a path solves at one strength.
    init(_ path: ElasticNetPath, strength: Double) {
        self.init(
            family: path.family.rawValue, strength: strength, l1Ratio: path.l1Ratio,
            standardizes: path.standardizes, fitsIntercept: path.fitsIntercept)
        // The card is JSON, which has no infinity.
        func finite(_ values: [Double]?) -> [Double?]? { values.map { $0.map { $0.isFinite ? $0 : nil } } }
        penaltyFactors = finite(path.penaltyFactors)
        (lowerBounds, upperBounds) = (finite(path.lowerBounds), finite(path.upperBounds))
        (groups, sparseShare) = (path.groups?.members, path.groups?.sparseShare)
    }

    /// The path of this one strength; nil for a family that this version does not know.
    var path: ElasticNetPath? {
        guard let family = Family(rawValue: family) else { return nil }
        var path = ElasticNetPath(family: family, l1Ratio: l1Ratio, strengths: [strength])
        (path.standardizes, path.fitsIntercept) = (standardizes, fitsIntercept)
        path.penaltyFactors = penaltyFactors?.map { $0 ?? .infinity }
        path.lowerBounds = lowerBounds?.map { $0 ?? -.infinity }
        path.upperBounds = upperBounds?.map { $0 ?? .infinity }
        path.groups = groups.map { FeatureGroups($0, sparseShare: sparseShare ?? 0) }
        return path
    }
}
