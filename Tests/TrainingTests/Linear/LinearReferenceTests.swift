import Foundation
import LariatTraining
import LariatTestSupport
import Testing

/// Solutions of glmnet (generate_glmnet.R) and scikit-learn (generate_linear.py).
@Suite("Linear models against glmnet and scikit-learn")
struct LinearReferenceTests {
    struct Counts: Decodable {
        let rows, columns: Int
        let x, y: [Double]
    }
    struct Point: Decodable {
        let strength: Double
        let intercepts: [Double]
        let support: [Int]
        let coefficients: [[Double]]
    }
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let family: Family
        let l1Ratio: Double
        let largest: Double?
        let points: [Point]
        var testDescription: String { "\(name) \(l1Ratio)" }
    }
    struct File: Decodable {
        let counts: Counts
        let cases: [Case]
    }
    struct Fit: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let family: Family
        let l1Ratio, strength, intercept: Double
        let coefficients: [Double]
        var testDescription: String { "\(name) \(l1Ratio)" }
    }

    static let glmnet: File = try! reference("glmnet", as: File.self)
    static let scikitLearn: [Fit] = try! reference("linear", as: [Fit].self)

    static func problem(_ name: String, _ family: Family, _ ratio: Double) throws -> RandomProblem {
        var random: RandomProblem
        if name == "counts" {
            let counts = glmnet.counts
            let x = (0..<counts.rows).map { Array(counts.x[$0 * counts.columns..<($0 + 1) * counts.columns]) }
            random = RandomProblem(x: x, y: counts.y, family: family)
        } else {
            let (x, target) = try dataFile(name)
            let labels = Set(target).sorted()
            let y = target.map { family == .poisson ? Double($0)! : Double(labels.firstIndex(of: $0)!) }
            random = RandomProblem(x: x, y: y, family: family, outputs: family == .multinomial ? labels.count : 1)
        }
        random.l1Ratio = ratio
        return random
    }

    @Test(arguments: glmnet.cases)
    func agreesWithGlmnet(expected: Case) throws {
        let problem = try Self.problem(expected.name, expected.family, expected.l1Ratio).problem
        if let largest = expected.largest {
            #expect(abs(Certifier(problem).largestStrength - largest) <= 1e-10 * largest)
        }
        let path = GeneralPath.solve(
            problem, strengths: expected.points.map(\.strength), control: PathControl(tolerance: 1e-13, workers: 1))
        let (columns, outputs) = (problem.design.columns, problem.outputs)
        for (solution, point) in zip(path, expected.points) {
            let beta = solution.beta(columns: columns)
            var theirs = Array(repeating: 0.0, count: columns * outputs)
            for (place, j) in point.support.enumerated() {
                for k in 0..<outputs { theirs[j * outputs + k] = point.coefficients[k][place] }
            }
            let difference = zip(beta, theirs).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(difference <= 1e-6)
            for q in beta.indices where abs(beta[q]) > 1e-5 { #expect(theirs[q] != 0) }
            for q in beta.indices where abs(theirs[q]) > 1e-5 { #expect(beta[q] != 0) }
            // Intercepts of a multinomial family are unique but for a number added to all.
            let shift =
                outputs == 1
                ? 0 : zip(solution.intercepts, point.intercepts).reduce(0) { $0 + $1.0 - $1.1 } / Double(outputs)
            for (a, b) in zip(solution.intercepts, point.intercepts) { #expect(abs(a - shift - b) <= 1e-6) }
        }
    }

    @Test(arguments: scikitLearn)
    func agreesWithScikitLearn(expected: Fit) throws {
        let problem = try Self.problem(expected.name, expected.family, expected.l1Ratio)
        // Labels sort "nonspam" before "spam", as there.
        let solution = GeneralPath.solve(
            problem.problem, strengths: [expected.strength], control: PathControl(tolerance: 1e-14, workers: 1))[0]
        #expect(abs(solution.intercepts[0] - expected.intercept) <= 1e-6)
        let beta = solution.beta(columns: problem.columns)
        let difference = zip(beta, expected.coefficients).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(difference <= 1e-6)
    }
}
