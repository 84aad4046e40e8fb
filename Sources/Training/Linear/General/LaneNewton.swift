internal import LinearAlgebra

/// Newton's method for up to four strengths at once on a sparse design with a large support, where reading the columns is
/// most of the work: one Hessian for all, which ``LaneDescent`` solves with.
///
/// It comes near the solutions, and leaves it to ``ProximalNewton`` to certify them.
struct LaneNewton {
    let working: WorkingSet
    let penalty: LinearPenalty
    let strengths: [Double]
    /// The gap to come to, in the units of the objective.
    let tolerance: Double
    var iterates: [Iterate]
    private(set) var iterations = 0

    /// The places that can move, and their columns at the curvatures of a strength in the middle.
    private struct Model {
        let places: [Int]
        let columns: LaneColumns
        let penalty: LinearPenalty
    }

    init(
        _ working: WorkingSet, _ penalty: LinearPenalty, strengths: [Double], tolerance: Double, iterates: [Iterate]
    ) {
        (self.working, self.penalty, self.strengths) = (working, penalty, strengths)
        (self.tolerance, self.iterates) = (tolerance, iterates)
    }

    /// Runs until all are near enough, or come no nearer.
    mutating func solve(limit: Int) {
        var last = Array(repeating: Double.infinity, count: strengths.count)
        var model: Model?
        for round in 0..<20 {
            let slopes = self.slopes
            let violations = strengths.indices.map {
                penalty.violation(iterates[$0].x, slopes: slopes[$0], strength: strengths[$0])
            }
            let goals = strengths.indices.map(goal)
            let isDone = strengths.indices.allSatisfy {
                violations[$0] <= goals[$0] || (round > 1 && violations[$0] > 0.5 * last[$0])
            }
            if isDone || iterations >= limit { return }
            last = violations
            let wanted = wantedPlaces(slopes)
            // The first step leads far; from the second on the Hessian is near enough to stay.
            if model == nil || round < 2 || !Set(model!.places).isSuperset(of: wanted) { model = makeModel(wanted) }
            step(model!, slopes, zip(violations, goals).map { max(0.15 * $0, 0.5 * $1) })
        }
    }

    /// Zᵀωu of each strength.
    private var slopes: [[Double]] {
        let products = working.sparseSlopes(iterates.flatMap { $0.state.residuals }, count: iterates.count)
        return iterates.indices.map { l in (0..<working.count).map { products[$0 * iterates.count + l] } }
    }

    /// The violation at which the gap, at most about violation/λ·λΩ(x), is within the tolerance.
    private func goal(_ l: Int) -> Double {
        let value = penalty.value(iterates[l].x)
        let relative = min(tolerance / max(value, .leastNormalMagnitude) / strengths[l], 1e-3)
        return relative * strengths[l]
    }

    /// Places that are not 0 at some strength, or would not stay so.
    private func wantedPlaces(_ slopes: [[Double]]) -> [Int] {
        var isWanted = penalty.absolute.map { $0 == 0 }
        for (l, strength) in strengths.enumerated() {
            let x = iterates[l].x
            for q in isWanted.indices where x[q] != 0 || abs(slopes[l][q]) > strength * penalty.absolute[q] {
                isWanted[q] = true
            }
        }
        return isWanted.indices.filter { isWanted[$0] }
    }

    private func makeModel(_ places: [Int]) -> Model {
        let curvatures = iterates[iterates.count / 2].state.curvatures
        let weights = zip(working.problem.weights, curvatures).map { $0 * $1 }
        return Model(
            places: places, columns: LaneColumns(working, places: places, weights: weights),
            penalty: LinearPenalty(penalty, restrictedTo: places))
    }

    /// One step of all.
    private mutating func step(_ model: Model, _ slopes: [[Double]], _ tolerances: [Double]) {
        // In each lane the Hessian is κ = Σωh/Σωh₀ times that of the model, and the equations are divided by κ.
        var (scales, levels, limits) = (Lanes(repeating: 1), Lanes(repeating: 1), Lanes(repeating: .infinity))
        for l in strengths.indices {
            let curvatures = iterates[l].state.curvatures
            scales[l] =
                zip(working.problem.weights, curvatures).reduce(0) { $0 + $1.0 * $1.1 } / model.columns.total
            (levels[l], limits[l]) = (strengths[l] / scales[l], tolerances[l] / scales[l])
        }
        func gather(_ values: [[Double]]) -> [Lanes] {
            var gathered = Array(repeating: Lanes.zero, count: model.places.count)
            for (l, values) in values.enumerated() {
                for (s, q) in model.places.enumerated() { gathered[s][l] = values[q] }
            }
            return gathered
        }
        let start = gather(iterates.map(\.x))
        let descent = LaneDescent(
            model.columns, penalty: model.penalty, strengths: levels, start: start,
            slopes: gather(slopes).map { $0 / scales })
        descent.solve(tolerance: limits, limit: 200)
        iterations += descent.iterations
        let change = zip(descent.x, start).map { $0 - $1 }
        let product = working.product(model.places, change)
        for (l, strength) in strengths.enumerated() {
            var (delta, target) = (Array(repeating: 0.0, count: working.count), iterates[l].x)
            for (s, q) in model.places.enumerated() { (delta[q], target[q]) = (change[s][l], descent.x[s][l]) }
            let predicted = penalty.change(from: iterates[l].x, by: delta, strength: strength, slopes: slopes[l])
            iterates[l].search(target, delta, product.map { $0[l] }, predicted: predicted, strength, penalty)
        }
    }
}
