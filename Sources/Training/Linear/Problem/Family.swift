/// What the targets of a linear model are taken to be; ℓ is the loss of one row at the linear predictor η.
public enum Family: String, Sendable, Hashable, Codable, CaseIterable {
    /// ℓ = ½(y − η)²
    case gaussian
    /// ℓ = log(1 + e^η) − y·η, y ∈ {0, 1}
    case binomial
    /// ℓ = log Σ_k e^{η_k} − η_y
    case multinomial
    /// ℓ = e^η − y·η, y ≥ 0
    case poisson
}
