public import LinearAlgebra

/// The features of a linear model: a matrix read by columns, dense or sparse, in single or double precision.
///
/// Dense columns are stored with their mean subtracted, so that no later product cancels.
public struct Design: Sendable {
    /// The columns as stored: x − ``shifts``.
    package let store: any ColumnStore
    /// What was subtracted from each column; zeros for a sparse design.
    package let shifts: [Double]

    /// The number of rows.
    public var rows: Int { store.rows }
    /// The number of columns.
    public var columns: Int { store.columns }

    /// Copies a row-major matrix.
    public init<Scalar: BLASScalar>(_ x: Matrix<Scalar>) {
        var shifts: [Double] = []
        store = ColumnMatrix(centering: x, shifts: &shifts)
        self.shifts = shifts
    }

    /// Takes over a column-major matrix, which is centred in place where no one else holds it.
    public init<Scalar: BLASScalar>(_ x: consuming ColumnMatrix<Scalar>) {
        // Rounded to the precision of the elements, so that a shift is subtracted exactly from those near it.
        shifts = x.center()
        store = x
    }

    /// A sparse design; it stays as it is, and centring is a correction of each product.
    public init<Scalar: BLASScalar>(_ x: SparseMatrix<Scalar>) {
        (store, shifts) = (x, Array(repeating: 0, count: x.columns))
    }
}
