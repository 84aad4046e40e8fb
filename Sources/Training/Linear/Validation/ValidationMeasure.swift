internal import Foundation

/// What is measured on rows that a model was not fitted to.
public enum ValidationMeasure: String, Sendable, Hashable, Codable, CaseIterable {
    /// −2·log-likelihood of a row less that of the best prediction there is: (y − η)² for gaussian, 2·ℓ for binomial and
    /// multinomial, 2·(y·log(y/μ) − y + μ) for Poisson.
    case deviance
    /// (y − μ)², μ the mean that is predicted; the sum over classes for multinomial.
    case squaredError
    /// The share of rows of which another class is more probable; binomial and multinomial.
    case classificationError
    /// The area under the receiver operating characteristic within a fold, to be as large as can be; binomial. A fold
    /// without one of the classes has none and does not count.
    case areaUnderCurve

    /// Whether more is better.
    public var isMaximized: Bool { self == .areaUnderCurve }

    /// Whether the measure makes sense for a family.
    public func suits(_ family: Family) -> Bool {
        switch self {
        case .deviance, .squaredError: true
        case .classificationError: family == .binomial || family == .multinomial
        case .areaUnderCurve: family == .binomial
        }
    }

    /// The weighted mean over some rows; NaN where there is none.
    ///
    /// - Shapes: `predictors` [outputs × rows], contiguous.
    package func value(
        _ family: Family, predictors: UnsafeBufferPointer<Double>, targets: [Double], weights: [Double]
    ) -> Double {
        if self == .areaUnderCurve {
            let rows = targets.indices.filter { weights[$0] > 0 }
            let classes = rows.map { Int(targets[$0]) }
            guard Set(classes).count == 2 else { return .nan }
            return Metrics.auc(rows.map { predictors[$0] }, classes, rows.map { weights[$0] })
        }
        let (rows, outputs) = (targets.count, targets.isEmpty ? 0 : predictors.count / targets.count)
        var (sum, total) = (0.0, 0.0)
        var scores = [Double](repeating: 0, count: family == .multinomial ? outputs : 0)
        for row in 0..<rows where weights[row] > 0 {
            for output in scores.indices { scores[output] = predictors[output * rows + row] }
            let loss =
                family == .multinomial
                ? loss(scores, Int(targets[row])) : loss(family, predictors[row], targets[row])
            sum += weights[row] * loss
            total += weights[row]
        }
        return sum / total
    }

    /// The measure of one row with one linear predictor.
    private func loss(_ family: Family, _ eta: Double, _ y: Double) -> Double {
        switch (self, family) {
        case (.deviance, .binomial): 2 * softplus(y == 1 ? -eta : eta)
        case (.deviance, .poisson): 2 * ((y > 0 ? y * (log(y) - eta) : 0) - y + exp(eta))
        case (.squaredError, .binomial): squared(y - 1 / (1 + exp(-eta)))
        case (.squaredError, .poisson): squared(y - exp(eta))
        case (.deviance, _), (.squaredError, _): squared(y - eta)
        case (.classificationError, _): (eta > 0) == (y == 1) ? 0 : 1
        case (.areaUnderCurve, _): .nan
        }
    }

    /// The measure of one row with a linear predictor for each class.
    private func loss(_ eta: [Double], _ y: Int) -> Double {
        switch self {
        case .deviance: 2 * (logSumExp(eta) - eta[y])
        case .squaredError: brier(eta, y)
        case .classificationError: eta.firstIndex(of: eta.max()!) == y ? 0 : 1
        case .areaUnderCurve: .nan
        }
    }

    private func squared(_ x: Double) -> Double { x * x }

    /// log(1 + e^x)
    private func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

    private func logSumExp(_ eta: [Double]) -> Double {
        let largest = eta.max()!
        return largest + log(eta.reduce(0) { $0 + exp($1 - largest) })
    }

    /// Σ_k ([y = k] − p_k)²
    private func brier(_ eta: [Double], _ y: Int) -> Double {
        let total = logSumExp(eta)
        return eta.indices.reduce(0) { $0 + squared(($1 == y ? 1 : 0) - exp(eta[$1] - total)) }
    }
}
