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
        if let fault = Self.fault(rows, columnStarts, rowIndices, values.count) { preconditionFailure(fault) }
        self.init(unchecked: rows, columnStarts, rowIndices, values)
    }

    /// A matrix of its parts, for parts that come from elsewhere.
    ///
    /// - Throws: ``SparseMatrixError`` where the starts do not ascend from 0 to the number of values, rows do not ascend
    ///   within a column, or a value is NaN or infinite.
    public init(
        checking rows: Int, columnStarts: [Int], rowIndices: [Int32], values: [Scalar]
    ) throws(SparseMatrixError) {
        if let fault = Self.fault(rows, columnStarts, rowIndices, values.count) { throw SparseMatrixError(fault) }
        let place = values.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { Scalar.firstNonFinite(buffer.count, $0) } ?? -1
        }
        if place >= 0 {
            let column = columnStarts.lastIndex { $0 <= place }!
            throw SparseMatrixError("the value in row \(rowIndices[place]) of column \(column) is \(values[place])")
        }
        self.init(unchecked: rows, columnStarts, rowIndices, values)
    }

    init(unchecked rows: Int, _ columnStarts: [Int], _ rowIndices: [Int32], _ values: [Scalar]) {
        (self.rows, self.columnStarts, self.rowIndices, self.values) = (rows, columnStarts, rowIndices, values)
    }

    /// What is wrong with the parts of a matrix, or nil.
    private static func fault(
        _ rows: Int, _ columnStarts: [Int], _ rowIndices: [Int32], _ count: Int
    ) -> String? {
        if rows < 0 || rows > Int(Int32.max) { return "a sparse matrix cannot have \(rows) rows" }
        if columnStarts.first != 0 || columnStarts.last != count || rowIndices.count != count {
            return "\(columnStarts.count) column starts do not fit \(rowIndices.count) rows and \(count) values"
        }
        return rowIndices.withUnsafeBufferPointer { places in
            for column in 0..<(columnStarts.count - 1) {
                let (from, to) = (columnStarts[column], columnStarts[column + 1])
                if from > to || to > count { return "the starts of columns \(column) and \(column + 1) do not ascend" }
                var previous: Int32 = -1
                for index in from..<to {
                    if places[index] <= previous || Int(places[index]) >= rows {
                        return "the rows of column \(column) do not ascend in 0 ..< \(rows)"
                    }
                    previous = places[index]
                }
            }
            return nil
        }
    }
}

/// Parts that make no sparse matrix.
public struct SparseMatrixError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, and where.
    public let description: String

    init(_ description: String) { self.description = description }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension SparseMatrix: ColumnStore {
    /// - Numerics: four sums of every fourth stored element, whatever the number of vectors.
    public func dots(
        _ selected: UnsafeBufferPointer<Int>, with vectors: UnsafePointer<Double>, count: Int,
        into products: UnsafeMutablePointer<Double>
    ) {
        // Side by side, the vectors are read once for each stored element, which pays for as many of them as rows.
        var stored = 0
        if count > 1 { for column in selected { stored += columnStarts[column + 1] - columnStarts[column] } }
        let width = count < 2 || stored * count < 2 * rows ? 0 : count == 2 ? 2 : count <= 4 ? 4 : 8
        withUnsafeTemporaryAllocation(of: Double.self, capacity: rows * width) { scratch in
            Scalar.sparseDots(
                rows: rows, selected, starts: columnStarts, places: rowIndices, values, count: count,
                vectors: vectors, scratch: width == 0 ? nil : scratch.baseAddress, products: products)
        }
    }

    public func add(
        _ selected: UnsafeBufferPointer<Int>, times coefficients: UnsafePointer<Double>,
        to y: UnsafeMutablePointer<Double>
    ) {
        Scalar.sparseAdd(
            selected, starts: columnStarts, places: rowIndices, values, coefficients: coefficients, y)
    }

    public func copy(column: Int, into elements: UnsafeMutablePointer<Double>) {
        elements.update(repeating: 0, count: rows)
        var (one, index) = (1.0, column)
        withUnsafePointer(to: &index) {
            Scalar.sparseAdd(
                UnsafeBufferPointer(start: $0, count: 1), starts: columnStarts, places: rowIndices, values,
                coefficients: &one, elements)
        }
    }

    public func gather(
        column: Int, rows: UnsafeBufferPointer<Int>, into elements: UnsafeMutablePointer<Double>
    ) {
        let (start, end) = (columnStarts[column], columnStarts[column + 1])
        rowIndices.withUnsafeBufferPointer { places in
            values.withUnsafeBufferPointer { values in
                Scalar.sparseGather(
                    rows, count: end - start, places: places.baseAddress! + start, values.baseAddress! + start,
                    elements)
            }
        }
    }

    public func moments(
        of range: Range<Int>, weights: UnsafePointer<Double>?, means: UnsafeMutablePointer<Double>,
        variances: UnsafeMutablePointer<Double>
    ) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) are outside 0 ..< \(columns)")
        columnStarts.withUnsafeBufferPointer { starts in
            Scalar.sparseMoments(
                rows: rows, columns: range.count, starts: starts.baseAddress! + range.lowerBound,
                places: rowIndices, values, weights: weights, means: means, variances: variances)
        }
    }
}
