/// The coefficients of a linear model along its strengths, for plots: of thousands of features those that matter most are
/// drawn one by one.
public struct CoefficientPaths: Sendable, Hashable {
    /// λ, in any order.
    public var strengths: [Double]
    /// How many features are not zero at each strength.
    public var supports: [Int]
    /// The name of each feature.
    public var names: [String]
    /// [features][strengths], also of features that stay zero: these may be empty.
    public var coefficients: [[Double]]

    /// Paths of coefficients.
    ///
    /// - Precondition: there is a name for each feature, and a coefficient at each strength or none.
    public init(strengths: [Double], supports: [Int], names: [String], coefficients: [[Double]]) {
        precondition(supports.count == strengths.count, "\(supports.count) supports at \(strengths.count) strengths")
        precondition(names.count == coefficients.count, "\(names.count) names of \(coefficients.count) features")
        precondition(
            coefficients.allSatisfy { $0.isEmpty || $0.count == strengths.count },
            "a feature without a coefficient at each of \(strengths.count) strengths")
        (self.strengths, self.supports, self.names) = (strengths, supports, names)
        self.coefficients = coefficients
    }

    /// The most curves of single features.
    public static let mostCurves = 40

    /// The features that are ever not zero, those with the largest coefficients first; of equal ones the first.
    public var ranking: [Int] {
        func size(_ feature: Int) -> Double { coefficients[feature].reduce(0) { max($0, abs($1)) } }
        let sizes = coefficients.indices.map(size)
        return sizes.indices.filter { sizes[$0] > 0 }.sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }
    }

    /// The coefficients against the strength, weakest penalty to the right, with the number of features above.
    public func plot(_ title: String = "Coefficients along the path", marking rules: [Rule] = []) -> Plot {
        let (order, ranked) = (strengths.indices.sorted { strengths[$0] > strengths[$1] }, ranking)
        let (shown, others) = (Array(ranked.prefix(Self.mostCurves)), ranked.dropFirst(Self.mostCurves))
        let x = order.map { strengths[$0] }
        var marks: [Mark] = rules.map { .rule($0) }
        if !others.isEmpty {
            let lower = order.map { index in others.reduce(0) { min($0, coefficients[$1][index]) } }
            let upper = order.map { index in others.reduce(0) { max($0, coefficients[$1][index]) } }
            marks.append(
                .band(Band("\(others.count) others lie in between", x: x, lower: lower, upper: upper, tint: .muted)))
        }
        for (rank, feature) in shown.enumerated() {
            marks.append(
                .line(
                    Line(
                        names[feature], x: x, y: order.map { coefficients[feature][$0] }, tint: .series(rank),
                        isUnlisted: rank >= 10)))
        }
        var notes: [String] = []
        if ranked.count > 10 {
            notes.append(
                "The legend names the 10 features with the largest coefficients; the pointer and the table name every curve."
            )
        }
        let zeros = names.count - ranked.count
        if zeros > 0 { notes.append("\(zeros) of \(names.count) features are zero at every strength.") }
        let far = order.map { Axis.Label(strengths[$0], "\(supports[$0])") }
        return Plot(
            title,
            x: Axis(
                "strength λ", scale: .log, isReversed: true, farLabels: far, farTitle: "features that are not zero"),
            y: Axis("coefficient", including: [0]), marks: marks, notes: notes, height: 260)
    }
}
