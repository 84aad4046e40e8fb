/// Why a matrix could not be factored or a system not be solved.
public enum FactorizationError: Error, Equatable, CustomStringConvertible {
    /// The leading minor of this order is not positive: the matrix is not positive definite.
    case notPositiveDefinite(order: Int)
    /// The matrix holds a NaN or an infinity here.
    case notFinite(row: Int, column: Int)
    /// The numbers left the range of the scalar during the factorisation.
    case overflow

    /// The error in words.
    public var description: String {
        switch self {
        case .notPositiveDefinite(let order):
            "the matrix is not positive definite: its leading minor of order \(order) is not positive; "
                + "add a small multiple of the identity, or remove linearly dependent columns"
        case .notFinite(let row, let column):
            "the matrix holds a NaN or an infinity in row \(row), column \(column)"
        case .overflow:
            "the factorisation overflowed; scale the matrix"
        }
    }
}
