/// A place on the way to a solution: coefficients of a working set, η, and the family there.
struct Iterate {
    /// [places × outputs]
    var x: [Double]
    /// [outputs × rows]
    var eta: [Double]
    var state: FamilyState

    /// Armijo's rule on the whole objective: goes to x = `target`, or part of the way. A step that promises less than the
    /// rounding of the objective is taken as it is: that near, the slopes tell more than the values.
    ///
    /// - Parameters:
    ///   - delta: the step, and `change`: that of η.
    ///   - predicted: the change of the objective that slopes and penalty promise.
    ///   - isTrial: whether to go all the way or not at all.
    /// - Returns: whether the objective can fall no further, to rounding.
    @discardableResult
    mutating func search(
        _ target: [Double], _ delta: [Double], _ change: [Double], predicted: Double, _ strength: Double,
        _ penalty: LinearPenalty, isTrial: Bool = false
    ) -> Bool {
        let before = state.loss + strength * penalty.value(x)
        let rounding = 1e-14 * (abs(before) + abs(state.loss))
        var rate = 1.0
        while rate > 1e-10 {
            let trial = rate == 1 ? target : zip(x, delta).map { $0 + rate * $1 }
            let moved = zip(eta, change).map { $0 + rate * $1 }
            var there = state
            there.update(moved)
            let objective = there.loss + strength * penalty.value(trial)
            if objective <= before + 1e-4 * rate * predicted + rounding {
                (x, eta, state) = (trial, moved, there)
                return abs(predicted) <= rounding
            }
            if isTrial { return false }
            rate *= 0.5
        }
        return true
    }
}
