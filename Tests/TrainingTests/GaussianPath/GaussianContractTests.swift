import LariatModels
import LariatTraining
import LinearAlgebra
import Testing

/// The largest strength, limits, workers, and Gram matrices from outside.
@Suite("Contracts of gaussian paths")
struct GaussianContractTests {
    /// The check that all of these tests lean on does notice a coefficient that is a little off.
    @Test func checkNotices() throws {
        let problem = StressDesign.gaussian.problem(rows: 40, columns: 60, seed: 2)
        var point = try problem.solve([try problem.strengths(2, ratio: 0.1)[1]], tolerance: 1e-12)[0]
        point.coefficients[0][0] += 1e-3
        #expect(GaussianCheck(problem)(point).relativeGap > 1e-7)
    }

    @Test func largestStrength() throws {
        for design in [StressDesign.gaussian, .integers, .steps] {
            for l1Ratio in [1, 0.5, 0.01] {
                var problem = design.problem(rows: 30, columns: 50, seed: 5)
                problem.l1Ratio = l1Ratio
                let largest = try GaussianPath.largestStrength(problem.problem(), workers: 1)
                let path = try problem.solve([1.000001 * largest, 0.99 * largest], tolerance: 1e-10)
                #expect(path[0].support.isEmpty && path[0].certificate.relativeGap <= 1e-15)
                #expect(!path[1].support.isEmpty, "\(design) \(l1Ratio)")
            }
        }
    }

    /// Shapes above the sizes from which work is shared.
    @Test(arguments: [(120, 900, 1.0), (120, 900, 0.5), (1500, 90, 1), (400, 420, 0.5)])
    func equalBitsForOneAndTwoWorkers(rows: Int, columns: Int, l1Ratio: Double) throws {
        var problem = StressDesign.gaussian.problem(rows: rows, columns: columns, seed: 8)
        problem.l1Ratio = l1Ratio
        let strengths = try problem.strengths(30, ratio: 0.01)
        for storage in GaussianCase.Storage.allCases {
            let one = try problem.solve(strengths, tolerance: 1e-10, workers: 1, storage)
            for workers in [2, 3] {
                let more = try problem.solve(strengths, tolerance: 1e-10, workers: workers, storage)
                for (a, b) in zip(one, more) {
                    #expect(a.support == b.support && a.coefficients == b.coefficients && a.intercepts == b.intercepts)
                    #expect(a.certificate == b.certificate, "\(storage), \(workers) workers")
                }
            }
        }
    }

    @Test func strengthsInAnyOrder() throws {
        let problem = StressDesign.gaussian.problem(rows: 40, columns: 60, seed: 2)
        let strengths = try problem.strengths(8, ratio: 0.01)
        let shuffled = [3, 0, 7, 5, 1, 6, 2, 4, 4].map { strengths[$0] }
        let path = try problem.solve(shuffled, tolerance: 1e-12)
        #expect(path.map(\.strength) == shuffled)
        let check = GaussianCheck(problem)
        for point in path { #expect(check(point).relativeGap <= 1.1e-12) }
    }

    /// One small strength alone needs strengths between, or the working set would be all features.
    @Test func oneStrength() throws {
        let problem = StressDesign.gaussian.problem(rows: 40, columns: 200, seed: 4)
        let strength = try problem.strengths(2, ratio: 0.001)[1]
        let path = try problem.solve([strength], tolerance: 1e-10)
        #expect(path.count == 1 && path[0].certificate.stop == .converged)
        #expect(GaussianCheck(problem)(path[0]).relativeGap <= 1e-10)
    }

    /// Too few iterations end with that reason and an honest gap.
    @Test func iterationLimit() throws {
        let problem = StressDesign.gaussian.problem(rows: 40, columns: 60, seed: 2)
        let strengths = try problem.strengths(5, ratio: 0.01)
        for mode in [GaussianPathSettings.Mode.workingSet, .gram] {
            var settings = GaussianPathSettings()
            settings.mode = mode
            let path = try GaussianPath.solve(
                problem.problem(), strengths: strengths, gram: nil,
                control: PathControl(tolerance: 1e-10, iterationLimit: 1, workers: 1), settings: settings)
            let check = GaussianCheck(problem)
            for point in path {
                #expect(abs(check(point).relativeGap - point.certificate.relativeGap) <= 1e-9)
                #expect((point.certificate.relativeGap <= 1e-10) == (point.certificate.stop == .converged))
            }
            #expect(path.last!.certificate.stop == .iterationLimit, "\(mode)")
        }
    }

    /// A gap that Double cannot reach ends with that reason.
    @Test func precision() throws {
        for design in [StressDesign.gaussian, .opposites, .autoregressive] {
            for mode in [GaussianPathSettings.Mode.workingSet, .gram] {
                let problem = design.problem(rows: 50, columns: 40, seed: 1)
                var settings = GaussianPathSettings()
                settings.mode = mode
                let path = try problem.solve(
                    try problem.strengths(10, ratio: 0.001), tolerance: 1e-20, settings: settings)
                #expect(path.allSatisfy { $0.certificate.stop != .iterationLimit })
                #expect(path.allSatisfy { $0.certificate.relativeGap <= 1e-12 }, "\(design) \(mode)")
            }
        }
    }

    /// Targets that the null model fits exactly.
    @Test func nothingToExplain() throws {
        var problem = StressDesign.gaussian.problem(rows: 20, columns: 10, seed: 1)
        problem.y = Array(repeating: 3, count: 20)
        let point = try problem.solve([0.1])[0]
        #expect(point.support.isEmpty && abs(point.intercepts[0] - 3) <= 1e-12 && point.certificate.stop == .converged)
    }

    /// Training sets of folds from one pass: full minus fold against the matrix of the training rows themselves.
    @Test func gramMatricesOfFolds() throws {
        var problem = StressDesign.gaussian.problem(rows: 90, columns: 25, seed: 6)
        problem.weights = (0..<90).map { 1 + Double($0 % 4) }
        for storage in [GaussianCase.Storage.double, .float] {
            let design = problem.design(storage)
            let folds = (0..<90).map { $0 % 5 }
            let sums = try #require(
                try RowSums.ofFolds(design, weights: problem.weights!, folds: folds, count: 5, workers: 2))
            let all = sums.dropFirst().reduce(sums[0], +)
            for fold in 0..<5 {
                var training = problem
                training.weights = (0..<90).map { folds[$0] == fold ? 0 : problem.weights![$0] }
                let linear = training.problem(storage)
                let strengths = try training.strengths(12, ratio: 0.01, storage)
                let control = PathControl(tolerance: 1e-11, workers: 1)
                let gram = (all - sums[fold]).standardized(for: linear.design)
                let path = try GaussianPath.solve(linear, strengths: strengths, gram: gram, control: control)
                let expected = try GaussianPath.solve(linear, strengths: strengths, control: control)
                for (a, b) in zip(path, expected) {
                    #expect(a.certificate.stop == .converged && b.certificate.stop == .converged)
                    #expect(zip(a.dense(25), b.dense(25)).allSatisfy { abs($0 - $1) <= 1e-6 })
                }
            }
        }
    }

    /// A certificate from the Gram matrix is a bound: what the raw numbers say of the solution is within it, for designs of
    /// which the matrix is known well and not so well; and a tolerance below its rounding is met from the data.
    @Test(arguments: [StressDesign.gaussian, .duplicates, .autoregressive, .steps])
    func gramCertificatesAreBounds(design: StressDesign) throws {
        for l1Ratio in [1, 0.5] {
            var problem = design.problem(rows: 300, columns: 40, seed: 7)
            problem.l1Ratio = l1Ratio
            let check = GaussianCheck(problem)
            let strengths = try problem.strengths(20, ratio: 1e-3)
            for tolerance in [1e-7, 1e-12] {
                var control = PathControl(tolerance: tolerance, workers: 1)
                control.acceptsGram = true
                for point in try GaussianPath.solve(problem.problem(), strengths: strengths, control: control) {
                    let found = check(point)
                    #expect(point.certificate.stop == .converged && point.certificate.relativeGap <= tolerance)
                    #expect(found.relativeGap <= point.certificate.relativeGap + 1e-13)
                    #expect(found.violation <= point.certificate.violation + 1e-10)
                }
            }
        }
    }

    @Test func gramMatrixIsThatOfTheStandardizedColumns() throws {
        var problem = StressDesign.gaussian.problem(rows: 300, columns: 12, seed: 6)
        for i in 0..<300 { problem.x[i][2] = 40 + 5 * problem.x[i][2] }
        let linear = problem.problem()
        let sums = try RowSums.ofFolds(
            problem.design(.double), weights: problem.shares, folds: Array(repeating: 0, count: 300), count: 1,
            workers: 1)
        let gram = try #require(sums)[0].standardized(for: linear.design).matrix
        let columns = (0..<12).map { j in
            [Double](unsafeUninitializedCapacity: 300) { column, count in
                linear.design.copy(column: j, into: column.baseAddress!)
                count = 300
            }
        }
        for i in 0..<12 {
            for j in 0..<12 {
                let expected = zip(columns[i], columns[j]).reduce(0) { $0 + $1.0 * $1.1 } / 300
                #expect(abs(gram[i, j] - expected) <= 1e-13)
            }
        }
    }
}
