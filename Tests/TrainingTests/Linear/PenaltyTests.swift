import Foundation
import LariatModels
import LariatTraining
import LinearAlgebra
import Testing

/// Dual norms, conjugates and distances of penalties, against their definitions.
@Suite("Penalties of linear models")
struct PenaltyTests {
    static func penalty(_ change: (inout RandomProblem) -> Void) -> LinearPenalty {
        var random = RandomProblem(
            x: [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 2]], y: [1, 2, 3, 4], family: .gaussian)
        change(&random)
        return LinearPenalty(random.problem)
    }

    /// At its null strength the slope is on the border of λ∂Ω(0): ‖S(c, λa)‖ = λw.
    @Test(arguments: [0, 0.3, 0.9, 1.0])
    func nullStrengthsOfGroupsAreRoots(share: Double) {
        let penalty = Self.penalty {
            $0.groups = ([[0, 1, 2]], share)
            $0.factors = [2, 2, 2]
        }
        for c in [[0.3, -0.2, 0.9], [1, 1, 1], [0, 0, 5], [1e-9, 2e-9, -1e-9]] {
            let strength = penalty.nullStrengths(c)[0]
            let norm = sqrt(c.reduce(0) { $0 + pow(max(abs($1) - strength * 2 * share, 0), 2) })
            #expect(abs(norm - strength * 2 * (1 - share) * sqrt(3)) < 1e-14 * c.map(abs).max()!)
            #expect(penalty.violation([0, 0, 0], slopes: c, strength: strength * 1.0001) == 0)
            #expect(penalty.violation([0, 0, 0], slopes: c, strength: strength * 0.9999) > 0)
        }
    }

    @Test func nullStrengthsOfFeatures() {
        let penalty = Self.penalty {
            $0.l1Ratio = 0.5
            $0.factors = [1, 4, 0]
            $0.bounds = ([0, -1, -1], [1, 1, 1])
        }
        #expect(penalty.nullStrengths([-3, 2, 7]) == [0, 1, 0])
        #expect(penalty.nullStrengths([3, -2, 7]) == [6, 1, 0])
    }

    /// sup over a grid of x of c·x − λΩ(x).
    @Test(arguments: [0.5, 1.0])
    func conjugatesAreTheBestOfAGrid(ratio: Double) {
        let penalty = Self.penalty {
            $0.l1Ratio = ratio
            $0.bounds = ([0, -0.5, -0.25], [0.75, 0.25, 0.5])
        }
        let grid = stride(from: -0.5, through: 0.75, by: 1e-3)
        for c in [[0.9, -0.8, 0.1], [-0.9, 0.3, 0.7]] {
            var best = 0.0
            for j in 0..<3 {
                best += grid.filter { $0 >= penalty.lower[j] - 1e-9 && $0 <= penalty.upper[j] + 1e-9 }
                    .map { c[j] * $0 - 0.4 * (ratio * abs($0) + 0.5 * (1 - ratio) * $0 * $0) }.max()!
            }
            #expect(abs(penalty.conjugate(c, scaledBy: 1, strength: 0.4) - best) < 1e-6)
        }
    }

    /// The dual objective bounds the primal everywhere, also far from a solution.
    @Test(arguments: 0..<40)
    func theGapIsABound(trial: Int) {
        let random = RandomProblem.random(trial, seed: 3)
        let certifier = Certifier(random.problem)
        let strength = max(certifier.largestStrength, 0.1) * 0.2
        let best = GeneralPath.solve(
            random.problem, strengths: [strength], control: PathControl(tolerance: 1e-11, workers: 1))[0]
        var generator = CounterGenerator(seed: 9, step: UInt64(trial))
        for size in [1e-6, 1e-3, 0.1] {
            var beta = best.beta(columns: random.columns)
            for q in beta.indices where !certifier.penalty.excluded[q / random.outputs] {
                let j = q / random.outputs
                beta[q] += size * generator.nextNormal()
                beta[q] = max(certifier.penalty.lower[j], min(certifier.penalty.upper[j], beta[q]))
            }
            let intercepts = best.intercepts.map { random.fitsIntercept ? $0 + size * generator.nextNormal() : $0 }
            let certificate = certifier.certificate(strength: strength, intercepts: intercepts, beta: beta)
            let rounding = 1e-14 * (1 + abs(best.certificate.primal))
            #expect(certificate.dual <= best.certificate.primal + rounding)
            #expect(certificate.primal >= best.certificate.dual - rounding)
            #expect(certificate.relativeGap > best.certificate.relativeGap)
        }
    }
}
