internal import Glibc
internal import LinearAlgebra

/// A family at a linear predictor: the loss, its slope and its curvature in every row, in buffers that are used again.
package struct FamilyState {
    private let family: Family
    private let outputs: Int
    private let rows: Int
    private let weights: [Double]
    private let targets: [Double]

    /// Σ_i ω_i·ℓ_i
    package private(set) var loss = 0.0
    /// ω_i·u_i with u = −∂ℓ/∂η, [outputs × rows]
    package private(set) var residuals: [Double]
    /// h_i = ∂²ℓ/∂η² [rows]; for multinomial the probabilities p [outputs × rows], of which the Hessian of a row is
    /// diag(p) − p·pᵀ.
    package private(set) var curvatures: [Double]

    package init(_ problem: LinearProblem) {
        (family, outputs, rows) = (problem.family, problem.outputs, problem.design.rows)
        (weights, targets) = (problem.weights, problem.targets)
        residuals = Array(repeating: 0, count: outputs * rows)
        curvatures = residuals
    }

    /// Moves to the predictor η [outputs × rows].
    package mutating func update(_ eta: [Double]) {
        switch family {
        case .gaussian: update(GaussianLoss.self, eta)
        case .binomial: updateBinomial(eta)
        case .poisson: update(PoissonLoss.self, eta)
        case .multinomial: updateMultinomial(eta)
        }
    }

    private mutating func update<Loss: RowLoss>(_: Loss.Type, _ eta: [Double]) {
        precondition(eta.count == rows && targets.count == rows && weights.count == rows)
        var sum = 0.0
        residuals.withUnsafeMutableBufferPointer { u in
            curvatures.withUnsafeMutableBufferPointer { h in
                for i in 0..<rows {
                    let weight = weights[i]
                    if weight == 0 {
                        (u[i], h[i]) = (0, 0)
                        continue
                    }
                    let row = Loss.evaluate(eta[i], targets[i])
                    sum += weight * row.loss
                    (u[i], h[i]) = (weight * row.residual, row.curvature)
                }
            }
        }
        loss = sum
    }

    /// ``BinomialLoss`` in all rows, several at a time.
    private mutating func updateBinomial(_ eta: [Double]) {
        precondition(eta.count == rows && targets.count == rows && weights.count == rows)
        loss = residuals.withUnsafeMutableBufferPointer { u in
            curvatures.withUnsafeMutableBufferPointer { h in
                Double.logistic(
                    rows, eta: eta, targets: targets, weights: weights, residuals: u.baseAddress!,
                    curvatures: h.baseAddress!)
            }
        }
    }

    /// ℓ = log Σ_k e^{η_k} − η_y, everything relative to the largest η_k of the row; u_k = [k = y] − p_k, where 1 − p_y is
    /// the sum of the others.
    private mutating func updateMultinomial(_ eta: [Double]) {
        precondition(eta.count == outputs * rows && targets.count == rows && weights.count == rows)
        var sum = 0.0
        residuals.withUnsafeMutableBufferPointer { u in
            curvatures.withUnsafeMutableBufferPointer { p in
                for i in 0..<rows {
                    let (weight, y) = (weights[i], Int(targets[i]))
                    var top = 0
                    for k in 1..<outputs where eta[k * rows + i] > eta[top * rows + i] { top = k }
                    let largest = eta[top * rows + i]
                    var (others, wrong) = (0.0, 0.0)
                    for k in 0..<outputs {
                        let e = exp(eta[k * rows + i] - largest)
                        p[k * rows + i] = e
                        if k != top { others += e }
                        if k != y { wrong += e }
                    }
                    let total = 1 + others
                    if weight != 0 { sum += weight * (log1p(others) + (largest - eta[y * rows + i])) }
                    for k in 0..<outputs {
                        p[k * rows + i] /= total
                        u[k * rows + i] = weight * (k == y ? wrong / total : -p[k * rows + i])
                    }
                }
            }
        }
        loss = sum
    }

    /// Σ_i ω_i·ℓ_i at η alone.
    package func loss(_ eta: [Double]) -> Double {
        var copy = self
        copy.update(eta)
        return copy.loss
    }

    /// −Σ_i ω_i·(ℓ_i*(−θ_i) + η₀_i·θ_i), the part of the dual that the targets make, at ωθ = s·`weighted`.
    ///
    /// Any η₀ that differs from the offset by what is not penalised gives the same, θ being orthogonal to that; the null
    /// model's keeps the terms small.
    package func dual(_ weighted: [Double], scaledBy s: Double, reference: [Double]) -> Double {
        switch family {
        case .gaussian: dual(GaussianLoss.self, weighted, s, reference)
        case .binomial: dual(BinomialLoss.self, weighted, s, reference)
        case .poisson: dual(PoissonLoss.self, weighted, s, reference)
        case .multinomial: dualMultinomial(weighted, s, reference)
        }
    }

    private func dual<Loss: RowLoss>(
        _: Loss.Type, _ weighted: [Double], _ s: Double, _ reference: [Double]
    ) -> Double {
        var sum = 0.0
        for i in 0..<rows where weights[i] != 0 {
            let theta = s * weighted[i] / weights[i]
            sum -= weights[i] * Loss.conjugate(theta, targets[i], reference: reference[i])
        }
        return sum
    }

    /// ℓ*(−θ) = Σ_k t_k·log t_k, t = e_y − θ
    private func dualMultinomial(_ weighted: [Double], _ s: Double, _ reference: [Double]) -> Double {
        var sum = 0.0
        for i in 0..<rows where weights[i] != 0 {
            for k in 0..<outputs {
                let theta = s * weighted[k * rows + i] / weights[i]
                let t = (k == Int(targets[i]) ? 1 : 0) - theta
                sum -= weights[i] * (timesLogarithm(t) + reference[k * rows + i] * theta)
            }
        }
        return sum
    }

    /// Σ_i ω_i·inf ℓ_i: the loss of the saturated model.
    package var saturated: Double {
        guard family == .poisson || family == .binomial else { return 0 }
        return (0..<rows).reduce(0) {
            let y = targets[$1]
            return $0 + weights[$1] * (family == .poisson ? PoissonLoss.saturated(y) : BinomialLoss.saturated(y))
        }
    }
}
