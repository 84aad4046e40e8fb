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
        var eta = [Double](repeating: 0, count: outputs)
        for row in 0..<rows where weights[row] > 0 {
            for output in 0..<outputs { eta[output] = predictors[output * rows + row] }
            sum += weights[row] * loss(family, eta, targets[row])
            total += weights[row]
        }
        return sum / total
    }

    /// The measure of one row.
    private func loss(_ family: Family, _ eta: [Double], _ y: Double) -> Double {
        switch (self, family) {
        case (.deviance, .gaussian), (.squaredError, .gaussian): (y - eta[0]) * (y - eta[0])
        case (.deviance, .binomial): 2 * softplus(y == 1 ? -eta[0] : eta[0])
        case (.deviance, .multinomial): 2 * (logSumExp(eta) - eta[Int(y)])
        case (.deviance, .poisson): 2 * ((y > 0 ? y * (log(y) - eta[0]) : 0) - y + exp(eta[0]))
        case (.squaredError, .binomial): squared(y - 1 / (1 + exp(-eta[0])))
        case (.squaredError, .poisson): squared(y - exp(eta[0]))
        case (.squaredError, .multinomial): brier(eta, Int(y))
        case (.classificationError, .multinomial): eta.firstIndex(of: eta.max()!) == Int(y) ? 0 : 1
        case (.classificationError, _): (eta[0] > 0) == (y == 1) ? 0 : 1
        case (.areaUnderCurve, _): .nan
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
