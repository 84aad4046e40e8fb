internal import LinearAlgebra

/// The one factorisation behind a ridge path: the eigenvectors and eigenvalues of the smaller Gram matrix of z̃ = (1 − P)z,
/// where P projects on the unpenalised columns.
///
/// n − rank P > p: z̃ᵀz̃ = v·diag(s²)·vᵀ, and (z̃ᵀz̃ + λ)⁻¹ = v·diag(1/(s² + λ))·vᵀ. Else z̃z̃ᵀ = u·diag(s²)·uᵀ on the space
/// that P leaves, with the same inverse.
struct RidgeFactorization: Sendable {
    /// Whether it is of the [n × n] matrix.
    let isDual: Bool
    /// s², ascending, from 0 on.
    let squares: [Double]
    /// v [p × p], or u [n × n − rank P].
    let vectors: Matrix<Double>
    /// What of s² is the rounding of the Gram matrix.
    let rounding: Double

    init(_ columns: RidgeColumns, _ unpenalized: UnpenalizedColumns, rows n: Int) throws(FactorizationError) {
        isDual = n - unpenalized.rank <= columns.count
        let eigen: SymmetricEigen<Double>
        do {
            eigen = try SymmetricEigen(
                isDual ? Self.dual(columns, unpenalized, rows: n) : Self.primal(columns, unpenalized))
        } catch .notFinite {
            throw .overflow
        }
        squares = eigen.values.map { max($0, 0) }
        rounding = Double(max(squares.count, 1)) * .ulpOfOne * (squares.last ?? 0)
        vectors = isDual ? unpenalized.extend(eigen.vectors) : eigen.vectors
    }

    /// z̃z̃ᵀ = zzᵀ between projections.
    private static func dual(
        _ columns: RidgeColumns, _ unpenalized: UnpenalizedColumns, rows n: Int
    ) -> Matrix<Double> {
        var gram = Matrix<Double>(rows: n, columns: n)
        gram.withMutableView { gram in
            columns.forEachBlock { _, block in block.withView { addGram($0, to: gram) } }
            for row in 0..<n { for column in 0..<row { gram[column, row] = gram[row, column] } }
        }
        return unpenalized.restrict(&gram)
    }

    /// z̃ᵀz̃ = zᵀz − (zᵀq)(zᵀq)ᵀ with the basis q of the unpenalised columns.
    private static func primal(_ columns: RidgeColumns, _ unpenalized: UnpenalizedColumns) -> Matrix<Double> {
        var gram = Matrix<Double>(rows: columns.count, columns: columns.count)
        let explained = unpenalized.rank > 0 ? columns.transposedTimes(unpenalized.basis) : Matrix(rows: 0, columns: 0)
        gram.withMutableView { gram in
            columns.forEachBlock { _, block in block.withView { addGram($0, ofRows: true, to: gram) } }
            if unpenalized.rank > 0 { explained.withView { addGram($0, ofRows: true, scale: -1, to: gram) } }
        }
        return gram
    }

    /// 1/(s² + λ); at λ = 0 without what is rounding: the solution of least norm.
    func inverses(_ strength: Double) -> [Double] {
        squares.map { strength == 0 && $0 <= rounding ? 0 : 1 / ($0 + strength) }
    }

    /// (Gram matrix + λ_l)⁻¹ · x_l for each column l of `x`.
    func solve(_ x: Matrix<Double>, strengths: [Double]) -> Matrix<Double> {
        var rotated = Matrix<Double>(rows: squares.count, columns: x.columns)
        multiply(vectors, transposingA: true, x, into: &rotated)
        rotated.withMutableView { rotated in
            for (l, strength) in strengths.enumerated() {
                for (k, inverse) in inverses(strength).enumerated() { rotated[k, l] *= inverse }
            }
        }
        return multiply(vectors, rotated)
    }
}
