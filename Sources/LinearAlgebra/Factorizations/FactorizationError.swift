/// Why a matrix could not be factored or a system not be solved.
public enum FactorizationError: Error, Equatable, CustomStringConvertible {
    /// The leading minor of this order is not positive: the matrix is not positive definite.
    case notPositiveDefinite(order: Int)
    /// Column `order` (counted from 1) of the triangular factor has a zero on the diagonal: the columns are dependent.
    case singular(order: Int)
    /// The matrix holds a NaN or an infinity here.
    case notFinite(row: Int, column: Int)
    /// The right-hand side holds a NaN or an infinity here.
    case rightHandSideNotFinite(row: Int, column: Int)
    /// The iteration for singular values or eigenvalues left this many off-diagonal elements that are not zero.
    case notConverged(count: Int)
    /// The numbers left the range of the scalar during the factorisation.
    case overflow

    /// The error in words.
    public var description: String {
        switch self {
        case .notPositiveDefinite(let order):
            "the matrix is not positive definite: its leading minor of order \(order) is not positive; "
                + "add a small multiple of the identity, or remove linearly dependent columns"
        case .singular(let order):
            "the matrix is singular: its column \(order) depends on those before it; "
                + "LeastSquares finds the solution of least norm"
        case .notFinite(let row, let column):
            "the matrix holds a NaN or an infinity in row \(row), column \(column)"
        case .rightHandSideNotFinite(let row, let column):
            "the right-hand side holds a NaN or an infinity in row \(row), column \(column)"
        case .notConverged(let count):
            "the factorisation did not converge: \(count) off-diagonal elements are not zero"
        case .overflow:
            "the factorisation overflowed; scale the matrix"
        }
    }
}
