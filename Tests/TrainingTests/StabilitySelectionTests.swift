import Lariat
import LariatTestSupport
import Testing

@Suite("Stability selection")
struct StabilitySelectionTests {
    private static let control = PathControl(workers: 2)

    /// 20 features, of which 0, 1 and 2 matter.
    private static func regression(rows: Int = 101) -> LinearSpecification {
        let x: Matrix<Double> = randomMatrix(rows, 20, seed: 1)
        let noise: Matrix<Double> = randomMatrix(rows, 1, seed: 2)
        return LinearSpecification(
            design: Design(x), family: .gaussian,
            targets: (0..<rows).map { 2 * x[$0, 0] - 2 * x[$0, 1] + x[$0, 2] + noise[$0, 0] },
            weights: (0..<rows).map { $0 % 20 == 19 ? 0 : 1 + Double($0 % 2) })
    }

    private static func select(
        _ selection: StabilitySelection, workers: Int = 2
    ) throws -> StabilityResult {
        let specification = regression()
        let largest = SlowPath(specification.problem(weights: specification.weights, l1Ratio: 1)).largestStrength()
        return try selection.select(
            specification, l1Ratio: 1, strengths: (0..<8).map { largest / Double(1 << $0) },
            control: PathControl(workers: workers), solver: SlowPath.solver)
    }

    @Test func halvesAreComplementary() throws {
        var specification = Self.regression()
        let taking = specification.weights.count { $0 > 0 }
        for hasClasses in [false, true] {
            if hasClasses {
                specification.family = .binomial
                specification.targets = specification.targets.indices.map { $0 % 5 == 0 ? 1 : 0 }
            }
            let halves = try StabilitySelection(pairs: 7, seed: 3).halves(of: specification)
            #expect(halves.count == 14 && Set(halves).count == 14)
            for pair in 0..<7 {
                let (a, b) = (halves[2 * pair], halves[2 * pair + 1])
                #expect(zip(a, b).allSatisfy { $0 == 0 || $1 == 0 })
                #expect(a.indices.allSatisfy { [0, specification.weights[$0]].contains(a[$0] + b[$0]) })
                for label in hasClasses ? [0.0, 1] : [] {
                    let ones = [a, b].map { half in
                        half.indices.count { half[$0] > 0 && specification.targets[$0] == label }
                    }
                    #expect(ones[0] == ones[1] && ones[0] > 0)
                }
                let sizes = [a, b].map { half in half.count { $0 > 0 } }
                #expect(sizes[0] == sizes[1] && taking - 2 * sizes[0] <= (hasClasses ? 2 : 1))
            }
            #expect(try StabilitySelection(pairs: 7, seed: 3).halves(of: specification) == halves)
            #expect(try StabilitySelection(pairs: 7, seed: 4).halves(of: specification) != halves)
        }
    }

    @Test func whatMattersIsStable() throws {
        let result = try Self.select(StabilitySelection(pairs: 20, threshold: 0.9, selectionLimit: 5, seed: 1))
        #expect(result.stableFeatures == [0, 1, 2])
        #expect(result.probabilities[0].allSatisfy { $0 == 0 || $0 <= 1 } && result.meanSelections <= 5)
        for j in 0..<20 {
            #expect(result.largestProbabilities[j] == result.probabilities.map { $0[j] }.max())
            #expect(result.probabilities.allSatisfy { $0[j] >= 0 && $0[j] <= 1 })
        }
        let q = result.meanSelections
        #expect(abs(result.falseSelectionBound - q * q / (0.8 * 20)) < 1e-12)
        let unimodal = try #require(result.unimodalFalseSelectionBound)
        #expect(abs(unimodal - 4 * (0.1 + 1 / 40.0) / (1 + 1 / 20.0) * q * q / 20) < 1e-12)
        #expect(unimodal < result.falseSelectionBound)
    }

    @Test func neitherWorkersNorOrderMatter() throws {
        let selection = StabilitySelection(pairs: 6, seed: 9)
        let result = try Self.select(selection)
        #expect(try Self.select(selection, workers: 1) == result)
        #expect(try Self.select(selection, workers: 3) == result)
        // Without a limit all features come in at small strengths, and there is no bound worth the name.
        #expect(result.meanSelections > 12 && result.unimodalFalseSelectionBound == nil)
    }

    @Test func settingsOutsideTheirRange() throws {
        for (selection, message) in [
            (StabilitySelection(pairs: 0, seed: 1), "stability selection needs at least one pair of halves, not 0"),
            (
                StabilitySelection(threshold: 0.5, seed: 1),
                "the threshold of stability selection lies in (0.5, 1], not at 0.5"
            ),
            (StabilitySelection(selectionLimit: 0, seed: 1), "a selection limit of 0 selects nothing"),
        ] {
            #expect(throws: TrainingError.settings(message)) { try Self.select(selection) }
        }
        var specification = Self.regression()
        specification.targets = specification.targets.map { _ in 3 }
        #expect(throws: TrainingError.self) { try StabilitySelection(seed: 1).halves(of: specification) }
    }
}
