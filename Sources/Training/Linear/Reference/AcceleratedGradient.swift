internal import LariatModels

/// FISTA: proximal gradient steps from an extrapolated place, with backtracking for the step and a restart of the
/// extrapolation whenever it points uphill. Every family and penalty.
///
/// - Source: Beck and Teboulle, SIAM J. Imaging Sciences 2 (2009); O'Donoghue and Candès, Found. Comput. Math. 15 (2015).
package enum AcceleratedGradient {
    /// The solutions at the strengths, each from the one before.
    package static func solve(
        _ problem: LinearProblem, strengths: [Double], control: PathControl
    ) -> [StandardizedSolution] {
        let certifier = Certifier(problem)
        var x: [Double]?
        return strengths.map { strength in
            let objective = SmoothObjective(certifier, strength: strength)
            let (found, solution) = minimize(objective, from: x ?? objective.start, control)
            x = found
            return solution
        }
    }

    private static func minimize(
        _ start: SmoothObjective, from: [Double], _ control: PathControl
    ) -> ([Double], StandardizedSolution) {
        var (objective, x, y, momentum, curvature) = (start, from, from, 1.0, 1.0)
        for iteration in 0..<control.iterationLimit {
            let here = objective.value(y)
            let gradient = objective.gradient(y)
            var next = x
            while true {
                let step = y.indices.map { y[$0] - gradient[$0] / curvature }
                next = prox(step, objective, rate: 1 / curvature)
                var model = here + 1e-14 * abs(here)
                for q in y.indices {
                    let d = next[q] - y[q]
                    model += gradient[q] * d + 0.5 * curvature * d * d
                }
                let value = objective.value(next)
                if value <= model || curvature > 1e30 { break }
                curvature *= 2
            }
            // (y − x₊)·(x₊ − x) > 0: the momentum goes against the step.
            let uphill = y.indices.reduce(0) { $0 + (y[$1] - next[$1]) * (next[$1] - x[$1]) } > 0
            let faster = uphill ? 1 : (1 + (1 + 4 * momentum * momentum).squareRoot()) / 2
            let share = uphill ? 0 : (momentum - 1) / faster
            y = next.indices.map { next[$0] + share * (next[$0] - x[$0]) }
            (x, momentum, curvature) = (next, faster, curvature * 0.98)
            if iteration % 20 == 19 {
                let solution = objective.solution(
                    x, epochs: iteration + 1, stop: .iterationLimit, tolerance: control.tolerance)
                if solution.certificate.stop == .converged { return (x, solution) }
            }
        }
        return (
            x,
            objective.solution(
                x, epochs: control.iterationLimit, stop: .iterationLimit, tolerance: control.tolerance)
        )
    }

    /// The proximal step of what is not smooth: soft thresholds between the bounds, then the norms of groups.
    private static func prox(_ x: [Double], _ objective: SmoothObjective, rate: Double) -> [Double] {
        let (penalty, shift, outputs) = (
            objective.certifier.penalty, objective.intercepts, objective.certifier.problem.outputs
        )
        let t = rate * objective.strength
        var next = x
        for q in shift..<x.count {
            let j = (q - shift) / outputs
            next[q] = max(penalty.lower[j], min(penalty.upper[j], softThreshold(x[q], t * penalty.absolute[j])))
        }
        for (block, weight) in penalty.normWeights.enumerated() where weight > 0 {
            let members = penalty.members(block).flatMap { j in shift + j * outputs..<shift + (j + 1) * outputs }
            let norm = members.reduce(0) { $0 + next[$1] * next[$1] }.squareRoot()
            let shrink = norm > t * weight ? 1 - t * weight / norm : 0
            for q in members { next[q] *= shrink }
        }
        return next
    }
}
