internal import LariatModels

/// Σω·ℓ + ½λΣ_j c_j·β_j² and its gradient at x = (b, β), [outputs] where there is an intercept, then [columns × outputs]: what
/// first-order methods see of a problem at a strength.
struct SmoothObjective {
    let certifier: Certifier
    let strength: Double
    /// How many of x are intercepts.
    let intercepts: Int
    private(set) var state: FamilyState

    var count: Int { intercepts + certifier.problem.design.columns * certifier.problem.outputs }

    init(_ certifier: Certifier, strength: Double) {
        (self.certifier, self.strength, state) = (certifier, strength, certifier.null.state)
        intercepts = certifier.problem.fitsIntercept ? certifier.problem.outputs : 0
    }

    /// The null model as a place to start from.
    var start: [Double] { certifier.null.intercepts.prefix(intercepts) + certifier.null.coefficients }

    /// The feature of an element of x, or nil for an intercept.
    func feature(_ q: Int) -> Int? { q < intercepts ? nil : (q - intercepts) / certifier.problem.outputs }

    /// The value at x.
    mutating func value(_ x: [Double]) -> Double {
        let (outputs, beta) = (certifier.problem.outputs, Array(x[intercepts...]))
        let b = intercepts > 0 ? Array(x[0..<intercepts]) : Array(repeating: 0, count: outputs)
        state.update(certifier.predictor(intercepts: b, beta: beta))
        return beta.indices.reduce(state.loss) {
            $0 + 0.5 * strength * certifier.penalty.square[$1 / outputs] * beta[$1] * beta[$1]
        }
    }

    /// The gradient at the x of the last ``value(_:)``; 0 for features that are excluded.
    func gradient(_ x: [Double]) -> [Double] {
        let (problem, penalty) = (certifier.problem, certifier.penalty)
        let (rows, outputs) = (problem.design.rows, problem.outputs)
        var gradient = (0..<intercepts).map { k in -state.residuals[k * rows..<(k + 1) * rows].reduce(0, +) }
        for (q, slope) in Certifier.slopes(problem, state.residuals, vectors: 1).enumerated() {
            let j = q / outputs
            gradient.append(penalty.excluded[j] ? 0 : strength * penalty.square[j] * x[intercepts + q] - slope)
        }
        return gradient
    }

    /// x as a solution, certified from X and y.
    func solution(_ x: [Double], epochs: Int, stop: StopReason, tolerance: Double) -> StandardizedSolution {
        let outputs = certifier.problem.outputs
        let b = intercepts > 0 ? Array(x[0..<intercepts]) : Array(repeating: 0, count: outputs)
        let beta = Array(x[intercepts...])
        var certificate = certifier.certificate(
            strength: strength, intercepts: b, beta: beta, epochs: epochs, stop: stop)
        if certificate.relativeGap <= tolerance { certificate.stop = .converged }
        var state = state
        state.update(certifier.predictor(intercepts: b, beta: beta))
        return StandardizedSolution(
            strength: strength, intercepts: b, beta: beta, loss: state.loss, certificate: certificate)
    }
}
