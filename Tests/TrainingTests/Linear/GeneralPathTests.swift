import Foundation
import LariatModels
import LariatTraining
import LinearAlgebra
import Testing

/// The general path solver, against an independent checker and against solvers that work by other means.
@Suite("General paths")
struct GeneralPathTests {
    static func strengths(_ random: RandomProblem, count: Int = 50, ratio: Double = 1e-3) -> [Double] {
        let largest = Certifier(random.problem).largestStrength
        return (0..<count).map { max(largest, 1e-3) * pow(ratio, Double($0) / Double(count - 1)) }
    }

    /// Paths at a tolerance of 1e-12: certified, and no violation above 1e-5 of the largest strength by the checker.
    @Test(arguments: 0..<500)
    func randomPathsAreOptimal(trial: Int) {
        let random = RandomProblem.random(trial, seed: 1)
        let strengths = Self.strengths(random)
        let path = GeneralPath.solve(
            random.problem, strengths: strengths, control: PathControl(tolerance: 1e-12, workers: 1))
        let z = random.standardized
        #expect(path.map(\.strength) == strengths)
        for solution in path {
            #expect(solution.certificate.relativeGap <= 1e-12 && solution.certificate.stop == .converged)
            #expect(random.violation(solution, z) <= 1e-5 * strengths[0])
        }
    }

    /// The same by coordinate descent on the columns alone.
    @Test(arguments: (0..<60).filter { $0 % 4 != 2 })
    func descentOnColumnsIsOptimal(trial: Int) {
        var random = RandomProblem.random(trial, seed: 1)
        random.groups = nil
        let strengths = Self.strengths(random, count: 20, ratio: 0.01)
        let path = GeneralPath.solve(
            random.problem, strengths: strengths, control: PathControl(tolerance: 1e-10, workers: 1), modelLimit: 0)
        let z = random.standardized
        for solution in path {
            #expect(solution.certificate.relativeGap <= 1e-10)
            #expect(random.violation(solution, z) <= 1e-4 * strengths[0])
        }
    }

    /// Several strengths at once on sparse designs, in single precision inside: as exact as any, to the bit with either
    /// number of workers.
    @Test(arguments: (0..<60).filter { $0 % 4 != 2 })
    func strengthsTogetherAreOptimal(trial: Int) {
        var random = RandomProblem.random(trial, seed: 3)
        (random.groups, random.isSparse) = (nil, true)
        let strengths = Self.strengths(random, count: 20, ratio: 0.01)
        let paths = [1, 2].map {
            GeneralPath.solve(
                random.problem, strengths: strengths, control: PathControl(tolerance: 1e-10, workers: $0),
                modelLimit: 0)
        }
        let z = random.standardized
        for (a, b) in zip(paths[0], paths[1]) {
            #expect(a.certificate.relativeGap <= 1e-10)
            #expect(random.violation(a, z) <= 1e-4 * strengths[0])
            #expect(a.coefficients == b.coefficients && a.intercepts == b.intercepts && a.certificate == b.certificate)
        }
    }

    /// The certificate that the path carries is that of the data.
    @Test(arguments: 0..<20)
    func certificatesHoldFromTheData(trial: Int) {
        let random = RandomProblem.random(trial, seed: 5)
        let certifier = Certifier(random.problem)
        for solution in GeneralPath.solve(
            random.problem, strengths: Self.strengths(random, count: 10),
            control: PathControl(tolerance: 1e-7, workers: 1))
        {
            let anew = certifier.certificate(
                strength: solution.strength, intercepts: solution.intercepts,
                beta: solution.beta(columns: random.columns))
            let rounding = 1e-13 * (1 + abs(anew.primal))
            #expect(abs(anew.primal - solution.certificate.primal) <= rounding)
            #expect(abs(anew.dual - solution.certificate.dual) <= rounding)
            #expect(abs(anew.violation - solution.certificate.violation) <= 1e-9)
            #expect(anew.relativeGap <= 1e-7)
        }
    }

    @Test(arguments: 0..<60)
    func nothingAtTheLargestStrengthAndSomethingBelow(trial: Int) {
        let random = RandomProblem.random(trial, seed: 2)
        let certifier = Certifier(random.problem)
        let largest = certifier.largestStrength
        if largest == 0 { return }
        let path = GeneralPath.solve(
            random.problem, strengths: [1.000001 * largest, 0.99 * largest],
            control: PathControl(tolerance: 1e-12, workers: 1))
        func penalized(_ solution: StandardizedSolution) -> [Int] {
            solution.support.filter { !certifier.penalty.unpenalized.contains($0) }
        }
        #expect(penalized(path[0]).isEmpty)
        #expect(!penalized(path[1]).isEmpty)
    }

    /// FISTA on every kind of problem, OWL-QN where it applies: the objectives agree to the gaps.
    @Test(arguments: 0..<24)
    func agreesWithFirstOrderMethods(trial: Int) {
        let random = RandomProblem.random(trial, seed: 4)
        let strengths = Self.strengths(random, count: 3, ratio: 0.1)
        let control = PathControl(tolerance: 1e-9, iterationLimit: 30000, workers: 1)
        let path = GeneralPath.solve(random.problem, strengths: strengths, control: control)
        var others = [AcceleratedGradient.solve(random.problem, strengths: strengths, control: control)]
        if random.groups == nil && random.bounds == nil {
            others.append(OrthantWise.solve(random.problem, strengths: strengths, control: control))
        }
        let scale = Certifier(random.problem).scale
        for other in others {
            for (a, b) in zip(path, other) {
                #expect(b.certificate.stop != .iterationLimit)
                #expect(b.certificate.relativeGap <= 1e-8)
                #expect(abs(a.certificate.primal - b.certificate.primal) <= 1.1e-8 * scale)
            }
        }
    }

    /// Ridge has no support to find and is smooth: L-BFGS.
    @Test(arguments: Family.allCases)
    func ridgeAgreesWithLimitedMemory(family: Family) {
        var random = RandomProblem.random(Family.allCases.firstIndex(of: family)!, seed: 6)
        (random.groups, random.bounds, random.l1Ratio, random.isSparse) = (nil, nil, 0, false)
        let control = PathControl(tolerance: 1e-10, iterationLimit: 5000, workers: 1)
        let (a, b) = (
            GeneralPath.solve(random.problem, strengths: [1, 0.1, 0.01], control: control),
            OrthantWise.solve(random.problem, strengths: [1, 0.1, 0.01], control: control)
        )
        for (a, b) in zip(a, b) {
            #expect(a.certificate.relativeGap <= 1e-10 && b.certificate.relativeGap <= 1e-9)
            let difference = zip(a.beta(columns: random.columns), b.beta(columns: random.columns))
                .reduce(0) { max($0, abs($1.0 - $1.1)) }
            // ½λ‖Δβ‖² ≤ P − P*
            #expect(difference <= sqrt(2 * 1.1e-9 * Certifier(random.problem).scale / a.strength))
        }
    }

    /// A row of weight k is that row k times, and no scale of the weights changes anything.
    @Test(arguments: Family.allCases)
    func weightsAreRepetitions(family: Family) {
        var random = RandomProblem.random(Family.allCases.firstIndex(of: family)! + 8, seed: 7)
        let counts = random.y.indices.map { [1, 2, 0, 3][$0 % 4] }
        random.weights = counts.map { 0.37 * Double($0) }
        random.offsets = nil
        var repeated = random
        let indices = counts.indices.flatMap { Array(repeating: $0, count: counts[$0]) }
        (repeated.x, repeated.y) = (indices.map { random.x[$0] }, indices.map { random.y[$0] })
        repeated.weights = Array(repeating: 1, count: indices.count)
        let strengths = Self.strengths(random, count: 5, ratio: 0.05)
        let control = PathControl(tolerance: 1e-13, workers: 1)
        for (a, b) in zip(
            GeneralPath.solve(random.problem, strengths: strengths, control: control),
            GeneralPath.solve(repeated.problem, strengths: strengths, control: control))
        {
            #expect(abs(a.loss - b.loss) <= 1e-7 * (1 + abs(a.loss)))
            #expect(abs(a.certificate.primal - b.certificate.primal) <= 1e-12 * (1 + abs(a.certificate.primal)))
        }
    }

    /// A sparse design is the same numbers.
    @Test(arguments: Family.allCases)
    func sparseDesignsGiveTheSame(family: Family) {
        var random = RandomProblem.random(Family.allCases.firstIndex(of: family)! + 12, seed: 8)
        for i in random.x.indices { for j in random.x[i].indices where (i + j) % 3 > 0 { random.x[i][j] = 0 } }
        random.isSparse = false
        let strengths = Self.strengths(random, count: 10)
        let control = PathControl(tolerance: 1e-12, workers: 1)
        let dense = GeneralPath.solve(random.problem, strengths: strengths, control: control)
        random.isSparse = true
        let sparse = GeneralPath.solve(random.problem, strengths: strengths, control: control)
        let scale = Certifier(random.problem).scale
        for (a, b) in zip(dense, sparse) {
            #expect(b.certificate.relativeGap <= 1e-12)
            #expect(abs(a.certificate.primal - b.certificate.primal) <= 1e-11 * scale)
        }
    }

    /// Two workers do what one does, to the bit, dense and sparse.
    @Test(arguments: 0..<16)
    func theNumberOfWorkersChangesNothing(trial: Int) {
        let random = RandomProblem.random(trial, seed: 11)
        let strengths = Self.strengths(random, count: 10)
        let paths = [1, 2].map {
            GeneralPath.solve(
                random.problem, strengths: strengths, control: PathControl(tolerance: 1e-9, workers: $0))
        }
        for (a, b) in zip(paths[0], paths[1]) {
            #expect(a.coefficients == b.coefficients && a.intercepts == b.intercepts && a.certificate == b.certificate)
        }
    }

    /// With no iterations to spare the solver says so, and what it has is certified all the same.
    @Test func aLimitOfIterationsIsAResult() {
        let random = RandomProblem.random(9, seed: 1)
        let strengths = Self.strengths(random, count: 5)
        let path = GeneralPath.solve(
            random.problem, strengths: strengths, control: PathControl(tolerance: 1e-12, iterationLimit: 1, workers: 1))
        #expect(path.count == 5 && path.last!.certificate.stop == .iterationLimit)
        #expect(path.last!.certificate.relativeGap > 1e-12 && path.last!.certificate.relativeGap.isFinite)
    }
}
