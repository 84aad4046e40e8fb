internal import LinearAlgebra

// What can be wrong with settings and data, found before anything is solved.

extension ElasticNetPath {
    /// Checks the settings by themselves.
    ///
    /// - Throws: ``TrainingError/settings(_:)``.
    public func validate() throws(TrainingError) {
        func check(_ holds: Bool, _ text: String) throws(TrainingError) { if !holds { throw .settings(text) } }
        try check(l1Ratio >= 0 && l1Ratio <= 1, "the L1 ratio must be in [0, 1], not \(l1Ratio)")
        try check(count >= 1, "a path needs at least one strength, not \(count)")
        if let ratio = smallestRatio {
            try check(ratio > 0 && ratio < 1, "the smallest ratio must be in (0, 1), not \(ratio)")
        }
        if let strengths {
            try check(!strengths.isEmpty, "a path needs at least one strength")
            if let bad = strengths.first(where: { !($0 > 0 && $0.isFinite) }) {
                throw .settings("a strength must be a number above 0, not \(bad)")
            }
        }
        try check(tolerance > 0 && tolerance < 1, "the tolerance must be in (0, 1), not \(tolerance)")
        try check(iterationLimit >= 1, "the iteration limit must be at least 1, not \(iterationLimit)")
        if let workers { try check(workers >= 1, "a path needs at least one worker, not \(workers)") }
        if let groups {
            try check(
                groups.sparseShare >= 0 && groups.sparseShare <= 1,
                "the sparse share of groups must be in [0, 1], not \(groups.sparseShare)")
            try check(l1Ratio == 1, "groups come with their own sparse share; leave the L1 ratio at 1")
            try check(lowerBounds == nil && upperBounds == nil, "groups and bounds cannot be combined")
        }
    }

    /// What is asked, on the original scale.
    ///
    /// - Throws: ``TrainingError`` for settings or data that cannot be used, naming the place.
    package func specification(
        _ design: Design, targets: [Double], weights: [Double]?, offsets: [Double]?
    ) throws(TrainingError) -> LinearSpecification {
        try validate()
        if design.columns == 0 { throw .data("there are no features") }
        if design.rows == 0 { throw .data("there are no rows") }
        let normalized = try normalized(weights, rows: design.rows)
        let outputs = try checkTargets(targets, rows: design.rows, weights: normalized)
        try check(offsets, count: outputs * design.rows)
        let factors = try factors(columns: design.columns)
        return LinearSpecification(
            design: design, family: family, targets: targets, weights: normalized, outputs: outputs, offsets: offsets,
            fitsIntercept: fitsIntercept, standardizes: standardizes, penaltyFactors: factors,
            bounds: try bounds(columns: design.columns), groups: try groups(columns: design.columns, factors))
    }

    /// ω: the weights over their sum.
    private func normalized(_ weights: [Double]?, rows: Int) throws(TrainingError) -> [Double] {
        guard let weights else { return Array(repeating: 1 / Double(rows), count: rows) }
        if weights.count != rows { throw .data("there are \(weights.count) weights for \(rows) rows") }
        if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
            throw .data("the weight in row \(row) is \(weights[row])\nWeights are numbers of 0 or more.")
        }
        // Over the largest first, so that neither tiny nor huge weights leave the range.
        let largest = weights.max()!
        if largest == 0 { throw .data("all weights are 0") }
        let total = weights.reduce(0) { $0 + $1 / largest }
        return weights.map { $0 / largest / total }
    }

    /// Checks the targets of the rows that count, and returns the number of linear predictors.
    private func checkTargets(_ y: [Double], rows: Int, weights: [Double]) throws(TrainingError) -> Int {
        if y.count != rows { throw .data("there are \(rows) rows of features and \(y.count) targets") }
        if let row = y.firstIndex(where: { !$0.isFinite }) { throw .data("the target in row \(row) is \(y[row])") }
        let counted = y.indices.filter { weights[$0] > 0 }
        let isConstant = counted.allSatisfy { y[$0] == y[counted[0]] }
        switch family {
        case .gaussian:
            if isConstant && fitsIntercept {
                throw .data("all targets are \(y[counted[0]])\nThere is nothing to explain.")
            }
            return 1
        case .poisson:
            if let row = y.firstIndex(where: { $0 < 0 }) {
                throw .data("the target in row \(row) is \(y[row])\nCounts are 0 or more.")
            }
            if counted.allSatisfy({ y[$0] == 0 }) { throw .data("all counts are 0\nThere is nothing to explain.") }
            return 1
        case .binomial:
            if let row = y.firstIndex(where: { $0 != 0 && $0 != 1 }) {
                throw .data("the target in row \(row) is \(y[row])\nA binomial target is 0 or 1.")
            }
            if isConstant { throw .data("all rows are of class \(Int(y[counted[0]]))\nTwo classes are needed.") }
            return 1
        case .multinomial:
            if let row = y.firstIndex(where: { $0 < 0 || $0 != $0.rounded() || $0 >= 100_000 }) {
                throw .data("the target in row \(row) is \(y[row])\nA class is a whole number from 0 on.")
            }
            if isConstant { throw .data("all rows are of class \(Int(y[counted[0]]))\nTwo classes are needed.") }
            let classes = Int(y.max()!) + 1
            let present = Set(counted.map { Int(y[$0]) })
            if let missing = (0..<classes).first(where: { !present.contains($0) }) {
                throw .data("no row is of class \(missing)\nNumber the classes from 0 without gaps.")
            }
            return classes
        }
    }

    private func check(_ offsets: [Double]?, count: Int) throws(TrainingError) {
        guard let offsets else { return }
        if offsets.count != count { throw .data("there are \(offsets.count) offsets, and \(count) are needed") }
        if let row = offsets.firstIndex(where: { !$0.isFinite }) {
            throw .data("the offset in row \(row) is \(offsets[row])")
        }
    }

    private func factors(columns: Int) throws(TrainingError) -> [Double] {
        guard let factors = penaltyFactors else { return Array(repeating: 1, count: columns) }
        if factors.count != columns {
            throw .data("there are \(factors.count) penalty factors for \(columns) features")
        }
        if let feature = factors.firstIndex(where: { !($0 >= 0) }) {
            throw .data("the penalty factor of feature \(feature) is \(factors[feature])\nFactors are 0 or more.")
        }
        if factors.allSatisfy({ $0 == 0 || $0 == .infinity }) {
            throw .data("no feature is penalised\nGive some of them a factor that is neither 0 nor infinite.")
        }
        return factors
    }

    private func bounds(columns: Int) throws(TrainingError) -> (lower: [Double], upper: [Double])? {
        if lowerBounds == nil && upperBounds == nil { return nil }
        let lower = lowerBounds ?? Array(repeating: -.infinity, count: columns)
        let upper = upperBounds ?? Array(repeating: .infinity, count: columns)
        for bounds in [lower, upper] where bounds.count != columns {
            throw .data("there are \(bounds.count) bounds for \(columns) features")
        }
        if let feature = lower.indices.first(where: { !(lower[$0] <= 0) || !(upper[$0] >= 0) }) {
            throw .data(
                "the bounds of feature \(feature) are \(lower[feature]) and \(upper[feature])\n"
                    + "A lower bound is 0 or less, an upper one 0 or more.")
        }
        return (lower, upper)
    }

    private func groups(
        columns: Int, _ factors: [Double]
    ) throws(TrainingError) -> (members: [[Int]], sparseShare: Double)? {
        guard let groups else { return nil }
        var seen = Array(repeating: false, count: columns)
        for (index, group) in groups.members.enumerated() {
            for feature in group {
                guard feature >= 0, feature < columns, !seen[feature] else {
                    throw .data("group \(index) names feature \(feature), which is in another group or is none")
                }
                seen[feature] = true
            }
            if let first = group.first, group.contains(where: { factors[$0] != factors[first] }) {
                throw .data("the features of group \(index) have different penalty factors")
            }
        }
        if let feature = seen.firstIndex(of: false) { throw .data("feature \(feature) is in no group") }
        return (groups.members.filter { !$0.isEmpty }, groups.sparseShare)
    }
}
