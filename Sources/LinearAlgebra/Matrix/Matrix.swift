/// A dense row-major matrix with value semantics, contiguous and 64-byte aligned.
public struct Matrix<Scalar: BLASScalar>: Sendable, Equatable {
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    @usableFromInline package var buffer: AlignedBuffer<Scalar>

    /// A [rows × columns] matrix of copies of `value`.
    public init(rows: Int, columns: Int, repeating value: Scalar = 0) {
        precondition(rows >= 0 && columns >= 0, "a matrix cannot be [\(rows) × \(columns)]")
        self.rows = rows
        self.columns = columns
        buffer = AlignedBuffer(repeating: value, count: rows * columns)
    }

    /// A [rows × columns] matrix with `elements` in row order.
    ///
    /// - Precondition: `elements.count == rows * columns`.
    public init(rows: Int, columns: Int, _ elements: [Scalar]) {
        precondition(
            rows >= 0 && columns >= 0 && elements.count == rows * columns,
            "\(elements.count) elements do not fill [\(rows) × \(columns)]")
        self.rows = rows
        self.columns = columns
        buffer = AlignedBuffer(elements)
    }

    /// A [rows × columns] matrix whose element (i, j) is `element(i, j)`.
    public init(rows: Int, columns: Int, _ element: (Int, Int) throws -> Scalar) rethrows {
        self.init(rows: rows, columns: columns)
        try buffer.withUnsafeMutablePointer { base in
            for row in 0..<rows {
                for column in 0..<columns { base[row * columns + column] = try element(row, column) }
            }
        }
    }

    /// A matrix with the given rows.
    ///
    /// - Precondition: all rows have the same length.
    public init(_ rows: [[Scalar]]) {
        let columns = rows.first?.count ?? 0
        precondition(rows.allSatisfy { $0.count == columns }, "the rows of a matrix must have one length")
        self.init(rows: rows.count, columns: columns, rows.flatMap { $0 })
    }

    /// The same numbers in another precision, rounded to nearest.
    public init<Other: BLASScalar>(_ other: Matrix<Other>) {
        self.init(rows: other.rows, columns: other.columns)
        buffer.withUnsafeMutablePointer { to in
            other.buffer.withUnsafePointer { from in
                for index in 0..<other.count { to[index] = Scalar(from[index]) }
            }
        }
    }

    /// The number of elements.
    public var count: Int { rows * columns }

    /// "[rows × columns]", for messages.
    public var shape: String { "[\(rows) × \(columns)]" }

    /// The elements in row order.
    public var elements: [Scalar] { buffer.elements }

    /// The element in `row` and `column`.
    public subscript(row: Int, column: Int) -> Scalar {
        get {
            checkIndex(row, column)
            return buffer[row * columns + column]
        }
        set {
            checkIndex(row, column)
            buffer[row * columns + column] = newValue
        }
    }

    /// The elements of one row.
    public func row(_ row: Int) -> [Scalar] {
        precondition(row >= 0 && row < rows, "row \(row) is outside 0 ..< \(rows)")
        return withView { view in (0..<columns).map { view[row, $0] } }
    }

    /// The elements of one column.
    public func column(_ column: Int) -> [Scalar] {
        precondition(column >= 0 && column < columns, "column \(column) is outside 0 ..< \(columns)")
        return withView { view in (0..<rows).map { view[$0, column] } }
    }

    private func checkIndex(_ row: Int, _ column: Int) {
        precondition(
            row >= 0 && row < rows && column >= 0 && column < columns,
            "element (\(row), \(column)) is outside \(shape)")
    }
}

extension Matrix {
    /// Calls `body` with a read-only view of the whole matrix, valid for the call only.
    @inlinable
    public func withView<Result>(_ body: (MatrixView<Scalar>) throws -> Result) rethrows -> Result {
        try buffer.withUnsafePointer { try body(MatrixView($0, rows: rows, columns: columns)) }
    }

    /// Calls `body` with a view of the whole matrix for writing, valid for the call only.
    @inlinable
    public mutating func withMutableView<Result>(
        _ body: (MutableMatrixView<Scalar>) throws -> Result
    ) rethrows -> Result {
        let (rows, columns) = (rows, columns)
        return try buffer.withUnsafeMutablePointer {
            try body(MutableMatrixView($0, rows: rows, columns: columns))
        }
    }
}

extension Matrix {
    /// The transpose, [columns × rows].
    public var transposed: Matrix {
        var result = Matrix(rows: columns, columns: rows)
        withView { from in result.withMutableView { Self.transpose(from, into: $0) } }
        return result
    }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    private static func transpose(_ from: MatrixView<Scalar>, into to: MutableMatrixView<Scalar>) {
        let block = 64  // both sides of a block stay in the nearest cache
        for first in stride(from: 0, to: from.columns, by: block) {
            for row in 0..<from.rows {
                for column in first..<min(first + block, from.columns) { to[column, row] = from[row, column] }
            }
        }
    }

    /// The given rows, in the given order (a row may occur more than once).
    public func selecting(rows indices: [Int]) -> Matrix {
        var result = Matrix(rows: indices.count, columns: columns)
        withView { from in
            result.withMutableView { to in
                for (row, index) in indices.enumerated() {
                    precondition(index >= 0 && index < rows, "row \(index) is outside 0 ..< \(rows)")
                    (to.base + row * columns).update(from: from.base + index * columns, count: columns)
                }
            }
        }
        return result
    }

    /// The place of the first element that is NaN or infinite, or nil.
    public var firstNonFinite: (row: Int, column: Int)? {
        let index = buffer.withUnsafePointer { Scalar.firstNonFinite(count, $0) }
        return index < 0 ? nil : (index / columns, index % columns)
    }
}
