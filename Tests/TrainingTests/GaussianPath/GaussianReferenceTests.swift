import Foundation
import LariatModels
import LariatTestSupport
import LariatTraining
import LinearAlgebra
import Testing

/// The diabetes data against scikit-learn (generate_gaussian_paths.py): coefficients on the standardised scale within
/// 1e-6, the largest strength to 1e-10.
@Suite("Gaussian paths against scikit-learn")
struct GaussianReferenceTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name, design: String
        let l1Ratio, largest: Double
        let shares: [Double]
        let coefficients: [[Double]]
        var testDescription: String { name }
    }

    static let cases: [Case] = try! reference("gaussian_paths", as: [Case].self)

    @Test(arguments: cases)
    func coefficients(reference: Case) throws {
        var problem = try Self.diabetes()
        if reference.design == "products" { problem.x = Self.products(problem.x) }
        problem.l1Ratio = reference.l1Ratio
        let largest = try GaussianPath.largestStrength(problem.problem(), workers: 1)
        #expect(abs(largest - reference.largest) <= 1e-10 * reference.largest)
        for mode in [GaussianPathSettings.Mode.workingSet, .gram] {
            var settings = GaussianPathSettings()
            settings.mode = mode
            let path = try problem.solve(
                reference.shares.map { $0 * reference.largest }, tolerance: 1e-14, settings: settings)
            for (point, expected) in zip(path, reference.coefficients) {
                let found = point.dense(problem.columns)
                for (a, b) in zip(found, expected) {
                    #expect(abs(a - b) <= 1e-6, "\(mode) \(point.strength)")
                    #expect((a == 0) == (b == 0) || max(abs(a), abs(b)) <= 1e-5, "\(mode) \(point.strength)")
                }
            }
        }
    }

    static func diabetes() throws -> GaussianCase {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Data/diabetes.csv")
        let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
            .map { $0.split(separator: ",").map { Double($0)! } }
        return GaussianCase(x: rows.map { Array($0.dropLast()) }, y: rows.map { $0.last! })
    }

    /// All features, standardised, and their products but the square of the one with two values.
    static func products(_ x: [[Double]]) -> [[Double]] {
        let count = Double(x.count)
        let means = x[0].indices.map { j in x.reduce(0) { $0 + $1[j] } / count }
        let deviations = x[0].indices.map { j in
            (x.reduce(0) { $0 + ($1[j] - means[j]) * ($1[j] - means[j]) } / count).squareRoot()
        }
        return x.map { row in
            let z = row.indices.map { (row[$0] - means[$0]) / deviations[$0] }
            var all = z
            for i in 0..<10 { for j in i..<10 where (i, j) != (1, 1) { all.append(z[i] * z[j]) } }
            return all
        }
    }
}
