internal import LinearAlgebra

/// Batch normalisation followed by ReLU as one writes it down: y = max(γ·(x − μ)/√(σ² + ε) + β, 0), forward and
/// backward, with the sums over columns by loops or by BLAS.
struct PlainBatchNorm<Scalar: BLASScalar> {
    let products: PlainProducts<Scalar>
    let rows, columns: Int
    private let epsilon: Scalar = 1e-5
    /// μ and 1/√(σ² + ε) of the last forward pass, and sums over columns.
    private let mean, inverse, sums: UnsafeMutablePointer<Scalar>
    /// [rows × columns] for what is summed, and [rows] of ones to sum it by BLAS.
    private let terms, ones: UnsafeMutablePointer<Scalar>

    init(_ form: Form, rows: Int, columns: Int, _ operands: Operands<Scalar>) {
        products = PlainProducts(form: form)
        (self.rows, self.columns) = (rows, columns)
        (mean, inverse, sums) = (operands.zeros(columns), operands.zeros(columns), operands.zeros(columns))
        (terms, ones) = (operands.zeros(rows * columns), operands.zeros(rows))
        ones.update(repeating: 1, count: rows)
    }

    func forward(
        _ x: UnsafePointer<Scalar>, scale: UnsafePointer<Scalar>, shift: UnsafePointer<Scalar>,
        into y: UnsafeMutablePointer<Scalar>
    ) {
        sum(x, into: mean)
        plainScale(mean, by: 1 / Scalar(rows), count: columns)
        plainSquaredDeviations(x, mean, into: terms, rows, columns)
        sum(terms, into: inverse)
        plainInverseDeviations(inverse, rows: Scalar(rows), epsilon, count: columns)
        plainNormalize(x, mean, inverse, scale, shift, into: y, rows, columns)
    }

    /// dx, dγ and dβ, with dz = dy where y > 0:
    /// dx = γ·s·(dz − Σdz/n − x̂·Σdz·x̂/n), s = 1/√(σ² + ε), x̂ = (x − μ)·s.
    func backward(
        _ dy: UnsafePointer<Scalar>, input x: UnsafePointer<Scalar>, output y: UnsafePointer<Scalar>,
        scale: UnsafePointer<Scalar>, into dx: UnsafeMutablePointer<Scalar>,
        scaleGradient: UnsafeMutablePointer<Scalar>, shiftGradient: UnsafeMutablePointer<Scalar>
    ) {
        plainReLUGradient(dy, output: y, into: dx, count: rows * columns)
        sum(dx, into: shiftGradient)
        plainNormalizedProducts(dx, x, mean, inverse, into: terms, rows, columns)
        sum(terms, into: scaleGradient)
        plainNormalizeGradient(dx, x, mean, inverse, scale, scaleGradient, shiftGradient, rows, columns)
    }

    private func sum(_ x: UnsafePointer<Scalar>, into sums: UnsafeMutablePointer<Scalar>) {
        products.columnSums(x, rows: rows, columns: columns, ones: ones, into: sums)
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func plainScale<Scalar: BLASScalar>(_ x: UnsafeMutablePointer<Scalar>, by factor: Scalar, count: Int) {
    for j in 0..<count { x[j] *= factor }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func plainSquaredDeviations<Scalar: BLASScalar>(
    _ x: UnsafePointer<Scalar>, _ mean: UnsafePointer<Scalar>, into terms: UnsafeMutablePointer<Scalar>, _ rows: Int,
    _ columns: Int
) {
    for i in 0..<rows {
        let (from, to) = (x + i * columns, terms + i * columns)
        for j in 0..<columns { to[j] = (from[j] - mean[j]) * (from[j] - mean[j]) }
    }
}

/// Sums of squared deviations → 1/√(σ² + ε).
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func plainInverseDeviations<Scalar: BLASScalar>(
    _ sums: UnsafeMutablePointer<Scalar>, rows: Scalar, _ epsilon: Scalar, count: Int
) {
    for j in 0..<count { sums[j] = 1 / (sums[j] / rows + epsilon).squareRoot() }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func plainNormalize<Scalar: BLASScalar>(
    _ x: UnsafePointer<Scalar>, _ mean: UnsafePointer<Scalar>, _ inverse: UnsafePointer<Scalar>,
    _ scale: UnsafePointer<Scalar>, _ shift: UnsafePointer<Scalar>, into y: UnsafeMutablePointer<Scalar>, _ rows: Int,
    _ columns: Int
) {
    for i in 0..<rows {
        let (from, to) = (x + i * columns, y + i * columns)
        for j in 0..<columns {
            let z = (from[j] - mean[j]) * inverse[j] * scale[j] + shift[j]
            to[j] = z > 0 ? z : 0
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func plainNormalizedProducts<Scalar: BLASScalar>(
    _ dz: UnsafePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ mean: UnsafePointer<Scalar>,
    _ inverse: UnsafePointer<Scalar>, into terms: UnsafeMutablePointer<Scalar>, _ rows: Int, _ columns: Int
) {
    for i in 0..<rows {
        let start = i * columns
        for j in 0..<columns { terms[start + j] = dz[start + j] * (x[start + j] - mean[j]) * inverse[j] }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func plainNormalizeGradient<Scalar: BLASScalar>(
    _ dz: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ mean: UnsafePointer<Scalar>,
    _ inverse: UnsafePointer<Scalar>, _ scale: UnsafePointer<Scalar>, _ dScale: UnsafePointer<Scalar>,
    _ dShift: UnsafePointer<Scalar>, _ rows: Int, _ columns: Int
) {
    let share = 1 / Scalar(rows)
    for i in 0..<rows {
        let start = i * columns
        for j in 0..<columns {
            let normalized = (x[start + j] - mean[j]) * inverse[j]
            dz[start + j] =
                scale[j] * inverse[j] * (dz[start + j] - dShift[j] * share - normalized * dScale[j] * share)
        }
    }
}
