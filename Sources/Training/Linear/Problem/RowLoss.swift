internal import Glibc

/// The loss of one row at its linear predictor η: all that a family with one output needs.
protocol RowLoss {
    /// ℓ(η), the residual u = −∂ℓ/∂η and the curvature h = ∂²ℓ/∂η².
    static func evaluate(_ eta: Double, _ y: Double) -> (loss: Double, residual: Double, curvature: Double)
    /// ℓ*(−θ) + η₀·θ, where ℓ*(s) = sup_η s·η − ℓ(η); finite where the mean y − θ is one that the family can have.
    static func conjugate(_ theta: Double, _ y: Double, reference: Double) -> Double
    /// inf_η ℓ(η)
    static func saturated(_ y: Double) -> Double
    /// The predictor whose mean is y, kept within finite numbers.
    static func link(_ y: Double) -> Double
}

/// Beyond this |η| a mean is at its limit to the rounding of one.
private let farthest = 40.0

/// t·log t, which is 0 at 0; what rounding put below 0 counts as 0.
@inline(__always)
func timesLogarithm(_ t: Double) -> Double { t > 0 ? t * log(t) : 0 }

enum GaussianLoss: RowLoss {
    /// ½(y − η)²
    @inline(__always)
    static func evaluate(_ eta: Double, _ y: Double) -> (loss: Double, residual: Double, curvature: Double) {
        let u = y - eta
        return (0.5 * u * u, u, 1)
    }

    /// ℓ*(−θ) = ½θ² − y·θ
    @inline(__always)
    static func conjugate(_ theta: Double, _ y: Double, reference: Double) -> Double {
        theta * (0.5 * theta - (y - reference))
    }

    static func saturated(_ y: Double) -> Double { 0 }
    static func link(_ y: Double) -> Double { y }
}

enum BinomialLoss: RowLoss {
    /// log(1 + e^η) − y·η with one exponential of −|η|; both 1 − p and p are formed without cancellation.
    @inline(__always)
    static func evaluate(_ eta: Double, _ y: Double) -> (loss: Double, residual: Double, curvature: Double) {
        let e = exp(-abs(eta))
        let (larger, smaller) = (1 / (1 + e), e / (1 + e))
        let (p, q) = eta >= 0 ? (larger, smaller) : (smaller, larger)
        // For y = 1 and η > 0 the loss is log(1 + e^−η), not a difference.
        let linear = eta >= 0 ? (1 - y) * eta : -y * eta
        return (linear + log1p(e), y * q - (1 - y) * p, larger * smaller)
    }

    /// ℓ*(−θ) = t·log t + (1 − t)·log(1 − t), t = y − θ
    @inline(__always)
    static func conjugate(_ theta: Double, _ y: Double, reference: Double) -> Double {
        timesLogarithm(y - theta) + timesLogarithm((1 - y) + theta) + reference * theta
    }

    static func saturated(_ y: Double) -> Double { -timesLogarithm(y) - timesLogarithm(1 - y) }
    static func link(_ y: Double) -> Double { max(-farthest, min(farthest, log(y) - log1p(-y))) }
}

enum PoissonLoss: RowLoss {
    /// e^η − y·η
    @inline(__always)
    static func evaluate(_ eta: Double, _ y: Double) -> (loss: Double, residual: Double, curvature: Double) {
        let mean = exp(eta)
        return (mean - y * eta, y - mean, mean)
    }

    /// ℓ*(−θ) = t·log t − t, t = y − θ
    @inline(__always)
    static func conjugate(_ theta: Double, _ y: Double, reference: Double) -> Double {
        let t = y - theta
        return timesLogarithm(t) - t + reference * theta
    }

    static func saturated(_ y: Double) -> Double { y - timesLogarithm(y) }
    static func link(_ y: Double) -> Double { max(-farthest, log(y)) }
}
