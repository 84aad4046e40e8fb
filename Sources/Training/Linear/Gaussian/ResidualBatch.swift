internal import LinearAlgebra

/// The residuals of the strengths of a batch, and what products with the design need of them.
final class ResidualBatch {
    let rows: Int
    private(set) var count = 0
    /// Qᵀ of the targets less the fit of each solution: the coefficients of the free span, in its basis.
    var shares: [[Double]] = []
    /// ‖r‖²
    private(set) var squares: [Double] = []
    /// Σ√ω·r
    private(set) var sums: [Double] = []
    private let residuals: WorkVector<Double>
    private let weightedResiduals: WorkVector<Double>

    init(rows: Int, capacity: Int) {
        self.rows = rows
        residuals = WorkVector(capacity: rows * capacity)
        weightedResiduals = WorkVector(capacity: rows * capacity)
    }

    /// r = √ω∘(targets − fit)
    func residual(_ index: Int) -> UnsafeMutablePointer<Double> { residuals.base + index * rows }

    /// √ω∘r, which products with standardised columns take.
    func weighted(_ index: Int) -> UnsafeMutablePointer<Double> { weightedResiduals.base + index * rows }

    func begin(_ count: Int) {
        self.count = count
        shares = Array(repeating: [], count: count)
        squares = Array(repeating: 0, count: count)
        sums = squares
    }

    /// Makes the residuals orthogonal to the free span, and computes the rest of them.
    func finish(_ problem: GaussianProblem, _ crew: ChunkCrew) {
        let roots = problem.roots.base
        var (shares, squares, sums) = (self.shares, self.squares, self.sums)
        shares.withUnsafeMutableBufferPointer { shares in
            squares.withUnsafeMutableBufferPointer { squares in
                sums.withUnsafeMutableBufferPointer { sums in
                    let parts = (shares: shares, squares: squares, sums: sums)
                    crew.split(count, multipleOf: 1, isSmall: rows * count < 1 << 13) { range in
                        for l in range {
                            let (r, weighted) = (residual(l), weighted(l))
                            problem.free.project(r, adding: &parts.shares[l])
                            parts.squares[l] = Double.sumOfSquares(rows, r)
                            for i in 0..<rows { weighted[i] = roots[i] * r[i] }
                            parts.sums[l] = Double.dot(rows, roots, r)
                        }
                    }
                }
            }
        }
        (self.shares, self.squares, self.sums) = (shares, squares, sums)
    }
}
