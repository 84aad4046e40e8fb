internal import LariatModels

/// OWL-QN: L-BFGS within the orthant that the signs of the place make, for ρ > 0; without an L1 norm, at ρ = 0, it is L-BFGS.
/// Elastic nets without groups and bounds.
///
/// - Source: Andrew and Gao, ICML 2007.
package enum OrthantWise {
    /// The solutions at the strengths, each from the one before.
    ///
    /// - Precondition: the problem has neither groups nor bounds.
    package static func solve(
        _ problem: LinearProblem, strengths: [Double], control: PathControl
    ) -> [StandardizedSolution] {
        precondition(problem.groups == nil && problem.bounds == nil, "OWL-QN takes neither groups nor bounds")
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
        var (objective, x, memory) = (start, from, LimitedMemory())
        let l1 = x.indices.map { q in
            objective.feature(q).map { objective.strength * objective.certifier.penalty.absolute[$0] } ?? 0
        }
        func value(_ x: [Double]) -> Double { objective.value(x) + x.indices.reduce(0) { $0 + l1[$1] * abs(x[$1]) } }
        var here = value(x)
        var gradient = objective.gradient(x)
        var (stop, iteration) = (StopReason.iterationLimit, 0)
        while iteration < control.iterationLimit {
            iteration += 1
            let pseudo = pseudoGradient(x, gradient, l1)
            var direction = memory.direction(pseudo)
            for q in x.indices where direction[q] * pseudo[q] >= 0 { direction[q] = 0 }
            let orthant = x.indices.map { x[$0] != 0 ? sign(x[$0]) : -sign(pseudo[$0]) }
            var (rate, found) = (1.0, false)
            while !found && rate > 1e-18 {
                var next = x.indices.map { x[$0] + rate * direction[$0] }
                for q in next.indices where l1[q] > 0 && next[q] * orthant[q] <= 0 { next[q] = 0 }
                let there = value(next)
                let promised = x.indices.reduce(0) { $0 + pseudo[$1] * (next[$1] - x[$1]) }
                if there <= here + 1e-4 * promised + 1e-16 * abs(here) && promised < 0 {
                    let moved = objective.gradient(next)
                    memory.append(
                        step: zip(next, x).map { $0 - $1 }, change: zip(moved, gradient).map { $0 - $1 })
                    (x, here, gradient, found) = (next, there, moved, true)
                }
                rate *= 0.5
            }
            if !found { memory.reset() }
            if iteration % 10 == 0 || !found {
                let solution = objective.solution(x, epochs: iteration, stop: stop, tolerance: control.tolerance)
                if solution.certificate.stop == .converged { return (x, solution) }
                // Not even along the gradient does it fall.
                if !found && stop == .precision { return (x, solution) }
                stop = found ? .iterationLimit : .precision
                if !found { gradient = gradientAgain(&objective, x) }
            }
        }
        return (x, objective.solution(x, epochs: iteration, stop: .iterationLimit, tolerance: control.tolerance))
    }

    private static func gradientAgain(_ objective: inout SmoothObjective, _ x: [Double]) -> [Double] {
        _ = objective.value(x)
        return objective.gradient(x)
    }

    /// The slope of steepest descent where |x| bends: g ± l1 on the side that falls, 0 where neither does.
    private static func pseudoGradient(_ x: [Double], _ g: [Double], _ l1: [Double]) -> [Double] {
        x.indices.map { q in x[q] != 0 ? g[q] + l1[q] * sign(x[q]) : softThreshold(g[q], l1[q]) }
    }
}
