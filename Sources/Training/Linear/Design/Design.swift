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
    public init<Scalar: BLASScalar>(_ x: Matrix<Scalar>) { self.init(ColumnMatrix(x)) }

    /// Takes over a column-major matrix, which is centred in place where no one else holds it.
    public init<Scalar: BLASScalar>(_ x: consuming ColumnMatrix<Scalar>) {
        var shifts: [Double] = []
        for column in 0..<x.columns {
            // Rounded to the precision of the elements, so that it is subtracted exactly from those near it.
            let shift = Scalar(x.moments(of: column, weights: nil).mean)
            shifts.append(Double(shift))
            x.withMutableColumn(column) { values in for row in values.indices { values[row] -= shift } }
        }
        store = x
        self.shifts = shifts
    }

    /// A sparse design; it stays as it is, and centring is a correction of each product.
    public init<Scalar: BLASScalar>(_ x: SparseMatrix<Scalar>) {
        (store, shifts) = (x, Array(repeating: 0, count: x.columns))
    }
}
