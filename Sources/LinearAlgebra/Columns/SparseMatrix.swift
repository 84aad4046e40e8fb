/// A sparse matrix in compressed columns (CSC).
public struct SparseMatrix<Scalar: BLASScalar>: Sendable, Equatable {
    /// The number of rows.
    public let rows: Int
    /// Where each column starts in ``rowIndices`` and ``values``; one more than there are columns.
    public let columnStarts: [Int]
    /// The rows of the stored elements, ascending within a column.
    public let rowIndices: [Int32]
    /// The stored elements.
    public let values: [Scalar]

    /// The number of columns.
    public var columns: Int { columnStarts.count - 1 }
    /// The number of stored elements.
    public var count: Int { values.count }

    /// A matrix of its parts.
    ///
    /// - Precondition: the starts ascend from 0 to the number of values, and rows ascend within a column.
    public init(rows: Int, columnStarts: [Int], rowIndices: [Int32], values: [Scalar]) {
        precondition(
            columnStarts.first == 0 && columnStarts.last == values.count && rowIndices.count == values.count,
            "\(columnStarts.count) column starts do not fit \(rowIndices.count) rows and \(values.count) values")
        for column in 0..<(columnStarts.count - 1) {
            let range = columnStarts[column]..<columnStarts[column + 1]
            precondition(
                range.allSatisfy { index in
                    rowIndices[index] >= (index == range.lowerBound ? 0 : rowIndices[index - 1] + 1)
                        && rowIndices[index] < Int32(rows)
                }, "the rows of column \(column) do not ascend in 0 ..< \(rows)")
        }
        (self.rows, self.columnStarts, self.rowIndices, self.values) = (rows, columnStarts, rowIndices, values)
    }
}

extension SparseMatrix: ColumnStore {
    public func dots(
        _ selected: UnsafeBufferPointer<Int>, with vectors: UnsafePointer<Double>, count: Int,
        into products: UnsafeMutablePointer<Double>
    ) {
        for (k, column) in selected.enumerated() {
            for l in 0..<count {
                var sum = 0.0
                for index in columnStarts[column]..<columnStarts[column + 1] {
                    sum += Double(values[index]) * vectors[l * rows + Int(rowIndices[index])]
                }
                products[k * count + l] = sum
            }
        }
    }

    public func add(
        _ selected: UnsafeBufferPointer<Int>, times coefficients: UnsafePointer<Double>,
        to y: UnsafeMutablePointer<Double>
    ) {
        for (k, column) in selected.enumerated() {
            for index in columnStarts[column]..<columnStarts[column + 1] {
                y[Int(rowIndices[index])] += coefficients[k] * Double(values[index])
            }
        }
    }

    public func copy(column: Int, into elements: UnsafeMutablePointer<Double>) {
        elements.update(repeating: 0, count: rows)
        for index in columnStarts[column]..<columnStarts[column + 1] {
            elements[Int(rowIndices[index])] = Double(values[index])
        }
    }

    public func moments(of column: Int, weights: UnsafePointer<Double>?) -> (mean: Double, variance: Double) {
        let stored = columnStarts[column]..<columnStarts[column + 1]
        func weight(_ row: Int) -> Double { weights?[row] ?? 1 }
        let total = (0..<rows).reduce(0) { $0 + weight($1) }
        let mean = stored.reduce(0) { $0 + weight(Int(rowIndices[$1])) * Double(values[$1]) } / total
        var (squares, seen) = (0.0, 0.0)
        for index in stored {
            let (weight, distance) = (weight(Int(rowIndices[index])), Double(values[index]) - mean)
            squares += weight * distance * distance
            seen += weight
        }
        return (mean, (squares + (total - seen) * mean * mean) / total)
    }
}
