internal import LinearAlgebra

/// A dense design by blocks of rows that fit a cache, in Double.
struct DenseRows {
    private enum Store {
        case doubles(ColumnMatrix<Double>)
        case floats(ColumnMatrix<Float>)
    }

    private let store: Store
    let rows: Int
    let columns: Int

    /// Rows of a block: 1 MB of 500 columns.
    static let blockRows = 256

    /// Nil where the store is not dense.
    init?(_ store: any ColumnStore) {
        if let doubles = store as? ColumnMatrix<Double> {
            self.store = .doubles(doubles)
        } else if let floats = store as? ColumnMatrix<Float> {
            self.store = .floats(floats)
        } else {
            return nil
        }
        (rows, columns) = (store.rows, store.columns)
    }

    /// Calls `body` with rows of the design as stored, by columns `stride` apart; `scratch` [block × columns] is for those
    /// that must be converted.
    func withRows<Result>(
        _ range: Range<Int>, scratch: UnsafeMutablePointer<Double>,
        _ body: (UnsafePointer<Double>, _ stride: Int) -> Result
    ) -> Result {
        switch store {
        case .doubles(let matrix):
            return matrix.withColumn(0) { body($0.baseAddress! + range.lowerBound, rows) }
        case .floats(let matrix):
            matrix.withColumn(0) { first in
                for column in 0..<columns {
                    let (from, to) = (first.baseAddress! + column * rows, scratch + column * range.count)
                    for (k, row) in range.enumerated() { to[k] = Double(from[row]) }
                }
            }
            return body(UnsafePointer(scratch), range.count)
        }
    }

    /// Sets the first `columns` columns of `sums` to S = Σω·xxᵀ (lower triangle by rows) and the last one to Σω·x, over a
    /// range of all rows, or of a list of them.
    func multiply(_ range: Range<Int>, of listed: [Int]?, weights: [Double], into sums: ColumnBlock) {
        for column in 0...columns { sums.column(column).update(repeating: 0, count: columns) }
        if range.isEmpty || columns == 0 { return }
        let scratch = WorkVector<Double>(capacity: Self.blockRows * columns)
        let roots = WorkVector<Double>(capacity: Self.blockRows)
        for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.blockRows) {
            let block = first..<min(first + Self.blockRows, range.upperBound)
            let rows = listed.map { Array($0[block]) } ?? Array(block)
            for (k, row) in rows.enumerated() { roots[k] = weights[row].squareRoot() }
            gather(rows, roots, into: scratch.base)
            Double.syrk(
                transpose: false, n: columns, k: rows.count, alpha: 1, a: scratch.base, lda: rows.count, beta: 1,
                c: sums.column(0), ldc: columns)
            Double.gemv(
                transpose: false, m: columns, n: rows.count, alpha: 1, a: scratch.base, lda: rows.count, x: roots.base,
                beta: 1, y: sums.column(columns))
        }
    }

    /// scratch[column·count + k] = √ω·x of the k-th row listed.
    private func gather(
        _ rows: [Int], _ roots: borrowing WorkVector<Double>, into scratch: UnsafeMutablePointer<Double>
    ) {
        switch store {
        case .doubles(let matrix): Self.gather(matrix, rows, roots.base, into: scratch)
        case .floats(let matrix): Self.gather(matrix, rows, roots.base, into: scratch)
        }
    }

    private static func gather<Scalar: BLASScalar>(
        _ matrix: ColumnMatrix<Scalar>, _ rows: [Int], _ roots: UnsafePointer<Double>,
        into scratch: UnsafeMutablePointer<Double>
    ) {
        rows.withUnsafeBufferPointer { rows in
            for column in 0..<matrix.columns {
                let to = scratch + column * rows.count
                matrix.withColumn(column) { from in
                    let from = from.baseAddress!
                    for k in 0..<rows.count { to[k] = roots[k] * Double(from[rows[k]]) }
                }
            }
        }
    }
}
