internal import LinearAlgebra

/// What no penalty acts on, the intercept and the features of factor 0, as columns of √ω·[1, x̃ᵤ] [n × m], and the
/// projection that leaves of a vector what they cannot explain.
struct UnpenalizedColumns: Sendable {
    /// The features of factor 0 that vary, ascending.
    let features: [Int]
    let hasIntercept: Bool
    /// The number of independent columns.
    let rank: Int
    private let rowCount: Int
    /// Of the columns, the intercept first, with pivoting; nil where there are none.
    private let qr: QR<Double>?

    private var count: Int { features.count + (hasIntercept ? 1 : 0) }

    init(_ problem: LinearProblem, rootWeights: [Double]) throws(FactorizationError) {
        (hasIntercept, rowCount) = (problem.fitsIntercept, problem.design.rows)
        features = problem.penaltyFactors.indices.filter {
            problem.penaltyFactors[$0] == 0 && problem.design.squares[$0] > 0
        }
        let columns = (hasIntercept ? 1 : 0) + features.count
        if columns == 0 {
            (qr, rank) = (nil, 0)
            return
        }
        var rows = Matrix<Double>(rows: columns, columns: problem.design.rows, repeating: 1)
        let (features, first) = (features, hasIntercept ? 1 : 0)
        rows.withMutableView { rows in
            for (k, feature) in features.enumerated() {
                problem.design.copy(column: feature, into: rows.base + (first + k) * rows.stride)
            }
            for row in 0..<columns {
                let elements = rows.base + row * rows.stride
                for i in 0..<rows.columns { elements[i] *= rootWeights[i] }
            }
        }
        let qr = try QR(rows.transposed, pivoted: true)
        (self.qr, rank) = (qr, qr.rank())
    }

    /// Takes from the columns of `vectors` [n × L] what these columns explain; returns their coefficients
    /// [L][intercept, features…], with zeros for columns that depend on others.
    func project(_ vectors: inout Matrix<Double>) -> [[Double]] {
        guard let qr else { return Array(repeating: [], count: vectors.columns) }
        qr.apply(to: &vectors, transposing: true)
        let coefficients = (0..<vectors.columns).map { l in
            // r·b = the first elements of qᵀ·vector, from the last row on.
            var solution = [Double](repeating: 0, count: rank)
            for row in stride(from: rank - 1, through: 0, by: -1) {
                let rest = ((row + 1)..<max(rank, row + 1)).reduce(vectors[row, l]) {
                    $0 - qr.triangle[row, $1] * solution[$1]
                }
                solution[row] = rest / qr.triangle[row, row]
            }
            var ordered = [Double](repeating: 0, count: count)
            for row in 0..<rank { ordered[qr.permutation[row]] = solution[row] }
            return ordered
        }
        vectors.withMutableView { $0.rows(0..<rank).fill(0) }
        qr.apply(to: &vectors)
        return coefficients
    }

    /// An orthonormal basis of their span [n × rank].
    var basis: Matrix<Double> {
        guard let qr else { return Matrix(rows: rowCount, columns: 0) }
        let orthonormal = qr.orthonormal
        return orthonormal.block(rows: 0..<orthonormal.rows, columns: 0..<rank)
    }

    /// The part of qᵀ·k·q that acts on what these columns do not explain [n − rank × n − rank], of a symmetric k.
    func restrict(_ k: inout Matrix<Double>) -> Matrix<Double> {
        guard let qr else { return k }
        qr.apply(to: &k, transposing: true)
        k = k.transposed
        qr.apply(to: &k, transposing: true)
        return k.block(rows: rank..<k.rows, columns: rank..<k.columns)
    }

    /// Vectors [n − rank × L] of the restricted space as vectors of the whole [n × L].
    func extend(_ vectors: Matrix<Double>) -> Matrix<Double> {
        guard let qr else { return vectors }
        var whole = Matrix<Double>(rows: rank + vectors.rows, columns: vectors.columns)
        vectors.withView { from in
            whole.withMutableView { to in
                (to.base + rank * to.stride).update(from: from.base, count: from.rows * from.columns)
            }
        }
        qr.apply(to: &whole)
        return whole
    }
}
