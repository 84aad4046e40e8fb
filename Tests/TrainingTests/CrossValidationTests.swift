import Foundation
import Lariat
import LariatTestSupport
import Testing

/// Cross-validation against fits of copied rows, against glmnet, and by what must hold whatever the data.
@Suite("Cross-validation")
struct CrossValidationTests {
    static let control = PathControl(tolerance: 1e-12, workers: 2)

    /// A regression with correlated features, weights, and a factor of 0 and of 2.
    static func regression(_ rows: Int = 60, seed: UInt64 = 1, sparse: Bool = false) -> LinearSpecification {
        let x = features(rows, seed: seed)
        let noise: Matrix<Double> = randomMatrix(rows, 1, seed: seed + 100)
        let targets = (0..<rows).map { 3 + 2 * x[$0, 0] - x[$0, 3] + noise[$0, 0] }
        return LinearSpecification(
            design: sparse ? Design(SparseMatrix(x)) : Design(x), family: .gaussian, targets: targets,
            weights: (0..<rows).map { 1 + Double($0 % 3) }, penaltyFactors: [1, 1, 0, 2, 1, 1])
    }

    /// Six features on scales of their own; the last is mostly zero.
    static func features(_ rows: Int, seed: UInt64) -> Matrix<Double> {
        let noise: Matrix<Double> = randomMatrix(rows, 7, seed: seed)
        return Matrix(rows: rows, columns: 6) { i, j in
            j == 5 ? (i % 7 == 0 ? noise[i, j] : 0) : Double(j + 1) * (noise[i, j] + noise[i, 6]) + Double(10 * j)
        }
    }

    static func classification(_ rows: Int = 80, seed: UInt64 = 2) -> LinearSpecification {
        let x = features(rows, seed: seed)
        let noise: Matrix<Double> = randomMatrix(rows, 1, seed: seed + 100)
        let targets = (0..<rows).map { x[$0, 0] + noise[$0, 0] > 0.3 ? 1.0 : 0 }
        return LinearSpecification(design: Design(x), family: .binomial, targets: targets)
    }

    static func strengths(_ specification: LinearSpecification, _ l1Ratio: Double, count: Int = 12) -> [Double] {
        let problem = specification.problem(weights: specification.weights, l1Ratio: l1Ratio)
        let largest = SlowPath(problem).largestStrength()
        return (0..<count).map { largest * pow(0.01, Double($0) / Double(count - 1)) }
    }

    static func curve(
        _ specification: LinearSpecification, _ validation: CrossValidation, l1Ratio: Double = 1, workers: Int = 2
    ) throws -> CrossValidationCurve {
        try validation.choose(
            specification, paths: [(l1Ratio, strengths(specification, l1Ratio))],
            control: PathControl(tolerance: 1e-12, workers: workers), solver: SlowPath.solver
        ).curves[0]
    }

    /// Rows are copied, standardised and fitted by themselves, and predicted one by one on the original scale.
    @Test(arguments: [false, true])
    func agreesWithCopiedRows(isBinomial: Bool) throws {
        let (rows, ratio) = (60, 0.7)
        var specification = isBinomial ? Self.classification(rows) : Self.regression(rows)
        specification.offsets = (0..<rows).map { Double($0 % 4) / 8 }
        let x = Self.features(rows, seed: isBinomial ? 2 : 1)
        let curve = try Self.curve(specification, CrossValidation(folds: 5, seed: 3), l1Ratio: ratio)
        let folds = try CrossValidation(folds: 5, seed: 3).assign(specification)
        for fold in 0..<5 {
            let kept = (0..<rows).filter { folds.folds[$0] != fold }
            var part = specification
            part.design = Design(x.selecting(rows: kept))
            part.targets = kept.map { specification.targets[$0] }
            part.weights = kept.map { specification.weights[$0] }
            part.offsets = kept.map { specification.offsets![$0] }
            let problem = part.problem(weights: part.weights, l1Ratio: ratio)
            let held = folds.rows(in: fold)
            for (index, solution) in SlowPath(problem).solve(curve.strengths).enumerated() {
                var (sum, total) = (0.0, 0.0)
                for row in held {
                    var eta = solution.intercepts[0] + specification.offsets![row]
                    for (j, value) in zip(solution.support, solution.coefficients[0]) {
                        let shifted = x[row, j] - part.design.shifts[j] - problem.design.centers[j]
                        eta += value * shifted / problem.design.scales[j]
                    }
                    let y = specification.targets[row]
                    let loss = isBinomial ? -2 * log(logistic(y == 1 ? eta : -eta)) : (y - eta) * (y - eta)
                    sum += specification.weights[row] * loss
                    total += specification.weights[row]
                }
                // Two solvers' runs to rounding, on differently centred columns.
                #expect(abs(curve.foldValues[fold][index] - sum / total) <= 1e-9 * (sum / total))
            }
        }
    }

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let file, family, measure: String
        let features: Int
        let weights, strengths, means, standardErrors: [Double]
        let folds: [Int]
        let minimum, oneStandardError: Double
        var testDescription: String { "\(measure) on \(file)" }
    }

    static let cases: [Case] = try! reference("cross_validation", as: [Case].self)

    @Test(arguments: cases)
    func agreesWithGlmnet(reference: Case) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let table = try Table(contentsOf: folder.appendingPathComponent("Data/\(reference.file)").path)
        let numbers = table.columns.map { column in
            guard case .numeric(let values) = column.values else { return [Double]() }
            return values
        }
        let x = Matrix(rows: table.rowCount, columns: reference.features) { numbers[$1][$0] }
        let specification = LinearSpecification(
            design: Design(x), family: try #require(Family(rawValue: reference.family)), targets: numbers.last!,
            weights: reference.weights)
        let validation = CrossValidation(
            foldIDs: reference.folds, measure: try #require(ValidationMeasure(rawValue: reference.measure)))
        let choice = try validation.choose(
            specification, paths: [(1, reference.strengths)], control: Self.control, solver: SlowPath.solver)
        for (mine, theirs) in zip(choice.curves[0].means, reference.means) {
            #expect(abs(mine - theirs) <= 1e-6 * theirs)
        }
        for (mine, theirs) in zip(choice.curves[0].standardErrors, reference.standardErrors) {
            #expect(abs(mine - theirs) <= 1e-6 * theirs)
        }
        #expect(choice.minimum.strength == reference.minimum)
        #expect(choice.oneStandardError.strength == reference.oneStandardError)
    }

    @Test(arguments: UInt64(0)..<6)
    func theSimplerModelIsNeverBehindTheBest(seed: UInt64) throws {
        for measure in ValidationMeasure.allCases {
            for specification in [Self.regression(40, seed: seed), Self.classification(50, seed: seed)]
            where measure.suits(specification.family) {
                let curve = try Self.curve(specification, CrossValidation(folds: 4, seed: seed, measure: measure))
                let losses = curve.means.map { measure.isMaximized ? -$0 : $0 }
                #expect(curve.oneStandardErrorIndex <= curve.minimumIndex)
                #expect(losses[curve.minimumIndex] == losses.min())
                let limit = losses[curve.minimumIndex] + curve.standardErrors[curve.minimumIndex]
                #expect(losses[..<curve.oneStandardErrorIndex].allSatisfy { $0 > limit })
                #expect(losses[curve.oneStandardErrorIndex] <= limit)
            }
        }
    }

    @Test func neitherWorkersNorTheScaleOfWeightsMatter() throws {
        let specification = Self.regression()
        let validation = CrossValidation(folds: 6, seed: 5)
        let curve = try Self.curve(specification, validation)
        #expect(try Self.curve(specification, validation, workers: 1) == curve)
        #expect(try Self.curve(specification, validation, workers: 5) == curve)
        var scaled = specification
        scaled.weights = specification.weights.map { 8 * $0 }
        let other = try Self.curve(scaled, validation)
        #expect(other.means == curve.means && other.standardErrors == curve.standardErrors)
    }

    @Test func sparseFeaturesGiveTheSame() throws {
        let validation = CrossValidation(folds: 6, seed: 5)
        let (dense, sparse) = try (
            Self.curve(Self.regression(), validation), Self.curve(Self.regression(sparse: true), validation)
        )
        #expect(relativeDifference(sparse.means, dense.means) < 1e-9)
        #expect(sparse.minimumIndex == dense.minimumIndex)
    }

    @Test func theBestOfSeveralMixes() throws {
        let specification = Self.regression()
        let paths = [0.2, 1, 0.5].map { (l1Ratio: $0, strengths: Self.strengths(specification, $0)) }
        let choice = try CrossValidation(folds: 5, seed: 1).choose(
            specification, paths: paths, control: Self.control, solver: SlowPath.solver)
        let best = choice.curves.map { $0.means.min()! }
        #expect(choice.curves.map(\.l1Ratio) == [0.2, 1, 0.5] && choice.minimum.mean == best.min())
        #expect(choice.minimum.l1Ratio == choice.curves[best.firstIndex(of: best.min()!)!].l1Ratio)
        #expect(choice.oneStandardError.l1Ratio == choice.minimum.l1Ratio)
        #expect(choice.oneStandardError.strength >= choice.minimum.strength)
    }

    /// A fold without one of the classes has no area, and the others stand for it.
    @Test func foldsWithoutAClass() throws {
        let specification = Self.classification(30)
        let ones = specification.targets.indices.filter { specification.targets[$0] == 1 }
        var ids = specification.targets.indices.map { $0 % 2 }
        ids[ones[0]] = 7
        ids[ones[1]] = 7
        let curve = try Self.curve(specification, CrossValidation(foldIDs: ids, measure: .areaUnderCurve))
        #expect(curve.foldValues[2].allSatisfy(\.isNaN) && curve.means.allSatisfy(\.isFinite))
        let (a, b) = (curve.foldValues[0][3], curve.foldValues[1][3])
        let mean = (curve.foldWeights[0] * a + curve.foldWeights[1] * b) / (28)
        #expect(abs(curve.means[3] - mean) < 1e-14)
        let alone = specification.targets.indices.map { $0 }
        #expect(throws: TrainingError.data("no fold has a areaUnderCurve\nEvery fold needs rows of both classes.")) {
            try Self.curve(specification, CrossValidation(foldIDs: alone, measure: .areaUnderCurve))
        }
    }

    @Test func whatCannotBeValidated() throws {
        let specification = Self.regression(10)
        func message(_ validation: CrossValidation, _ specification: LinearSpecification) -> String? {
            do {
                _ = try validation.choose(
                    specification, paths: [(1, [1])], control: Self.control, solver: SlowPath.solver)
                return nil
            } catch { return "\(error)" }
        }
        #expect(
            message(CrossValidation(folds: 11, seed: 1), specification)
                == "cannot make 11 folds of 10 rows\nAsk for 2 ... 10 folds.")
        #expect(message(CrossValidation(folds: 1, seed: 1), specification)?.hasPrefix("cannot make 1 folds") == true)
        #expect(
            message(CrossValidation(foldIDs: [1, 2, 1]), specification) == "3 fold numbers do not fit 10 rows")
        #expect(
            message(CrossValidation(foldIDs: Array(repeating: 4, count: 10)), specification)
                == "all rows are in one fold\nGive at least two folds.")
        var part = specification
        part.weights = (0..<10).map { $0 < 3 ? 0 : 1 }
        #expect(
            message(CrossValidation(foldIDs: [3, 3, 3, 1, 1, 1, 1, 9, 9, 9]), part)
                == "fold 3 has no row with a weight\nJoin it to another fold.")
        #expect(
            message(CrossValidation(folds: 8, seed: 1), part)
                == "cannot make 8 folds of 7 rows with a weight\nAsk for 2 ... 7 folds.")
        #expect(
            message(CrossValidation(folds: 5, seed: 1, measure: .areaUnderCurve), specification)
                == "areaUnderCurve is not measured for a gaussian family")
        var constant = specification
        constant.targets = (0..<10).map { $0 == 4 ? 1 : 0 }
        let ids = (0..<10).map { $0 == 4 ? 0 : 1 }
        #expect(
            message(CrossValidation(foldIDs: ids), constant)
                == "without fold 1 the target is constant\nAsk for more folds, or give other ones.")
        constant.family = .binomial
        #expect(
            message(CrossValidation(foldIDs: ids), constant)?.hasPrefix("without fold 1 a class has no rows") == true)
    }
}

@Suite("Folds")
struct FoldTests {
    @Test(arguments: [2, 3, 7, 10, 40])
    func ofEqualSizeAndEvenClasses(count: Int) throws {
        let rows = 143
        let classes = (0..<rows).map { $0 % 11 == 0 ? 2 : $0 % 3 == 0 ? 1 : 0 }
        let weights = (0..<rows).map { $0 % 13 == 5 ? 0.0 : 1 }
        let folds = try Folds(count: count, seed: 4, weights: weights, classes: classes)
        func spread(_ isCounted: (Int) -> Bool) -> Int {
            let sizes = (0..<count).map { folds.rows(in: $0).count(where: isCounted) }
            return sizes.max()! - sizes.min()!
        }
        #expect(spread { _ in true } <= 1 && spread { weights[$0] > 0 } <= 1)
        for label in 0..<3 { #expect(spread { classes[$0] == label && weights[$0] > 0 } <= 1) }
        #expect((0..<count).flatMap { folds.rows(in: $0) }.sorted() == Array(0..<rows))
        #expect(try Folds(count: count, seed: 4, weights: weights, classes: classes) == folds)
        #expect(try Folds(count: count, seed: 5, weights: weights, classes: classes) != folds)
        let held = folds.trainingWeights(without: 1, of: weights)
        #expect((0..<rows).allSatisfy { held[$0] == (folds.folds[$0] == 1 ? 0 : weights[$0]) })
    }

    @Test func givenByAnyNumbers() throws {
        let folds = try Folds(ids: [7, -3, 7, 100, -3], weights: [1, 1, 0, 1, 1])
        #expect(folds.count == 3 && folds.folds == [1, 0, 1, 2, 0])
    }
}
