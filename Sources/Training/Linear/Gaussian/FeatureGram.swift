package import LinearAlgebra

/// The Gram matrix X̃ᵀΩX̃ of all features of a dense design, standardised; what a path with few features solves on.
package struct FeatureGram: Sendable {
    /// [columns × columns], both triangles.
    package let matrix: ColumnMatrix<Double>
    /// a_j: element (i, j) is a sum of numbers whose magnitudes sum to at most a_i·a_j, so that it is known to
    /// γ·a_i·a_j, γ = ``rounding``.
    let magnitudes: [Double]
    /// γ: a rounding for each row and each step of standardisation.
    let rounding: Double
}

extension FeatureGram {
    /// Nil for a sparse design.
    ///
    /// - Complexity: rows · columns² flops in one pass.
    init?(_ design: StandardizedDesign, weights: [Double], crew: ChunkCrew) {
        guard let rows = DenseRows(design.store) else { return nil }
        var sums = RowSums(columns: design.columns)
        sums.add(rows, weights: weights, crew)
        self = sums.standardized(for: design)
    }
}

/// S = Σω·xxᵀ and m = Σω·x over some rows of a design as stored.
///
/// The sums of a part of the rows can be taken from those of all: with K folds the matrices of all K training sets come from
/// one pass.
package struct RowSums: Sendable {
    /// The lower triangle of S by rows.
    private var products: ColumnMatrix<Double>
    private var sums: [Double]
    private var weight = 0.0
    /// Σω·x² of everything that was added or taken away, and of how many rows.
    private var squares: [Double]
    private var rows = 0

    init(columns: Int) {
        products = ColumnMatrix(rows: columns, columns: columns)
        sums = Array(repeating: 0, count: columns)
        squares = sums
    }

    /// The sums over the rows of each fold; nil for a sparse design.
    ///
    /// - Parameter folds: the fold of each row, 0 ..< count.
    package static func ofFolds(
        _ design: Design, weights: [Double], folds: [Int], count: Int, workers: Int
    ) throws(ThreadError) -> [RowSums]? {
        guard let rows = DenseRows(design.store) else { return nil }
        return try ChunkCrew.lead(workers: workers) { crew in
            (0..<count).map { fold in
                var sums = RowSums(columns: design.columns)
                sums.add(rows, only: folds.indices.filter { folds[$0] == fold }, weights: weights, crew)
                return sums
            }
        }
    }

    /// Those of two sets of rows that have none in common.
    package static func + (left: RowSums, right: RowSums) -> RowSums { left.combined(right, 1) }

    /// Those of the rows of `left` that are not in `right`, a part of it.
    package static func - (left: RowSums, right: RowSums) -> RowSums { left.combined(right, -1) }

    private func combined(_ other: RowSums, _ sign: Double) -> RowSums {
        var result = self
        result.weight += sign * other.weight
        result.rows += other.rows
        let count = sums.count
        for j in 0..<count {
            result.sums[j] += sign * other.sums[j]
            result.squares[j] += other.squares[j]
        }
        for column in 0..<count {
            result.products.withMutableColumn(column) { to in
                other.products.withColumn(column) { from in
                    Double.axpy(count, sign, from.baseAddress!, to.baseAddress!)
                }
            }
        }
        return result
    }

    /// The Gram matrix of a design that was standardised with the weights of these rows, and zeros for others:
    /// (S_ij − c_i·m_j − m_i·c_j + c_i·c_j)/(s_i·s_j) with S and m of weights of sum 1, centers c and scales s.
    package func standardized(for design: StandardizedDesign) -> FeatureGram {
        let count = sums.count
        var matrix = products
        let means = sums.map { $0 / weight }
        let (centers, inverses) = (design.centers, design.scales.map { 1 / $0 })
        let rounding = Double(rows + 16) * (Double.ulpOfOne / 2)
        if count == 0 { return FeatureGram(matrix: matrix, magnitudes: [], rounding: rounding) }
        matrix.withMutableColumn(0) { first in
            let elements = first.baseAddress!
            for i in 0..<count {  // row i of the lower triangle is column i up to its diagonal
                let row = elements + i * count
                for j in 0...i {
                    let centred =
                        row[j] / weight - centers[i] * means[j] - means[i] * centers[j] + centers[i] * centers[j]
                    row[j] = centred * inverses[i] * inverses[j]
                }
            }
            for i in 0..<count { for j in 0..<i { elements[j * count + i] = elements[i * count + j] } }
        }
        let magnitudes = (0..<count).map { j in
            ((squares[j] / weight).squareRoot() + abs(means[j]) + abs(centers[j])) * inverses[j]
        }
        return FeatureGram(matrix: matrix, magnitudes: magnitudes, rounding: rounding)
    }

    /// Adds rows, all or those listed; each of two chunks of them by its own SYRK.
    mutating func add(_ rows: DenseRows, only listed: [Int]? = nil, weights: [Double], _ crew: ChunkCrew) {
        let count = sums.count
        let total = listed?.count ?? rows.rows
        self.rows += total
        let partial = (0..<ChunkCrew.chunks).map { _ in ColumnBlock(rows: count) }
        for block in partial { block.append(count + 1) }
        crew.eachChunk { chunk in
            let range = WorkerTeam.shard(of: total, index: chunk, of: ChunkCrew.chunks, multipleOf: 8)
            rows.multiply(range, of: listed, weights: weights, into: partial[chunk])
        }
        weight += listed.map { $0.reduce(0) { $0 + weights[$1] } } ?? weights.reduce(0, +)
        if count == 0 { return }
        for block in partial {
            for j in 0..<count { sums[j] += block.column(count)[j] }
            products.withMutableColumn(0) { Double.axpy(count * count, 1, block.column(0), $0.baseAddress!) }
            for j in 0..<count { squares[j] += block.column(j)[j] }
        }
    }
}
