/// What is asked of a linear model on the original scale, from which the problem of any weighting of the rows follows:
/// of all rows, of those outside a fold, of half of them.
package struct LinearSpecification: Sendable {
    package var design: Design
    package var family: Family
    /// As given, of any positive sum; a row of weight 0 takes no part.
    package var weights: [Double]
    /// y [rows]; for multinomial the index of the class.
    package var targets: [Double]
    /// 1, or the number of classes of a multinomial family.
    package var outputs: Int
    /// o [outputs × rows], or nil for zeros.
    package var offsets: [Double]?
    package var fitsIntercept: Bool
    package var standardizes: Bool
    /// v_j ≥ 0 [columns], `infinity` for an excluded feature.
    package var penaltyFactors: [Double]
    /// Of the coefficients on the original scale; nil where there are none.
    package var bounds: (lower: [Double], upper: [Double])?
    /// The features of each group, and the share of the L1 norm.
    package var groups: (members: [[Int]], sparseShare: Double)?

    /// By default: rows of weight 1, an intercept, standardised features, all of them penalised alike.
    package init(
        design: Design, family: Family, targets: [Double], weights: [Double]? = nil, outputs: Int = 1,
        offsets: [Double]? = nil, fitsIntercept: Bool = true, standardizes: Bool = true,
        penaltyFactors: [Double]? = nil, bounds: (lower: [Double], upper: [Double])? = nil,
        groups: (members: [[Int]], sparseShare: Double)? = nil
    ) {
        (self.design, self.family, self.targets, self.outputs) = (design, family, targets, outputs)
        self.weights = weights ?? Array(repeating: 1, count: design.rows)
        (self.offsets, self.fitsIntercept, self.standardizes) = (offsets, fitsIntercept, standardizes)
        self.penaltyFactors = penaltyFactors ?? Array(repeating: 1, count: design.columns)
        (self.bounds, self.groups) = (bounds, groups)
    }

    package var rows: Int { design.rows }

    /// The class of each row, or nil for a family without classes.
    package var classes: [Int]? {
        family == .binomial || family == .multinomial ? targets.map { Int($0) } : nil
    }

    /// The problem of the rows with these weights: they are scaled to the sum 1, and features are centred and scaled by
    /// their moments under them.
    package func problem(weights: [Double], l1Ratio: Double, workers: Int = 1) -> LinearProblem {
        let total = weights.reduce(0, +)
        let shares = weights.map { $0 / total }
        let standardized = StandardizedDesign(
            design, weights: shares, centred: fitsIntercept, scaled: standardizes, workers: workers)
        // x̃ = (x − center)/scale has the coefficient scale·β.
        let scaledBounds = bounds.map { bounds in
            (
                lower: zip(bounds.lower, standardized.scales).map { $0 * $1 },
                upper: zip(bounds.upper, standardized.scales).map { $0 * $1 }
            )
        }
        return LinearProblem(
            design: standardized, family: family, weights: shares, targets: targets, outputs: outputs,
            offsets: offsets, fitsIntercept: fitsIntercept, l1Ratio: l1Ratio, penaltyFactors: penaltyFactors,
            bounds: scaledBounds, groups: groups)
    }
}

extension LinearSpecification {
    /// The problem of all rows.
    package func problem(l1Ratio: Double, workers: Int = 1) -> LinearProblem {
        problem(weights: weights, l1Ratio: l1Ratio, workers: workers)
    }
}
