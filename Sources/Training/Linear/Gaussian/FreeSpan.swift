internal import LinearAlgebra

/// What no penalty and no bound touches: the intercept and features of factor zero, as an orthonormal basis Q of their
/// weighted columns √ω∘[1, x̃_U] = Q·R.
///
/// Targets and residuals are kept orthogonal to it, so that these coefficients are always at their optimum, a residual is
/// feasible in the dual problem, Qᵀr = 0, and no solver has to know of them.
struct FreeSpan {
    /// Whether the first column is the intercept's.
    private let hasIntercept: Bool
    /// The features that span it; those that depend on others are left out and keep coefficients of zero.
    private(set) var features: [Int] = []
    /// Q, contiguous columns.
    private(set) var basis: ColumnBlock
    /// R by columns, each up to its diagonal.
    private var triangle: [[Double]] = []

    /// A column of which less than this share is left when the others are taken out depends on them.
    private static let smallestShare = 1e-9

    /// How many columns there are.
    var rank: Int { triangle.count }

    init(_ design: StandardizedDesign, roots: UnsafePointer<Double>, fitsIntercept: Bool, features candidates: [Int]) {
        let rows = design.rows
        basis = ColumnBlock(rows: rows)
        hasIntercept = fitsIntercept
        let column = WorkVector<Double>(capacity: rows)
        if fitsIntercept {
            column.base.update(from: roots, count: rows)
            extend(by: column.base)
        }
        for feature in candidates {
            design.copy(column: feature, into: column.base)
            for i in 0..<rows { column[i] *= roots[i] }
            if extend(by: column.base) { features.append(feature) }
        }
    }

    @discardableResult
    private mutating func extend(by column: UnsafeMutablePointer<Double>) -> Bool {
        let size = Double.sumOfSquares(basis.rows, column).squareRoot()
        var shares = [Double](repeating: 0, count: rank)
        project(column, adding: &shares)
        let left = Double.sumOfSquares(basis.rows, column).squareRoot()
        guard left > Self.smallestShare * size else { return false }
        Double.scale(basis.rows, 1 / left, column)
        basis.append(column)
        triangle.append(shares + [left])
        return true
    }

    /// x ← x − Q·Qᵀx, twice, as once leaves what cancels; `shares` [rank] += Qᵀx.
    func project(_ x: UnsafeMutablePointer<Double>, adding shares: inout [Double]) {
        for _ in 0..<2 {
            for k in 0..<rank {
                let share = Double.dot(basis.rows, basis.column(k), x)
                Double.axpy(basis.rows, -share, basis.column(k), x)
                shares[k] += share
            }
        }
    }

    /// The coefficients R⁻¹·shares of a fit Q·shares.
    func coefficients(_ shares: [Double]) -> (intercept: Double, features: [Double]) {
        var solved = shares
        for k in stride(from: rank - 1, through: 0, by: -1) {
            solved[k] /= triangle[k][k]
            for i in 0..<k { solved[i] -= triangle[k][i] * solved[k] }
        }
        return hasIntercept ? (solved[0], Array(solved.dropFirst())) : (0, solved)
    }
}

/// Columns of Double, one after the other, to which more are appended.
final class ColumnBlock {
    let rows: Int
    private(set) var count = 0
    private var elements = WorkVector<Double>()

    init(rows: Int) { self.rows = rows }

    func column(_ index: Int) -> UnsafeMutablePointer<Double> { elements.base + index * rows }

    func append(_ column: UnsafePointer<Double>) {
        append(1)
        self.column(count - 1).update(from: column, count: rows)
    }

    /// Makes `columns` more, which are not initialised.
    func append(_ columns: Int) {
        elements.reserve((count + columns) * rows, keeping: count * rows)
        count += columns
    }
}
