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
    public init(_ matrix: Matrix<Scalar>) {
        self.init(rows: matrix.rows, columns: matrix.columns)
        let block = 64  // both sides of a block stay in the nearest cache
        buffer.withUnsafeMutablePointer { to in
            matrix.withView { from in
                for first in stride(from: 0, to: columns, by: block) {
                    for row in 0..<rows {
                        for column in first..<min(first + block, columns) {
                            to[column * rows + row] = from[row, column]
                        }
                    }
                }
            }
        }
    }

    /// The element in `row` and `column`.
    public subscript(row: Int, column: Int) -> Scalar {
        get { buffer[column * rows + row] }
        set { buffer[column * rows + row] = newValue }
    }

    /// Calls `body` with the elements of a column for writing.
    public mutating func withMutableColumn<Result>(
        _ column: Int, _ body: (UnsafeMutableBufferPointer<Scalar>) throws -> Result
    ) rethrows -> Result {
        try buffer.withUnsafeMutablePointer {
            try body(UnsafeMutableBufferPointer(start: $0 + column * rows, count: rows))
        }
    }

    /// Calls `body` with the elements of a column.
    public func withColumn<Result>(
        _ column: Int, _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
    ) rethrows -> Result {
        try buffer.withUnsafePointer { try body(UnsafeBufferPointer(start: $0 + column * rows, count: rows)) }
    }
}

extension ColumnMatrix: ColumnStore {
    public func dots(
        _ selected: UnsafeBufferPointer<Int>, with vectors: UnsafePointer<Double>, count: Int,
        into products: UnsafeMutablePointer<Double>
    ) {
        for (k, column) in selected.enumerated() {
            withColumn(column) { x in
                for l in 0..<count {
                    var sum = 0.0
                    for i in 0..<rows { sum += Double(x[i]) * vectors[l * rows + i] }
                    products[k * count + l] = sum
                }
            }
        }
    }

    public func add(
        _ selected: UnsafeBufferPointer<Int>, times coefficients: UnsafePointer<Double>,
        to y: UnsafeMutablePointer<Double>
    ) {
        for (k, column) in selected.enumerated() {
            withColumn(column) { x in for i in 0..<rows { y[i] += coefficients[k] * Double(x[i]) } }
        }
    }

    public func copy(column: Int, into elements: UnsafeMutablePointer<Double>) {
        withColumn(column) { x in for i in 0..<rows { elements[i] = Double(x[i]) } }
    }

    public func moments(of column: Int, weights: UnsafePointer<Double>?) -> (mean: Double, variance: Double) {
        withColumn(column) { x in
            let total = weights.map { w in (0..<rows).reduce(0) { $0 + w[$1] } } ?? Double(rows)
            let mean = (0..<rows).reduce(0) { $0 + (weights?[$1] ?? 1) * Double(x[$1]) } / total
            let squares = (0..<rows).reduce(0) {
                $0 + (weights?[$1] ?? 1) * (Double(x[$1]) - mean) * (Double(x[$1]) - mean)
            }
            return (mean, squares / total)
        }
    }
}
