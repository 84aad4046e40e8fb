internal import Glibc
internal import LinearAlgebra

/// Solves min over x of ½(x − x₀)ᵀH(x − x₀) − gᵀ(x − x₀) + λΩ(x) with H = Zᵀ·ωh·Z, which is never formed, by coordinate descent on
/// the columns: for supports so large, or columns so sparse, that H would cost more than many looks at them.
///
/// Penalties without norms, families with one output. Every few epochs the last ones are extrapolated, which is kept where
/// the objective falls by it.
///
/// - Source: Bertrand et al., NeurIPS 2022, for the extrapolation.
struct ColumnDescent {
    private let columns: WeightedColumns
    private let penalty: LinearPenalty
    private let strength: Double
    /// g
    private let start: (x: [Double], slopes: [Double])
    /// Σωh·x̃² of each coordinate.
    private let diagonal: [Double]

    private(set) var x: [Double]
    private(set) var iterations = 0
    /// v = √(ωh)·Z(x − x₀) is `product` − `constant`·√(ωh), so that a centre is no work in every row; Σ√(ωh)·`product`.
    private var product: [Double]
    private var constant = 0.0
    private var sum = 0.0

    /// - Parameter columns: those of the coordinates x, in their order.
    init(
        _ columns: WeightedColumns, penalty: LinearPenalty, strength: Double, start: [Double], slopes: [Double]
    ) {
        (self.columns, self.penalty, self.strength) = (columns, penalty, strength)
        (self.start, x) = ((start, slopes), start)
        product = Array(repeating: 0, count: columns.roots.count)
        diagonal = start.indices.map { columns.diagonal($0) }
    }

    /// Runs epochs, mostly on the support, until the largest violation that an epoch over all met is within the tolerance.
    mutating func solve(tolerance: Double, limit: Int = 1000) {
        while iterations < limit {
            if epoch(over: x.indices.map { $0 }) <= tolerance { return }
            let support = x.indices.filter { x[$0] != 0 || penalty.absolute[$0] == 0 }
            var history = [x]
            for _ in 0..<50 {
                let violation = epoch(over: support)
                history.append(x)
                if violation <= 0.3 * tolerance { break }
                if history.count == 6 {
                    extrapolate(history)
                    history = [x]
                }
            }
        }
    }

    /// x_q ← clip(S(s_q + H_qq·x_q, λa)/(H_qq + λc)); the largest violation that it met.
    private mutating func epoch(over coordinates: [Int]) -> Double {
        iterations += 1
        var largest = 0.0
        for q in coordinates {
            let curvature = diagonal[q] + strength * penalty.square[q]
            if curvature <= 0 { continue }
            let slope = start.slopes[q] - slope(of: q)
            let thresholded = softThreshold(slope + diagonal[q] * x[q], strength * penalty.absolute[q])
            let value = max(penalty.lower[q], min(penalty.upper[q], thresholded / curvature))
            let change = value - x[q]
            if change == 0 { continue }
            largest = max(largest, abs(change) * curvature)
            move(q, by: change)
            x[q] = value
        }
        return largest
    }

    /// √(ωh)·x̃_q times v
    @inline(__always)
    private func slope(of q: Int) -> Double {
        let dot = columns.dot(q, product) - constant * columns.sums[q]
        return (dot - columns.centers[q] * (sum - constant * columns.total)) / columns.scales[q]
    }

    /// v ← v + δ·√(ωh)·x̃_q
    @inline(__always)
    private mutating func move(_ q: Int, by delta: Double) {
        let scaled = delta / columns.scales[q]
        columns.add(q, scaled, to: &product)
        sum += scaled * columns.sums[q]
        constant += scaled * columns.centers[q]
    }

    /// The combination of the last places whose steps, combined alike, are shortest.
    private mutating func extrapolate(_ history: [[Double]]) {
        let count = history.count - 1
        let steps = (0..<count).map { k in zip(history[k + 1], history[k]).map { $0 - $1 } }
        var system = Array(repeating: 0.0, count: count * count)
        for a in 0..<count { for b in 0..<count { system[a * count + b] = inner(steps[a], steps[b]) } }
        let trace = (0..<count).reduce(0) { $0 + system[$1 * count + $1] }
        for a in 0..<count { system[a * count + a] += 1e-12 * trace }
        let shares = solveSemidefinite(system, Array(repeating: 1, count: count), held: [])
        let all = shares.reduce(0, +)
        if !(abs(all) > 0) { return }
        var trial = self
        for q in x.indices where x[q] != 0 {
            let value = (0..<count).reduce(0) { $0 + shares[$1] / all * history[$1 + 1][q] }
            let bounded = max(penalty.lower[q], min(penalty.upper[q], value))
            trial.move(q, by: bounded - x[q])
            trial.x[q] = bounded
        }
        if trial.objective < objective { self = trial }
    }

    /// ½‖v‖² − gᵀ(x − x₀) + λΩ(x)
    private var objective: Double {
        var value = strength * penalty.value(x)
        for (p, root) in zip(product, columns.roots) {
            let v = p - constant * root
            value += 0.5 * v * v
        }
        for q in x.indices { value -= start.slopes[q] * (x[q] - start.x[q]) }
        return value
    }
}
