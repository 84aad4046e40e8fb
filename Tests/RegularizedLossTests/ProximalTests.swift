import LariatTestSupport
import LinearAlgebra
import RegularizedLoss
import Testing

/// Every proximal operator against its definition: argmin ½Σ dᵢ(xᵢ − vᵢ)² + η·penalty(x).
@Suite("Proximal operators")
struct ProximalTests {
    static let metrics = [0.1, 1.0, 7.5]
    static let points = [-3.0, -0.4, -1e-3, 0, 0.2, 0.9, 2.5]

    @Test(arguments: metrics, points)
    func onALine(d: Double, v: Double) {
        let eta = 0.5
        check(v, d) { w, m in
            L1(0.8).prox(1, w, rate: eta, metric: m)
        } penalty: {
            eta * 0.8 * abs($0)
        }
        check(v, d) { w, m in
            L2(0.8).prox(1, w, rate: eta, metric: m)
        } penalty: {
            eta * 0.8 * $0 * $0
        }
        check(v, d) { w, m in
            ElasticNet(strength: 0.8, l1Ratio: 0.3).prox(1, w, rate: eta, metric: m)
        } penalty: {
            eta * 0.8 * (0.3 * abs($0) + 0.35 * $0 * $0)
        }
        check(v, d) { w, m in
            GroupLasso.prox(count: 1, strength: 0.8, ridge: 0.2, rate: eta, metric: m, w)
        } penalty: {
            eta * (0.8 * abs($0) + 0.1 * $0 * $0)
        }
    }

    /// No point of a fine grid is better than the operator's.
    private func check(
        _ v: Double, _ d: Double, _ prox: (UnsafeMutablePointer<Double>, UnsafePointer<Double>) -> Void,
        penalty: (Double) -> Double
    ) {
        var (w, metric) = (v, d)
        prox(&w, &metric)
        func objective(_ x: Double) -> Double { 0.5 * d * (x - v) * (x - v) + penalty(x) }
        let best = stride(from: -4.0, through: 4.0, by: 1e-4).map(objective).min()!
        #expect(objective(w) <= best + 1e-12)
    }

    @Test(arguments: 1...40)
    func groupSatisfiesItsOptimalityCondition(seed: UInt64) {
        var generator = CounterGenerator(seed: seed)
        let count = 1 + generator.next(below: 8)
        // Metrics over eight orders of magnitude.
        let d = (0..<count).map { _ in 1e-4 * Double(1 << generator.next(below: 27)) }
        let v = (0..<count).map { _ in 4 * generator.nextUniform() - 2 }
        let (eta, strength, ridge) = (0.3, generator.nextUniform(), seed % 2 == 0 ? 0 : 0.4)
        var x = v
        GroupLasso.prox(count: count, strength: strength, ridge: ridge, rate: eta, metric: d, &x)
        let threshold = eta * strength * Double(count).squareRoot()
        let pull = zip(d, v).reduce(0) { $0 + $1.0 * $1.1 * $1.0 * $1.1 }.squareRoot()
        let norm = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
        if norm == 0 {
            #expect(pull <= threshold)
            return
        }
        // dᵢ(xᵢ − vᵢ) + t·xᵢ/‖x‖ + η·ridge·xᵢ = 0
        for i in 0..<count {
            let residual = d[i] * (x[i] - v[i]) + threshold * x[i] / norm + eta * ridge * x[i]
            #expect(abs(residual) <= 1e-12 * max(pull, threshold))
        }
    }

    // MARK: Several elements against a grid

    /// A group of two under every pair of metrics, with and without a ridge: no point of the plane is better.
    @Test(arguments: metrics, metrics)
    func groupsOfTwo(first: Double, second: Double) {
        for v in [[0.1, -0.2], [2, -0.3], [-1.5, 2.5], [0, 1], [0.4, 0.4]] {
            for ridge in [0, 0.7] { checkGroup(v, [first, second], ridge) }
        }
    }

    @Test(arguments: metrics, metrics)
    func groupsOfThree(first: Double, last: Double) {
        for v in [[0.1, -0.2, 0.1], [2, -0.3, 1], [-1.5, 0, 2.5]] {
            for ridge in [0, 0.7] { checkGroup(v, [first, 1.7, last], ridge) }
        }
    }

    private func checkGroup(_ v: [Double], _ d: [Double], _ ridge: Double) {
        let (eta, strength) = (0.5, 0.8)
        var x = v
        GroupLasso.prox(count: v.count, strength: strength, ridge: ridge, rate: eta, metric: d, &x)
        func objective(_ x: [Double]) -> Double {
            let distance = zip(zip(d, x), v).reduce(0) { $0 + 0.5 * $1.0.0 * ($1.0.1 - $1.1) * ($1.0.1 - $1.1) }
            let squares = x.reduce(0) { $0 + $1 * $1 }
            let group = strength * Double(v.count).squareRoot() * squares.squareRoot()
            return distance + eta * (group + 0.5 * ridge * squares)
        }
        let best = min(Self.minimum(objective, dimensions: v.count), objective(v.map { _ in 0 }))
        #expect(objective(x) <= best + 1e-12, "\(v), \(d), \(ridge)")
    }

    /// Max-norm: the nearest point of the ball, by a grid over it.
    @Test(arguments: [[0.3, -0.2], [2, -0.3], [-1.5, 2.5], [0.3, 0.2, -0.1], [2, -0.3, 1], [-1.5, 0, 2.5]])
    func maxNormIsTheNearestPoint(v: [Double]) {
        let bound = 1.1
        var w = Matrix<Double>(rows: v.count, columns: 1, v)
        w.withMutableView { MaxNorm(bound).prox($0) }
        let x = w.elements
        func distance(_ x: [Double]) -> Double { zip(x, v).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
        func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        #expect(norm(x) <= bound * (1 + 4 * Double.ulpOfOne))
        let best = Self.minimum({ norm($0) <= bound ? distance($0) : .infinity }, dimensions: v.count)
        #expect(distance(x) <= best + 1e-12)
    }

    /// The least value on a grid over [−4, 4]ⁿ, refined around its best point ten times.
    private static func minimum(_ function: ([Double]) -> Double, dimensions: Int) -> Double {
        let half = dimensions == 2 ? 40 : 12
        var (centre, width, best) = (Array(repeating: 0.0, count: dimensions), 4.0, Double.infinity)
        for _ in 0..<10 {
            var found = centre
            var place = Array(repeating: -half, count: dimensions)
            while true {
                let x = (0..<dimensions).map { centre[$0] + width * Double(place[$0]) / Double(half) }
                let value = function(x)
                if value < best { (best, found) = (value, x) }
                guard let next = place.firstIndex(where: { $0 < half }) else { break }
                for index in 0..<next { place[index] = -half }
                place[next] += 1
            }
            (centre, width) = (found, width * 4 / Double(half))
        }
        return best
    }

    @Test func exactZeros() {
        var w: [Float] = [0.5, -0.2, 0.05, -0.1]
        L1(1).prox(4, &w, rate: 0.2)
        #expect(w == [0.3, 0, 0, 0])
        #expect(w.allSatisfy { $0.sign == .plus })
        var group: [Float] = [0.1, 0.1, 0.1, 0.1]
        GroupLasso.prox(count: 4, strength: 1, rate: 0.11, metric: nil, &group)
        #expect(group == [0, 0, 0, 0])
    }

    @Test func maxNormProjectsColumns() {
        var w = Matrix<Double>([[3, 0.1], [4, 0.2]])
        w.withMutableView { MaxNorm(1).prox($0) }
        #expect(relativeDifference(w.elements, [0.6, 0.1, 0.8, 0.2]) < 1e-15)
        #expect(w.withView { MaxNorm(1).optimalityDistance($0) } < 1e-15)
    }

    @Test func optimalityDistanceIsZeroAtTheMinimum() {
        // min ½(w − 2)² + 0.5|w| is at 1.5, where the gradient of the loss is −0.5.
        #expect(L1(0.5).optimalityDistance(1, [1.5], gradient: [-0.5]) == 0)
        #expect(L1(0.5).optimalityDistance(1, [0.0], gradient: [0.75]) == 0.25)
        #expect(GroupLasso(1).optimalityDistance(2, [0.0, 0], gradient: [1.0, 1]) == 0)
    }

    @Test func objectiveSumsItsTerms() {
        let objective = Objective(
            .squaredError, penalties: [.l1(0.1), .l2(0.2), .elasticNet(strength: 1, l1Ratio: 0.25), .l1(3).on(.biases)])
        let weights = objective.terms(role: .weight, layer: 1)
        #expect(abs(weights.l1 - 0.35) < 1e-15 && weights.l2 == 0.4 && weights.ridge == 0.75)
        #expect(objective.terms(role: .bias, layer: 0).l1 == 3)
        #expect(objective.terms(role: .scale, layer: 0) == SegmentPenalty())
        #expect(Objective(.squaredError, penalties: [.groupLasso(2)]).terms(role: .weight, layer: 1).group == 0)
        #expect(throws: ObjectiveError.self) { try Objective(.squaredError, penalties: [.l1(-1)]).validate() }
        #expect(throws: ObjectiveError.self) {
            try Objective(.squaredError, penalties: [.elasticNet(strength: 1, l1Ratio: 2)]).validate()
        }
        #expect(throws: ObjectiveError.self) { try Objective(.squaredError, penalties: [.maxNorm(.nan)]).validate() }
    }
}
