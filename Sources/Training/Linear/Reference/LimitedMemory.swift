/// The inverse Hessian of the last steps and changes of gradient, as L-BFGS keeps it.
///
/// - Source: Nocedal and Wright, Numerical Optimization, algorithm 7.4.
struct LimitedMemory {
    private var pairs: [(step: [Double], change: [Double], inverse: Double)] = []
    private let limit = 20

    /// Takes in a step s and a change of gradient y, where sᵀy tells of a curvature.
    mutating func append(step: [Double], change: [Double]) {
        let product = inner(step, change)
        if product <= 1e-14 * inner(change, change) { return }
        if pairs.count == limit { pairs.removeFirst() }
        pairs.append((step, change, 1 / product))
    }

    mutating func reset() { pairs = [] }

    /// −H·g by the two loops.
    func direction(_ gradient: [Double]) -> [Double] {
        var q = gradient.map { -$0 }
        var shares: [Double] = []
        for pair in pairs.reversed() {
            let share = pair.inverse * inner(pair.step, q)
            shares.append(share)
            for i in q.indices { q[i] -= share * pair.change[i] }
        }
        if let last = pairs.last {
            let scale = 1 / (last.inverse * inner(last.change, last.change))
            for i in q.indices { q[i] *= scale }
        }
        for (pair, share) in zip(pairs, shares.reversed()) {
            let back = pair.inverse * inner(pair.change, q)
            for i in q.indices { q[i] += (share - back) * pair.step[i] }
        }
        return q
    }
}

/// xᵀy
func inner(_ x: [Double], _ y: [Double]) -> Double { x.indices.reduce(0) { $0 + x[$1] * y[$1] } }
