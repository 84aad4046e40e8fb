/// A read-only window on row-major scalars: the currency of the kernels.
///
/// A view does not own its memory: it is valid inside the closure that handed it out
/// (``Matrix/withView(_:)``), or as long as the caller keeps the memory alive.
public struct MatrixView<Scalar: BLASScalar> {
    /// The address of element (0, 0).
    public let base: UnsafePointer<Scalar>
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// The distance between the starts of two rows, in scalars.
    public let stride: Int

    /// A window of [rows × columns] at `base`, `stride` scalars between rows (by default contiguous).
    @inlinable
    public init(_ base: UnsafePointer<Scalar>, rows: Int, columns: Int, stride: Int? = nil) {
        precondition(
            rows >= 0 && columns >= 0 && (stride ?? columns) >= columns,
            "a view of [\(rows) × \(columns)] cannot have a stride of \(stride ?? columns)")
        self.base = base
        self.rows = rows
        self.columns = columns
        self.stride = stride ?? columns
    }

    /// The element in `row` and `column` (checked in debug builds only).
    @inlinable
    public subscript(row: Int, column: Int) -> Scalar {
        assert(row >= 0 && row < rows && column >= 0 && column < columns)
        return base[row &* stride &+ column]
    }

    /// The window on some of the rows.
    @inlinable
    public func rows(_ range: Range<Int>) -> Self {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) are outside 0 ..< \(rows)")
        return Self(base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
    }

    /// The window on some of the columns.
    @inlinable
    public func columns(_ range: Range<Int>) -> Self {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) are outside 0 ..< \(columns)")
        return Self(base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
    }
}

/// A window on row-major scalars for writing; see ``MatrixView``.
public struct MutableMatrixView<Scalar: BLASScalar> {
    /// The address of element (0, 0).
    public let base: UnsafeMutablePointer<Scalar>
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// The distance between the starts of two rows, in scalars.
    public let stride: Int

    /// A window of [rows × columns] at `base`, `stride` scalars between rows (by default contiguous).
    @inlinable
    public init(_ base: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int, stride: Int? = nil) {
        precondition(
            rows >= 0 && columns >= 0 && (stride ?? columns) >= columns,
            "a view of [\(rows) × \(columns)] cannot have a stride of \(stride ?? columns)")
        self.base = base
        self.rows = rows
        self.columns = columns
        self.stride = stride ?? columns
    }

    /// The element in `row` and `column` (checked in debug builds only).
    public subscript(row: Int, column: Int) -> Scalar {
        get {
            assert(row >= 0 && row < rows && column >= 0 && column < columns)
            return base[row &* stride &+ column]
        }
        nonmutating set {
            assert(row >= 0 && row < rows && column >= 0 && column < columns)
            base[row &* stride &+ column] = newValue
        }
    }

    /// The same window, read-only.
    @inlinable
    public var readOnly: MatrixView<Scalar> { MatrixView(base, rows: rows, columns: columns, stride: stride) }

    /// The window on some of the rows.
    @inlinable
    public func rows(_ range: Range<Int>) -> Self {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) are outside 0 ..< \(rows)")
        return Self(base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
    }

    /// The window on some of the columns.
    @inlinable
    public func columns(_ range: Range<Int>) -> Self {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) are outside 0 ..< \(columns)")
        return Self(base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
    }

    /// Sets every element to `value`.
    public func fill(_ value: Scalar) {
        for row in 0..<rows { (base + row * stride).update(repeating: value, count: columns) }
    }
}
