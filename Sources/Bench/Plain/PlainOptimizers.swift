internal import LinearAlgebra

// Optimizer steps as one writes them down, and as a chain of BLAS calls with working space for one vector.

/// u ← μ·u + g; w ← w − η·u.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func plainMomentum<Scalar: BLASScalar>(
    _ step: OptimizerStep<Scalar>, weights w: UnsafeMutablePointer<Scalar>, gradients g: UnsafePointer<Scalar>,
    velocity u: UnsafeMutablePointer<Scalar>, count: Int
) {
    let (momentum, rate) = (step.momentum, step.rate)
    for k in 0..<count {
        u[k] = momentum * u[k] + g[k]
        w[k] -= rate * u[k]
    }
}

/// The same by copies and `axpy`, as u ← u + (μ − 1)·u needs a copy of u in `scratch`.
func blasMomentum<Scalar: BLASScalar>(
    _ step: OptimizerStep<Scalar>, weights w: UnsafeMutablePointer<Scalar>, gradients g: UnsafePointer<Scalar>,
    velocity u: UnsafeMutablePointer<Scalar>, scratch: UnsafeMutablePointer<Scalar>, count: Int
) {
    scratch.update(from: u, count: count)
    u.update(from: g, count: count)
    Scalar.axpy(count, step.momentum, scratch, u)
    Scalar.axpy(count, -step.rate, u, w)
}

/// m ← β₁·m + (1 − β₁)·g; s ← β₂·s + (1 − β₂)·g²; w ← w − ηλ·w − η·m̂/(√ŝ + ε).
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func plainAdamW<Scalar: BLASScalar>(
    _ step: OptimizerStep<Scalar>, weights w: UnsafeMutablePointer<Scalar>, gradients g: UnsafePointer<Scalar>,
    mean m: UnsafeMutablePointer<Scalar>, squares s: UnsafeMutablePointer<Scalar>, count: Int
) {
    for k in 0..<count {
        m[k] = step.momentum * m[k] + (1 - step.momentum) * g[k]
        s[k] = step.smoothing * s[k] + (1 - step.smoothing) * g[k] * g[k]
        let deviation = (s[k] / step.correction2).squareRoot() + step.epsilon
        w[k] -= step.decay * w[k] + step.rate * (m[k] / step.correction1) / deviation
    }
}

/// The same with `axpy` for what is linear: m ← m + (1 − β₁)·(g − m), w ← w − η·direction.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func blasAdamW<Scalar: BLASScalar>(
    _ step: OptimizerStep<Scalar>, weights w: UnsafeMutablePointer<Scalar>, gradients g: UnsafePointer<Scalar>,
    mean m: UnsafeMutablePointer<Scalar>, squares s: UnsafeMutablePointer<Scalar>,
    scratch: UnsafeMutablePointer<Scalar>, count: Int
) {
    scratch.update(from: g, count: count)
    Scalar.axpy(count, -1, m, scratch)
    Scalar.axpy(count, 1 - step.momentum, scratch, m)
    let decay = step.decay / step.rate
    for k in 0..<count {
        s[k] = step.smoothing * s[k] + (1 - step.smoothing) * g[k] * g[k]
        let deviation = (s[k] / step.correction2).squareRoot() + step.epsilon
        scratch[k] = decay * w[k] + (m[k] / step.correction1) / deviation
    }
    Scalar.axpy(count, -step.rate, scratch, w)
}
