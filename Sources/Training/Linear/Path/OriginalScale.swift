internal import LariatModels

/// From the standardised scale back to that of the data: β = β̃/s, b = b̃ − Σβ·m, where x̃ = (x − m)/s.
struct OriginalScale {
    private let means, scales: [Double]

    init(_ standardized: StandardizedDesign, _ design: Design) {
        means = zip(standardized.centers, design.shifts).map { $0 + $1 }
        scales = standardized.scales
    }

    /// A solution as users see it.
    func point(_ solution: StandardizedSolution, devianceRatio: Double) -> PathPoint {
        let coefficients = solution.coefficients.map { values in
            zip(values, solution.support).map { $0 / scales[$1] }
        }
        let intercepts = zip(solution.intercepts, coefficients).map { intercept, values in
            intercept - zip(values, solution.support).reduce(0) { $0 + $1.0 * means[$1.1] }
        }
        return PathPoint(
            strength: solution.strength, intercepts: intercepts, support: solution.support,
            coefficients: coefficients,
            devianceRatio: devianceRatio, certificate: solution.certificate)
    }

    /// The standardised intercepts and coefficients [columns × outputs] of weights on the original scale.
    func standardized(intercepts: [Double], weights: [[Double]]) -> (intercepts: [Double], beta: [Double]) {
        let outputs = weights.count
        var beta = Array(repeating: 0.0, count: means.count * outputs)
        var moved = intercepts
        for (k, values) in weights.enumerated() {
            for (j, value) in values.enumerated() where value != 0 {
                beta[j * outputs + k] = value * scales[j]
                moved[k] += value * means[j]
            }
        }
        return (moved, beta)
    }
}
