internal import Glibc

/// The model without penalised features: intercept, unpenalised features and offset, fitted by Newton's method.
///
/// Where the loss has no minimum but a limit (one class, no counts, classes that an unpenalised feature separates),
/// predictors go as far as changes the loss in the rounding of its start.
package struct NullModel {
    /// [outputs]
    package let intercepts: [Double]
    /// The coefficients [columns × outputs] of the whole design; zeros but for unpenalised features.
    package let coefficients: [Double]
    /// η [outputs × rows]
    package let predictor: [Double]
    /// The predictor without the features that have bounds, to whose columns the residuals need not be orthogonal.
    let reference: [Double]
    /// Loss, residuals and curvatures at the predictor.
    package let state: FamilyState
    /// The loss of the saturated model.
    package let saturated: Double

    /// 2·Σω(ℓ(null) − ℓ(saturated))
    package var deviance: Double { deviance(loss: state.loss) }
    /// 2·Σω(ℓ − ℓ(saturated)) of a model with that loss.
    package func deviance(loss: Double) -> Double { 2 * (loss - saturated) }

    init(_ problem: LinearProblem, _ penalty: LinearPenalty, _ part: UnpenalizedPart) {
        let (rows, outputs) = (problem.design.rows, problem.outputs)
        let offsets = problem.offsets ?? Array(repeating: 0, count: outputs * rows)
        var x = (part.hasIntercept ? Self.start(problem, offsets) : [])
        x += Array(repeating: 0, count: part.features.count * outputs)
        var state = FamilyState(problem)
        let saturated = state.saturated
        func predictor(_ x: [Double]) -> [Double] { zip(offsets, part.predictor(x)).map { $0 + $1 } }
        state.update(predictor(x))
        let scale = max(state.loss - saturated, .leastNormalMagnitude)
        let shift = part.hasIntercept ? outputs : 0
        let feature = { (q: Int) in q < shift ? nil : part.features[(q - shift) / outputs] }
        for _ in 0..<200 {
            let slopes = part.slopes(state.residuals)
            let held = Set(
                slopes.indices.filter { q in
                    feature(q).map {
                        (x[q] >= penalty.upper[$0] && slopes[q] > 0) || (x[q] <= penalty.lower[$0] && slopes[q] < 0)
                    } ?? false
                })
            let step = part.newtonStep(state.curvatures, slopes: slopes, held: held)
            let decrement = zip(slopes, step).reduce(0) { $0 + $1.0 * $1.1 }
            // Newton's error is about the square of its last step: one more step is the last of use.
            let isLast = decrement <= 1e-18 * scale
            var (rate, found) = (1.0, false)
            while !found && rate > 1e-12 {
                let trial = x.indices.map { q in
                    let moved = x[q] + rate * step[q]
                    return feature(q).map { max(penalty.lower[$0], min(penalty.upper[$0], moved)) } ?? moved
                }
                var there = state
                there.update(predictor(trial))
                found = there.loss <= state.loss - 1e-4 * rate * decrement + 1e-15 * abs(state.loss)
                if found { (x, state) = (trial, there) }
                rate *= 0.5
            }
            if isLast || !found || state.loss - saturated <= 1e-16 * scale { break }
        }
        (self.predictor, self.state, self.saturated) = (predictor(x), state, saturated)
        reference = predictor(
            x.indices.map { q in
                let isBounded = feature(q).map { penalty.lower[$0].isFinite || penalty.upper[$0].isFinite } ?? false
                return isBounded ? 0 : x[q]
            })
        intercepts = part.hasIntercept ? Array(x[0..<outputs]) : Array(repeating: 0, count: outputs)
        var coefficients = Array(repeating: 0.0, count: problem.design.columns * outputs)
        for q in shift..<max(shift, x.count) { coefficients[feature(q)! * outputs + (q - shift) % outputs] = x[q] }
        self.coefficients = coefficients
    }

    /// The intercepts that fit the means of the targets without an offset, less the mean offset.
    private static func start(_ problem: LinearProblem, _ offsets: [Double]) -> [Double] {
        let rows = problem.design.rows
        func mean(_ value: (Int) -> Double) -> Double { (0..<rows).reduce(0) { $0 + problem.weights[$1] * value($1) } }
        return (0..<problem.outputs).map { k in
            let offset = mean { offsets[k * rows + $0] }
            switch problem.family {
            case .gaussian: return GaussianLoss.link(mean { problem.targets[$0] }) - offset
            case .binomial: return BinomialLoss.link(mean { problem.targets[$0] }) - offset
            case .poisson: return PoissonLoss.link(mean { problem.targets[$0] }) - offset
            case .multinomial: return PoissonLoss.link(mean { problem.targets[$0] == Double(k) ? 1 : 0 }) - offset
            }
        }
    }
}
