/// A dense column-major matrix with value semantics, contiguous and 64-byte aligned.
public struct ColumnMatrix<Scalar: BLASScalar>: Sendable, Equatable {
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    private var buffer: AlignedBuffer<Scalar>

    /// Zeros.
    public init(rows: Int, columns: Int) {
        precondition(rows >= 0 && columns >= 0, "a matrix cannot be [\(rows) × \(columns)]")
        (self.rows, self.columns) = (rows, columns)
        buffer = AlignedBuffer(count: rows * columns)
    }

    /// The numbers of a row-major matrix, copied.
    public init(_ matrix: Matrix<Scalar>) { self.init(transposing: matrix, shifts: nil) }

    /// The numbers of a row-major matrix less the mean of their column, rounded to an element.
    ///
    /// - Returns: through `shifts` the means that were subtracted, [columns].
    package init(centering matrix: Matrix<Scalar>, shifts: inout [Double]) {
        shifts = Array(repeating: 0, count: matrix.columns)
        matrix.withView { from in
            shifts.withUnsafeMutableBufferPointer { means in
                guard let means = means.baseAddress else { return }
                Scalar.rowMeans(
                    rows: from.rows, columns: from.columns, from.base, ldx: from.stride, means: means)
            }
        }
        self = shifts.withUnsafeBufferPointer { Self(transposing: matrix, shifts: $0.baseAddress) }
    }

    private init(transposing matrix: Matrix<Scalar>, shifts: UnsafePointer<Double>?) {
        (rows, columns) = (matrix.rows, matrix.columns)
        buffer = AlignedBuffer(uninitializedCount: matrix.count)
        buffer.withUnsafeMutablePointer { to in
            matrix.withView { from in
                Scalar.transpose(
                    rows: from.rows, columns: from.columns, from.base, ldx: from.stride, shifts: shifts, to,
                    ldy: from.rows)
            }
        }
    }

    /// The element in `row` and `column`.
    public subscript(row: Int, column: Int) -> Scalar {
        get {
            checkIndex(row, column)
            return buffer[column * rows + row]
        }
        set {
            checkIndex(row, column)
            buffer[column * rows + row] = newValue
        }
    }

    private func checkIndex(_ row: Int, _ column: Int) {
        precondition(
            row >= 0 && row < rows && column >= 0 && column < columns,
            "element (\(row), \(column)) is outside [\(rows) × \(columns)]")
    }

    /// Calls `body` with the elements of a column for writing.
    public mutating func withMutableColumn<Result>(
        _ column: Int, _ body: (UnsafeMutableBufferPointer<Scalar>) throws -> Result
    ) rethrows -> Result {
        checkColumns(column..<(column + 1))
        let rows = rows
        return try buffer.withUnsafeMutablePointer {
            try body(UnsafeMutableBufferPointer(start: $0 + column * rows, count: rows))
        }
    }

    /// Calls `body` with the elements of a column.
    public func withColumn<Result>(
        _ column: Int, _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
    ) rethrows -> Result {
        checkColumns(column..<(column + 1))
        return try buffer.withUnsafePointer {
            try body(UnsafeBufferPointer(start: $0 + column * rows, count: rows))
        }
    }

    /// Calls `body` with all elements, one column after the other.
    package func withElements<Result>(_ body: (UnsafePointer<Scalar>) throws -> Result) rethrows -> Result {
        try buffer.withUnsafePointer(body)
    }

    /// Subtracts from each column its mean, rounded to an element; returns what was subtracted, [columns].
    package mutating func center() -> [Double] {
        var shifts = Array(repeating: 0.0, count: columns)
        let (rows, columns) = (rows, columns)
        buffer.withUnsafeMutablePointer {
            Scalar.columnCenter(rows: rows, columns: columns, $0, ldx: rows, shifts: &shifts)
        }
        return shifts
    }

    private func checkColumns(_ range: Range<Int>) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) are outside 0 ..< \(columns)")
    }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension ColumnMatrix: ColumnStore {
    public func dots(
        _ selected: UnsafeBufferPointer<Int>, with vectors: UnsafePointer<Double>, count: Int,
        into products: UnsafeMutablePointer<Double>
    ) {
        buffer.withUnsafePointer {
            Scalar.columnDots(
                rows: rows, selected, $0, ldx: rows, count: count, vectors: vectors, products: products)
        }
    }

    public func add(
        _ selected: UnsafeBufferPointer<Int>, times coefficients: UnsafePointer<Double>,
        to y: UnsafeMutablePointer<Double>
    ) {
        buffer.withUnsafePointer {
            Scalar.columnAdd(rows: rows, selected, $0, ldx: rows, coefficients: coefficients, y)
        }
    }

    public func copy(column: Int, into elements: UnsafeMutablePointer<Double>) {
        checkColumns(column..<(column + 1))
        buffer.withUnsafePointer { Scalar.columnCopy(rows: rows, $0 + column * rows, elements) }
    }

    public func gather(
        column: Int, rows: UnsafeBufferPointer<Int>, into elements: UnsafeMutablePointer<Double>
    ) {
        checkColumns(column..<(column + 1))
        buffer.withUnsafePointer { Scalar.columnGather(rows, $0 + column * self.rows, elements) }
    }

    public func moments(
        of range: Range<Int>, weights: UnsafePointer<Double>?, means: UnsafeMutablePointer<Double>,
        variances: UnsafeMutablePointer<Double>
    ) {
        checkColumns(range)
        buffer.withUnsafePointer {
            Scalar.columnMoments(
                rows: rows, columns: range.count, $0 + range.lowerBound * rows, ldx: rows, weights: weights,
                means: means, variances: variances)
        }
    }
}
