internal import LinearAlgebra

extension RidgePath {
    /// Σωᵢdᵢ² at each strength, dᵢ = yᵢ − ŷ₋ᵢ: the residual of row i over 1 − hᵢᵢ, by the Sherman–Morrison formula, with the
    /// hat matrix h = P + z̃(z̃ᵀz̃ + λ)⁻¹z̃ᵀ.
    ///
    /// A row whose prediction the others do not determine (1 − hᵢᵢ = 0) makes the error infinite. Rows of weight 0
    /// have no part in it.
    ///
    /// - Parameter numerators: those of each strength.
    func leaveOneOutErrors(_ numerators: [[Double]], strengths: [Double]) -> [Double] {
        let basis = unpenalized.basis
        let leverages = basis.transposed.columnSquares
        let denominators =
            factorization.isDual ? dualDenominators(strengths) : primalDenominators(strengths, basis, leverages)
        return strengths.indices.map { error(numerators[$0], denominators[$0], leverages) }
    }

    /// What is divided to get √ωᵢdᵢ: the residual over 1 − hᵢᵢ, or both over λ.
    ///
    /// With α = (z̃z̃ᵀ + λ)⁻¹t both the residual λα and 1 − hᵢᵢ = λ·(z̃z̃ᵀ + λ)⁻¹ᵢᵢ are small where λ is; their quotient does
    /// not need it, and so nothing cancels.
    func leaveOneOutNumerators(_ iterate: RidgeIterate, _ l: Int, _ strength: Double) -> [Double] {
        guard let dual = iterate.dual, !leavesUnreached(strength) else { return iterate.residual.elements(ofColumn: l) }
        return dual.elements(ofColumn: l)
    }

    /// Whether only what z̃ does not reach at all is left of the targets.
    private func leavesUnreached(_ strength: Double) -> Bool {
        strength == 0 && factorization.inverses(strength).contains(0)
    }

    private func dualDenominators(_ strengths: [Double]) -> [[Double]] {
        var squared = factorization.vectors
        squared.withMutableView { u in for k in 0..<(u.rows * u.columns) { u.base[k] *= u.base[k] } }
        return strengths.map { strength in
            var inverses = factorization.inverses(strength)
            if leavesUnreached(strength) { inverses = inverses.map { $0 == 0 ? 1 : 0 } }
            var denominators = [Double](repeating: 0, count: squared.rows)
            multiply(squared, inverses, into: &denominators)
            return denominators
        }
    }

    /// hᵢᵢ = Σ_k qᵢₖ² + Σ_k (z̃v)ᵢₖ²/(s_k² + λ), with z̃v = zv − q(qᵀzv), a block of rows at a time.
    private func primalDenominators(
        _ strengths: [Double], _ basis: Matrix<Double>, _ leverages: [Double]
    ) -> [[Double]] {
        let (n, p) = (rootWeights.count, columns.count)
        let explained =  // qᵀzv
            multiply(columns.transposedTimes(basis), transposingA: true, factorization.vectors)
        var inverses = Matrix<Double>(rows: strengths.count, columns: p, strengths.flatMap(factorization.inverses))
        inverses = inverses.transposed
        var shares = Matrix<Double>(rows: n, columns: strengths.count)
        columns.forEachBlock { _, z in
            for first in stride(from: 0, to: n, by: 256) {
                let range = first..<min(first + 256, n)
                var rows = Matrix<Double>(rows: range.count, columns: p)
                rows.withMutableView { rows in
                    z.withView { z in
                        factorization.vectors.withView {
                            multiply(z.columns(range), transposingA: true, $0, into: rows)
                        }
                    }
                    basis.withView { q in
                        explained.withView { multiply(q.rows(range), $0, into: rows, .adding, scale: -1) }
                    }
                    for k in 0..<(rows.rows * p) { rows.base[k] *= rows.base[k] }
                    shares.withMutableView { shares in
                        inverses.withView { multiply(rows.readOnly, $0, into: shares.rows(range)) }
                    }
                }
            }
        }
        return strengths.indices.map { l in
            zip(leverages, shares.elements(ofColumn: l)).map { 1 - $0 - $1 }
        }
    }

    /// Σωᵢdᵢ² with √ωᵢ·dᵢ = numerators[i]/denominators[i].
    private func error(_ numerators: [Double], _ denominators: [Double], _ leverages: [Double]) -> Double {
        let rounding = 8 * Double(unpenalized.rank + 1) * .ulpOfOne
        return rootWeights.indices.reduce(0) { sum, i in
            if rootWeights[i] == 0 { return sum }
            if denominators[i] <= 0 || 1 - leverages[i] <= rounding { return .infinity }
            let residual = numerators[i] / denominators[i]
            return sum + residual * residual
        }
    }
}
