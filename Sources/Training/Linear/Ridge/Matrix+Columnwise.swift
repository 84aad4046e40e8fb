internal import LinearAlgebra

// Matrices of which each column belongs to one strength.

extension Matrix<Double> {
    /// `count` columns that are all `column`.
    init(column: [Double], count: Int) {
        self.init(rows: column.count, columns: count)
        withMutableView { to in
            for (row, value) in column.enumerated() {
                (to.base + row * to.stride).update(repeating: value, count: count)
            }
        }
    }

    /// Column l ← column l − factors[l] · column l of `other`.
    mutating func subtract(_ other: Matrix, times factors: [Double]) {
        withMutableView { to in
            other.withView { from in
                factors.withUnsafeBufferPointer { factors in
                    for row in 0..<to.rows {
                        let (x, y) = (from.base + row * from.stride, to.base + row * to.stride)
                        for l in 0..<to.columns { y[l] -= factors[l] * x[l] }
                    }
                }
            }
        }
    }

    /// Column l ← column l of `other`.
    mutating func setColumn(_ l: Int, from other: Matrix) {
        withMutableView { to in
            other.withView { from in
                for row in 0..<to.rows { to.base[row * to.stride + l] = from.base[row * from.stride + l] }
            }
        }
    }

    /// The elements of column l.
    func elements(ofColumn l: Int) -> [Double] {
        withView { from in (0..<from.rows).map { from.base[$0 * from.stride + l] } }
    }

    /// Σx² of each column.
    var columnSquares: [Double] { reduceColumns { $0 + $1 * $1 } }

    /// max|x| of each column.
    var columnMagnitudes: [Double] { reduceColumns { Swift.max($0, abs($1)) } }

    @inline(__always)
    private func reduceColumns(_ combine: (Double, Double) -> Double) -> [Double] {
        var results = [Double](repeating: 0, count: columns)
        withView { from in
            results.withUnsafeMutableBufferPointer { results in
                for row in 0..<from.rows {
                    let x = from.base + row * from.stride
                    for l in 0..<from.columns { results[l] = combine(results[l], x[l]) }
                }
            }
        }
        return results
    }

    /// The block of `rows` and `columns`, copied.
    func block(rows: Range<Int>, columns: Range<Int>) -> Matrix {
        var result = Matrix(rows: rows.count, columns: columns.count)
        withView { from in
            result.withMutableView { to in
                for (row, source) in rows.enumerated() {
                    (to.base + row * to.stride).update(
                        from: from.base + source * from.stride + columns.lowerBound, count: columns.count)
                }
            }
        }
        return result
    }
}
