public import LinearAlgebra

/// ‖w‖₂ ≤ c for the incoming weights of each unit, a column of [inputs × outputs]: 0 inside, +∞ outside.
public struct MaxNorm: Sendable, Hashable {
    /// c
    public var bound: Double

    /// ‖w‖₂ ≤ c
    public init(_ bound: Double) { self.bound = bound }

    /// 0 when every column is inside the ball (up to rounding), else infinity.
    public func value<Scalar>(_ w: MatrixView<Scalar>) -> Double {
        (0..<w.columns).allSatisfy { norm(of: $0, w) <= bound * (1 + 4 * Double(Scalar.ulpOfOne)) } ? 0 : .infinity
    }

    /// w ← w·min(1, c/‖w‖) for every column: the projection.
    public func prox<Scalar>(_ w: MutableMatrixView<Scalar>) {
        for column in 0..<w.columns {
            let norm = norm(of: column, w.readOnly)
            if norm > bound { rescale(column, of: w, by: bound / norm) }
        }
    }

    /// How far the columns stand outside: max(‖w‖ − c, 0).
    public func optimalityDistance<Scalar>(_ w: MatrixView<Scalar>) -> Double {
        (0..<w.columns).reduce(0) { max($0, norm(of: $1, w) - bound) }
    }

    /// Rescales every column to norm c; a column of zeros stays.
    package func normalize<Scalar>(_ w: MutableMatrixView<Scalar>) {
        for column in 0..<w.columns {
            let norm = norm(of: column, w.readOnly)
            if norm > 0 { rescale(column, of: w, by: bound / norm) }
        }
    }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    private func norm<Scalar>(of column: Int, _ w: MatrixView<Scalar>) -> Double {
        (0..<w.rows).reduce(0) { $0 + Double(w[$1, column]) * Double(w[$1, column]) }.squareRoot()
    }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    private func rescale<Scalar>(_ column: Int, of w: MutableMatrixView<Scalar>, by factor: Double) {
        for row in 0..<w.rows { w[row, column] = Scalar(Double(w[row, column]) * factor) }
    }
}
