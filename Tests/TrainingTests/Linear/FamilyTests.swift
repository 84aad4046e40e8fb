import Foundation
import LariatTraining
import Testing

/// Losses, slopes, curvatures and conjugates of the families, against their definitions.
@Suite("Families of linear models")
struct FamilyTests {
    /// A problem of one feature that only serves to make the state of a family.
    static func state(_ family: Family, _ y: [Double], weights: [Double]? = nil) -> FamilyState {
        var random = RandomProblem(
            x: y.indices.map { [Double($0)] }, y: y, family: family, outputs: family == .multinomial ? 3 : 1)
        if let weights { random.weights = weights }
        return FamilyState(random.problem)
    }

    static let cases: [(Family, Double, [Double])] = [
        (.gaussian, 0.7, [-0.4]), (.binomial, 1, [0.3]), (.binomial, 0, [-2]), (.poisson, 3, [0.8]),
        (.poisson, 0, [-1]),
        (.multinomial, 1, [0.3, -0.2, 1.1]), (.multinomial, 2, [-2, 0.5, 0.1]),
    ]

    @Test(arguments: cases)
    func slopesAndCurvaturesAreCentralDifferences(family: Family, y: Double, eta: [Double]) {
        var state = Self.state(family, [y])
        func loss(_ eta: [Double]) -> Double { state.loss(eta) }
        state.update(eta)
        // Differences of h lose h²·ℓ‴ and ε·ℓ/h.
        let h = 1e-5
        for k in eta.indices {
            var (up, down) = (eta, eta)
            (up[k], down[k]) = (eta[k] + h, eta[k] - h)
            #expect(abs((loss(down) - loss(up)) / (2 * h) - state.residuals[k]) < 1e-9)
            let p = state.curvatures[k]
            let curvature = family == .multinomial ? p * (1 - p) : p
            #expect(abs((loss(up) - 2 * loss(eta) + loss(down)) / (h * h) - curvature) < 1e-5)
        }
    }

    /// ℓ(η) + ℓ*(s) = s·η at s = ℓ′(η), and ≥ at any other η.
    @Test(arguments: cases)
    func conjugatesMeetFenchelAndYoung(family: Family, y: Double, eta: [Double]) {
        var state = Self.state(family, [y])
        state.update(eta)
        let zeros = Array(repeating: 0.0, count: eta.count)
        let conjugate = -state.dual(state.residuals, scaledBy: 1, reference: zeros)
        func product(_ eta: [Double]) -> Double { -zip(state.residuals, eta).reduce(0) { $0 + $1.0 * $1.1 } }
        #expect(abs(state.loss + conjugate - product(eta)) < 1e-14 * (1 + abs(conjugate)))
        for step in stride(from: -8.0, through: 8, by: 0.25) {
            for k in eta.indices {
                var other = eta
                other[k] += step
                #expect(state.loss(other) + conjugate >= product(other) - 1e-14)
            }
        }
    }

    /// The conjugate inside its domain, away from any solution, is the best of a fine grid of η.
    @Test(arguments: [(Family.gaussian, 0.7), (.binomial, 1), (.binomial, 0), (.poisson, 3)])
    func conjugatesAreTheBestOfAGrid(family: Family, y: Double) {
        let state = Self.state(family, [y])
        for share in [0.1, 0.5, 0.9] {
            // y − θ between y and a mean of 1, 0 or 1.2.
            let theta = share * (y - (family == .binomial ? 1 - y : family == .poisson ? 1.2 : -1))
            let grid = stride(from: -12.0, through: 12, by: 1e-3).map { -theta * $0 - state.loss([$0]) }.max()!
            #expect(abs(-state.dual([theta], scaledBy: 1, reference: [0]) - grid) < 1e-6)
        }
    }

    @Test(arguments: [-800.0, -40, 40, 800])
    func farPredictorsStayFinite(eta: Double) {
        var binomial = Self.state(.binomial, [1])
        binomial.update([eta])
        #expect(binomial.loss == (eta > 0 ? exp(-eta) : -eta))
        #expect(binomial.residuals[0] == (eta > 0 ? exp(-eta) : 1))
        #expect(binomial.curvatures[0].isFinite && binomial.curvatures[0] >= 0)
        var multinomial = Self.state(.multinomial, [1])
        multinomial.update([0, eta, 0])
        #expect(abs(multinomial.loss - (eta > 0 ? 2 * exp(-eta) : log(2) - eta)) <= 1e-15 * abs(eta))
        #expect(abs(multinomial.residuals.reduce(0, +)) < 1e-15)
        var poisson = Self.state(.poisson, [2])
        poisson.update([min(eta, 700)])
        #expect(poisson.loss.isFinite && poisson.residuals[0].isFinite)
    }

    @Test(arguments: Family.allCases)
    func rowsOfWeightZeroTakeNoPart(family: Family) {
        let outputs = family == .multinomial ? 3 : 1
        var (two, three) = (Self.state(family, [1, 0]), Self.state(family, [1, 0, 1], weights: [1, 1, 0]))
        two.update(Array(repeating: 0.3, count: 2 * outputs))
        var eta = Array(repeating: 0.3, count: 3 * outputs)
        for k in 0..<outputs { eta[k * 3 + 2] = 5000 }
        three.update(eta)
        #expect(two.loss == three.loss && two.saturated == three.saturated)
        #expect((0..<outputs).allSatisfy { three.residuals[$0 * 3 + 2] == 0 })
    }
}

/// The null model in closed form, and in its limits.
@Suite("Null models")
struct NullModelTests {
    @Test func interceptsFitTheMeans() {
        let x = [[1.0], [2], [4], [3]]
        func null(_ family: Family, _ y: [Double], _ offsets: [Double]? = nil, outputs: Int = 1) -> NullModel {
            var random = RandomProblem(x: x, y: y, family: family, outputs: outputs)
            random.offsets = offsets.map { [$0] }
            return Certifier(random.problem).null
        }
        #expect(abs(null(.gaussian, [1, 2, 3, 6]).intercepts[0] - 3) < 1e-15)
        #expect(abs(null(.binomial, [1, 0, 0, 0]).intercepts[0] - log(1.0 / 3)) < 1e-15)
        #expect(abs(null(.poisson, [1, 2, 3, 6]).intercepts[0] - log(3.0)) < 1e-14)
        // Σ e^(o + b) = Σ y
        let offsets = [0.5, -1, 2, 0]
        let total = offsets.reduce(0) { $0 + exp($1) }
        #expect(abs(null(.poisson, [1, 2, 3, 6], offsets).intercepts[0] - log(12 / total)) < 1e-13)
        let multinomial = null(.multinomial, [0, 1, 2, 2], outputs: 3).intercepts
        #expect(abs(multinomial[2] - multinomial[0] - log(2.0)) < 1e-14)
        // Deviance of 0 against the saturated model when the targets are all the same.
        #expect(abs(null(.poisson, [3, 3, 3, 3]).deviance) < 1e-14)
    }

    @Test func separatedClassesHaveALimit() {
        var random = RandomProblem(x: [[1], [2], [3], [4]], y: [0, 0, 1, 1], family: .binomial)
        random.factors = [0]
        let null = Certifier(random.problem).null
        #expect(null.state.loss < 1e-14 && null.coefficients[0].isFinite)
        let oneClass = RandomProblem(x: [[1], [2], [3], [4]], y: [1, 1, 1, 1], family: .binomial)
        #expect(Certifier(oneClass.problem).null.state.loss < 1e-15)
        let noCounts = RandomProblem(x: [[1], [2], [3], [4]], y: [0, 0, 0, 0], family: .poisson)
        #expect(Certifier(noCounts.problem).null.state.loss < 1e-15)
    }
}
