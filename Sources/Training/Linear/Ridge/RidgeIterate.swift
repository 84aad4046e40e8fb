internal import LinearAlgebra

/// Solutions at several strengths with all that the data say of them; column l belongs to strength l.
struct RidgeIterate {
    /// γ [p × L]
    var coefficients: Matrix<Double>
    /// α [n × L] of γ = zᵀα, where the factorisation is of the [n × n] matrix.
    var dual: Matrix<Double>?
    /// [L][intercept, features of factor 0…]
    var unpenalized: [[Double]]
    /// r = t − z·γ less what the unpenalised columns explain [n × L].
    var residual: Matrix<Double>
    /// g = zᵀr − λγ [p × L], 0 at the solution.
    var gradient: Matrix<Double>
    /// Primal less dual objective at the dual point r, which is feasible: ‖g‖²/(2λ), without cancellation.
    var gaps: [Double]
    /// How often the factorisation was solved with.
    var rounds = 0

    /// The solutions, corrected until that changes nothing of note.
    static func converged(of path: RidgePath, strengths: [Double]) -> RidgeIterate {
        let factorization = path.factorization
        var iterate = RidgeIterate(startOf: path, count: strengths.count)
        for round in 1...6 {
            // The rest of the system that was factored: t − (zzᵀ + λ)α = r − λα, or zᵀt − (zᵀz + λ)γ = g.
            var rest = iterate.dual == nil ? iterate.gradient : iterate.residual
            if let dual = iterate.dual { rest.subtract(dual, times: strengths) }
            var next = factorization.solve(rest, strengths: strengths)
            let before = iterate.dual ?? iterate.coefficients
            let isSettled = zip(next.columnMagnitudes, before.columnMagnitudes).allSatisfy { $0 <= 1e-13 * $1 }
            if round > 1 && isSettled && iterate.gaps.allSatisfy({ $0 <= 1e-16 * path.nullObjective }) { break }
            next.subtract(before, times: Array(repeating: -1, count: strengths.count))
            var candidate = RidgeIterate(path, strengths, next)
            candidate.rounds = round
            if round > 1 && !candidate.keepBetter(iterate) { break }
            iterate = candidate
        }
        return iterate
    }

    /// Zeros, of which only what the first round reads is computed.
    private init(startOf path: RidgePath, count: Int) {
        let isDual = path.factorization.isDual
        coefficients = Matrix(rows: path.columns.count, columns: isDual ? 0 : count)
        dual = isDual ? Matrix(rows: path.unexplained.count, columns: count) : nil
        residual = Matrix(column: path.unexplained, count: count)
        let products = isDual ? [] : path.columns.transposedTimes(Matrix(column: path.unexplained, count: 1)).elements
        gradient = Matrix(column: products, count: count)
        (unpenalized, gaps) = ([], [])
    }

    /// What the data say of γ, or of α.
    private init(_ path: RidgePath, _ strengths: [Double], _ solution: Matrix<Double>) {
        let isDual = path.factorization.isDual
        dual = isDual ? solution : nil
        let explained: Matrix<Double>
        (coefficients, explained) =
            isDual ? path.columns.gramTimes(solution) : (solution, path.columns.times(solution))
        residual = Matrix(column: path.targets, count: strengths.count)
        residual.subtract(explained, times: Array(repeating: 1, count: strengths.count))
        unpenalized = path.unpenalized.project(&residual)
        gradient = path.columns.transposedTimes(residual)
        gradient.subtract(coefficients, times: strengths)
        gaps = zip(strengths, gradient.columnSquares).map { $1 / (2 * $0) }
        for (l, strength) in strengths.enumerated() where strength == 0 {
            gaps[l] = gapWithoutPenalty(l, path.factorization)
        }
    }

    /// ½‖P_z r‖²: by how much the loss could still fall.
    private func gapWithoutPenalty(_ l: Int, _ factorization: RidgeFactorization) -> Double {
        let vector = dual == nil ? gradient.elements(ofColumn: l) : residual.elements(ofColumn: l)
        var rotated = [Double](repeating: 0, count: factorization.squares.count)
        if rotated.isEmpty { return 0 }
        multiply(factorization.vectors, transposing: true, vector, into: &rotated)
        let inverses = factorization.inverses(0)
        return 0.5
            * rotated.indices.reduce(0) {
                let share = rotated[$1] * rotated[$1]
                return $0 + (dual == nil ? share * inverses[$1] : inverses[$1] > 0 ? share : 0)
            }
    }

    /// Takes from `other` every column whose gap is smaller there; says whether any of its own is left.
    private mutating func keepBetter(_ other: RidgeIterate) -> Bool {
        var improves = false
        for l in gaps.indices {
            if gaps[l] < other.gaps[l] {
                improves = true
                continue
            }
            coefficients.setColumn(l, from: other.coefficients)
            if let theirs = other.dual { dual?.setColumn(l, from: theirs) }
            residual.setColumn(l, from: other.residual)
            gradient.setColumn(l, from: other.gradient)
            (unpenalized[l], gaps[l]) = (other.unpenalized[l], other.gaps[l])
        }
        return improves
    }

    /// max_j |x̃ⱼᵀ√ω·r − λvⱼβⱼ| over λ, or at λ = 0 over ‖r‖.
    func violation(_ l: Int, _ strength: Double, _ rootFactors: [Double]) -> Double {
        let largest = zip(gradient.elements(ofColumn: l), rootFactors).reduce(0) { max($0, abs($1.0) * $1.1) }
        if strength > 0 { return largest / strength }
        let norm = residual.columnSquares[l].squareRoot()
        return norm > 0 ? largest / norm : largest
    }
}
