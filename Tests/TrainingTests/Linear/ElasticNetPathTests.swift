import Lariat
import LariatTestSupport
import Testing

/// Paths as users meet them: on the original scale, with errors for what cannot be solved.
@Suite("Paths for users")
struct ElasticNetPathTests {
    private static let x: Matrix<Double> = {
        let z: Matrix<Double> = randomMatrix(60, 6, seed: 11)
        return Matrix(rows: 60, columns: 6) { z[$0, $1] * Double($1 + 1) + 3 * Double($1) }
    }()
    private static let y = (0..<60).map { 2 * x[$0, 0] - 0.5 * x[$0, 3] + 0.1 * x[$0, 5] * x[$0, 5] }
    private static let classes = (0..<60).map { y[$0] > y.sorted()[30] ? 1.0 : 0 }

    private func largestDifference(_ a: RegularizationPath, _ b: RegularizationPath) -> Double {
        zip(a, b).reduce(0) { largest, points in
            let (p, q) = points
            var differences = zip(p.intercepts, q.intercepts).map { abs($0 - $1) }
            for output in p.coefficients.indices {
                let (u, v) = (
                    p.dense(featureCount: a.featureCount, output: output),
                    q.dense(featureCount: a.featureCount, output: output)
                )
                differences += zip(u, v).map { abs($0 - $1) }
            }
            return max(largest, differences.max()!)
        }
    }

    @Test func strengthsFallFromTheLargest() throws {
        let path = try ElasticNetPath(count: 20, smallestRatio: 0.01).fit(features: Self.x, targets: Self.y)
        #expect(path.count == 20 && path[0].support.isEmpty && path.strengths[0] == path.largestStrength)
        #expect(abs(path.strengths[19] / path.largestStrength - 0.01) < 1e-15)
        #expect(path.allSatisfy { $0.dualityGap <= 1e-7 } && path.isConverged)
        #expect(abs(path[0].intercepts[0] - Self.y.reduce(0, +) / 60) < 1e-12 && path[0].devianceRatio < 1e-12)
        let given = try ElasticNetPath(strengths: [0.1, 2, 0.5]).fit(features: Self.x, targets: Self.y)
        #expect(given.strengths == [2, 0.5, 0.1])
    }

    /// Features times a constant and moved: standardised coefficients are the same, those of the original scale follow.
    @Test(arguments: [Family.gaussian, .binomial, .poisson, .multinomial])
    func scalesOfFeatures(family: Family) throws {
        let targets: [Double] =
            switch family {
            case .gaussian: Self.y
            case .binomial: Self.classes
            case .poisson: Self.y.map { max(0, $0.rounded()) }
            case .multinomial: Self.y.indices.map { Double($0 % 3 == 0 ? 2 : Int(Self.classes[$0])) }
            }
        var settings = ElasticNetPath(family: family, l1Ratio: 0.7, count: 12, smallestRatio: 0.02)
        settings.tolerance = 1e-12
        let path = try settings.fit(features: Self.x, targets: targets)
        let moved = Matrix<Double>(rows: 60, columns: 6) { 8 * Self.x[$0, $1] - 1000 }
        let other = try settings.fit(features: moved, targets: targets)
        for (p, q) in zip(path, other) {
            #expect(abs(p.strength / q.strength - 1) < 1e-9)
            for output in p.coefficients.indices {
                let (u, v) = (
                    p.dense(featureCount: 6, output: output), q.dense(featureCount: 6, output: output)
                )
                for j in 0..<6 { #expect(abs(u[j] - 8 * v[j]) < 1e-6 * (1 + abs(u[j]))) }
                // Six coefficients, each to 1e-6/8 of what they are, a thousand away.
                let shifted = q.intercepts[output] - v.reduce(0, +) * 1000
                #expect(abs(shifted - p.intercepts[output]) < 7.5e-4 * (1 + abs(p.intercepts[output])))
            }
        }
    }

    @Test func weightsAreRelative() throws {
        var settings = ElasticNetPath(family: .binomial, count: 10, smallestRatio: 0.05)
        settings.tolerance = 1e-12
        let weights = (0..<60).map { Double($0 % 4) }
        let path = try settings.fit(features: Self.x, targets: Self.classes, weights: weights)
        for scale in [1e-300, 1e-5, 1e9, 1e300] {
            let scaled = weights.map { $0 * scale }
            let other = try settings.fit(features: Self.x, targets: Self.classes, weights: scaled)
            #expect(largestDifference(path, other) < 1e-9, "\(scale)")
        }
    }

    /// Single precision holds the numbers; the arithmetic is the same.
    @Test func singlePrecisionIsExactForWhatItHolds() throws {
        let single = Matrix<Float>(Self.x)
        var settings = ElasticNetPath(count: 15)
        settings.tolerance = 1e-11
        let (mine, theirs) = (
            try settings.fit(features: single, targets: Self.y),
            try settings.fit(features: Matrix<Double>(single), targets: Self.y)
        )
        // The means that columns are moved by are rounded to their precision, and so are the columns that are left.
        #expect(largestDifference(mine, theirs) < 1e-4)
        #expect(mine.allSatisfy { $0.dualityGap <= 1e-11 })
    }

    @Test func ridgeTellsWhatLeavingOneOutWouldCost() throws {
        let ridge = try ElasticNetPath.ridge.fit(features: Self.x, targets: Self.y)
        #expect(ridge.leaveOneOutErrors?.count == 100 && ridge.isConverged)
        #expect(try ElasticNetPath.lasso.fit(features: Self.x, targets: Self.y).leaveOneOutErrors == nil)
    }

    @Test func choosesAmongMixes() throws {
        let choice = try CrossValidation(folds: 5, seed: 3).choose(
            ElasticNetPath(count: 30), features: Self.x, targets: Self.y, l1Ratios: [1, 0.5, 0])
        #expect(choice.paths.map(\.settings.l1Ratio) == [1, 0.5, 0] && choice.validation.curves.count == 3)
        let best = choice.validation.curves.map { $0.means.min()! }
        #expect(best[choice.validation.best] == best.min())
        #expect(choice.oneStandardError.measured.strength >= choice.minimum.measured.strength)
        #expect(choice.minimum.measured.mean == best.min())
        let predicted = try choice.minimum.model.predict(Self.x)
        let point = choice.minimum.point
        let coefficients = point.dense(featureCount: 6)
        for row in 0..<60 {
            let sum = (0..<6).reduce(point.intercepts[0]) { $0 + coefficients[$1] * Self.x[row, $1] }
            #expect(abs(predicted.values[row, 0] - sum) < 1e-10 * (1 + abs(sum)))
        }
    }

    @Test func stableFeaturesAreFound() throws {
        let data = try LinearData(
            Dataset(features: Self.x, targets: Matrix(rows: 60, columns: 1, Self.y)), for: .gaussian)
        let result = try StabilitySelection(pairs: 20, seed: 5).select(
            ElasticNetPath(count: 20, smallestRatio: 0.05), on: data)
        #expect(result.stableFeatures.contains(0) && result.largestProbabilities.count == 6)
    }

    /// What cannot be solved is told, with its place.
    @Test func errorsNameTheirPlace() {
        func error(
            _ settings: ElasticNetPath = ElasticNetPath(), x: Matrix<Double> = Self.x, y: [Double] = Self.y,
            weights: [Double]? = nil, offsets: [Double]? = nil
        ) -> String? {
            do {
                _ = try settings.fit(features: x, targets: y, weights: weights, offsets: offsets)
                return nil
            } catch { return error.description.split(separator: "\n").first.map(String.init) }
        }
        func with(_ change: (inout ElasticNetPath) -> Void) -> ElasticNetPath {
            var path = ElasticNetPath()
            change(&path)
            return path
        }
        var holed = Self.x
        holed[7, 2] = .nan
        var negative = Array(repeating: 1.0, count: 60)
        negative[4] = -1
        var endless = Self.y
        endless[9] = .infinity
        #expect(error(x: holed) == "the features hold nan in row 7, column 2")
        #expect(error(y: endless) == "the target in row 9 is inf")
        #expect(error(y: Array(repeating: 2, count: 60)) == "all targets are 2.0")
        #expect(error(y: [1, 2]) == "there are 60 rows of features and 2 targets")
        #expect(error(x: Matrix(rows: 60, columns: 0)) == "there are no features")
        #expect(error(x: Matrix(rows: 0, columns: 3), y: []) == "there are no rows")
        #expect(error(weights: negative) == "the weight in row 4 is -1.0")
        #expect(error(weights: Array(repeating: 0, count: 60)) == "all weights are 0")
        #expect(error(offsets: [1]) == "there are 1 offsets, and 60 are needed")
        #expect(error(with { $0.family = .binomial }) == "the target in row 0 is \(Self.y[0])")
        #expect(
            error(with { $0.family = .binomial }, y: Array(repeating: 1, count: 60)) == "all rows are of class 1")
        #expect(error(with { $0.family = .multinomial }, y: Self.classes.map { 2 * $0 }) == "no row is of class 1")
        #expect(error(with { $0.family = .poisson }, y: Array(repeating: 0, count: 60)) == "all counts are 0")
        #expect(error(with { $0.penaltyFactors = [1] }) == "there are 1 penalty factors for 6 features")
        #expect(
            error(with { $0.penaltyFactors = [1, -1, 1, 1, 1, 1] }) == "the penalty factor of feature 1 is -1.0")
        #expect(error(with { $0.penaltyFactors = Array(repeating: 0, count: 6) }) == "no feature is penalised")
        #expect(
            error(with { $0.lowerBounds = [1, 0, 0, 0, 0, 0] }) == "the bounds of feature 0 are 1.0 and inf")
        #expect(error(with { $0.groups = FeatureGroups([[0, 1], [2, 3]]) }) == "feature 4 is in no group")
        #expect(
            error(with { $0.groups = FeatureGroups([[0, 1, 2], [2, 3, 4, 5]]) })
                == "group 1 names feature 2, which is in another group or is none")
        #expect(error(with { $0.l1Ratio = 2 }) == "the L1 ratio must be in [0, 1], not 2.0")
        #expect(error(with { $0.strengths = [0] }) == "a strength must be a number above 0, not 0.0")
        #expect(throws: TrainingError.self) {
            try CrossValidation(folds: 61, seed: 1).choose(.lasso, features: Self.x, targets: Self.y)
        }
    }
}
