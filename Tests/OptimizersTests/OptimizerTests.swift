import LariatOptimizers
import LariatTestSupport
import LinearAlgebra
import Testing

/// Every rule against its equation, written out in Double.
@Suite("Optimizer rules")
struct OptimizerTests {
    static let rules: [Optimizer] = [
        .sgd, .momentum(0.9), .nesterov(0.8), .rmsprop(), .adagrad(), .adam(), .adamW(decay: 0.1),
    ]

    @Test(arguments: rules, [1, 17, 64])
    func matchesItsEquation(rule: Optimizer, count: Int) {
        #expect(difference(rule, count, Double.self) <= 1e-13)
        #expect(difference(rule, count, Float.self) <= 1e-5)
    }

    /// 50 steps with clipping, decay, ridge and L1; the largest difference relative to the largest weight.
    private func difference<Scalar: BLASScalar>(_ rule: Optimizer, _ count: Int, _: Scalar.Type) -> Double {
        let start: Matrix<Scalar> = randomMatrix(1, count, seed: 1)
        var w = start.elements
        var (u, s) = ([Scalar](repeating: 0, count: count), [Scalar](repeating: 0, count: count))
        var reference = w.map { Reference(w: Double($0)) }
        for t in 1...50 {
            let g: Matrix<Scalar> = randomMatrix(1, count, seed: UInt64(100 + t))
            var step: OptimizerStep<Scalar> = rule.step(t, rate: 0.01)
            (step.gradientScale, step.limit, step.l2, step.l1, step.ridge) = (0.5, 0.3, 0.02, 0.01, 0.03)
            u.withUnsafeMutableBufferPointer { u in
                s.withUnsafeMutableBufferPointer { s in
                    rule.update(
                        step, weights: &w, gradients: g.elements,
                        slots: OptimizerSlots(first: u.baseAddress!, second: s.baseAddress!), count: count)
                }
            }
            for k in 0..<count { reference[k].step(rule, t, Double(g.elements[k])) }
        }
        return relativeDifference(w, reference.map(\.w))
    }

    private struct Reference {
        var (w, u, s) = (0.0, 0.0, 0.0)

        init(w: Double) { self.w = w }

        mutating func step(_ rule: Optimizer, _ t: Int, _ gradient: Double) {
            let eta = 0.01
            let g = min(max(gradient * 0.5, -0.3), 0.3) + 0.02 * w
            var (direction, d, reach) = (g, 1.0, 1.0)
            func power(_ base: Double) -> Double { (0..<t).reduce(1) { product, _ in product * base } }
            switch rule {
            case .sgd: break
            case .momentum(let mu): (u, direction, reach) = (mu * u + g, mu * u + g, 1 / (1 - mu))
            case .nesterov(let mu): (u, direction, reach) = (mu * u + g, g + mu * (mu * u + g), 1 / (1 - mu))
            case .rmsprop(let alpha, let epsilon):
                s = alpha * s + (1 - alpha) * g * g
                d = s.squareRoot() + epsilon
            case .adagrad(let epsilon):
                s += g * g
                d = s.squareRoot() + epsilon
            case .adam(let b1, let b2, let epsilon), .adamW(let b1, let b2, let epsilon, _):
                u = b1 * u + (1 - b1) * g
                s = b2 * s + (1 - b2) * g * g
                d = (s / (1 - power(b2))).squareRoot() + epsilon
                direction = u / (1 - power(b1))
                if case .adamW(_, _, _, let decay) = rule { w *= 1 - eta * decay }
            }
            let v = w - eta * direction / d
            reach *= eta / d
            w = max(abs(v) - reach * 0.01, 0) * (v < 0 ? -1 : 1) / (1 + reach * 0.03)
        }
    }

    /// With the threshold η·λ/d the fixed point is the lasso's, whatever the metric.
    @Test(arguments: rules.dropLast())
    func keepsTheStationaryPointsOfTheObjective(rule: Optimizer) {
        // min ½Σ aᵢ(wᵢ − bᵢ)² + λΣ|w|, solved by S(aᵢbᵢ, λ)/aᵢ
        let (a, b, lambda) = ([1.0, 2, 0.5, 1], [1.0, -0.6, 0.3, 0.2], 0.25)
        var w = [0.5, 0.5, 0.5, 0.5], u = [Double](repeating: 0, count: 4), s = u
        for t in 1...20_000 {
            let g = (0..<4).map { a[$0] * (w[$0] - b[$0]) }
            var step: OptimizerStep<Double> = rule.step(t, rate: 0.05 / (1 + 0.002 * Double(t)))
            step.l1 = lambda
            u.withUnsafeMutableBufferPointer { u in
                s.withUnsafeMutableBufferPointer { s in
                    rule.update(
                        step, weights: &w, gradients: g,
                        slots: OptimizerSlots(first: u.baseAddress!, second: s.baseAddress!), count: 4)
                }
            }
        }
        let solution = (0..<4).map { max(abs(a[$0] * b[$0]) - lambda, 0) * (b[$0] < 0 ? -1 : 1) / a[$0] }
        for k in 0..<4 {
            #expect(abs(w[k] - solution[k]) < 1e-3)
            if solution[k] == 0 { #expect(w[k] == 0) }
        }
    }

    @Test func metricBelongsToTheRule() {
        let slots: [Double] = [0.04, 0.09]
        func metric(_ rule: Optimizer) -> [Double] {
            var (u, s, d) = (slots, slots, [0.0, 0])
            u.withUnsafeMutableBufferPointer { u in
                s.withUnsafeMutableBufferPointer { s in
                    rule.metric(
                        rule.step(1, rate: 1), slots: OptimizerSlots(first: u.baseAddress!, second: s.baseAddress!),
                        count: 2, into: &d)
                }
            }
            return d
        }
        #expect(metric(.sgd) == [1, 1])
        #expect(metric(.momentum(0.75)) == [0.25, 0.25])
        #expect(relativeDifference(metric(.rmsprop(epsilon: 0.1)), [0.3, 0.4]) < 1e-15)
        #expect(relativeDifference(metric(.adam(beta2: 0.75, epsilon: 0.1)), [0.5, 0.7]) < 1e-15)
    }

    @Test func clippingByNorm() {
        let clipping = GradientClipping.byGlobalNorm(1)
        #expect(clipping.scale(norm: 0.5) == 1)
        #expect(abs(clipping.scale(norm: 4) - 0.25) < 1e-6)
        #expect(clipping.scale(norm: .nan).isNaN)
    }

    @Test func refusesHyperparametersOutsideTheirRange() {
        for rule in [
            Optimizer.momentum(1), .adam(beta1: -0.1), .adam(epsilon: 0), .adamW(decay: .nan), .rmsprop(smoothing: 2),
        ] {
            #expect(throws: HyperparameterError.self) { try rule.validate() }
        }
        for rule in Self.rules { #expect(throws: Never.self) { try rule.validate() } }
        #expect(throws: HyperparameterError.self) { try GradientClipping.byValue(0).validate() }
    }
}
