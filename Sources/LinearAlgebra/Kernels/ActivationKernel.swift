/// Element-wise activations, forward and backward.
public enum ActivationKernel {
    /// y = f(x).
    ///
    /// - Shapes: x and y [n × m].
    /// - Reads and writes: y may be x.
    /// - Numerics: exponentials within 2 ulp; no overflow at either end; NaN propagates.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func forward<Scalar: BLASScalar>(
        _ x: MatrixView<Scalar>, _ activation: Activation, into y: MutableMatrixView<Scalar>
    ) {
        requireSameShape(x, y)
        Scalar.biasActivate(
            activation, slope: Scalar(activation.slope), rows: x.rows, columns: x.columns, x.base, ldx: x.stride,
            bias: nil, y.base, ldy: y.stride)
    }

    /// dz = f′·dy, element by element.
    ///
    /// - Shapes: all [n × m].
    /// - Reads and writes: dz may be dy. `saved` is y = f(z), or z itself for GELU and SiLU
    ///   (``Activation/gradientNeedsInput``).
    /// - Numerics: relu′(0) = 0, leaky relu′(0) = slope.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func backward<Scalar: BLASScalar>(
        _ dy: MatrixView<Scalar>, saved: MatrixView<Scalar>, _ activation: Activation,
        into dz: MutableMatrixView<Scalar>
    ) {
        requireSameShape(dy, dz)
        precondition(
            saved.rows == dy.rows && saved.columns == dy.columns,
            "the saved values [\(saved.rows) × \(saved.columns)] and the gradient [\(dy.rows) × \(dy.columns)] differ")
        Scalar.activationGradient(
            activation, slope: Scalar(activation.slope), rows: dy.rows, columns: dy.columns, saved: saved.base,
            lds: saved.stride, dy.base, lddy: dy.stride, dz.base, lddz: dz.stride)
    }

    /// y = f(x) on matrices.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func forward<Scalar: BLASScalar>(
        _ x: Matrix<Scalar>, _ activation: Activation, into y: inout Matrix<Scalar>
    ) {
        x.withView { x in y.withMutableView { forward(x, activation, into: $0) } }
    }

    /// dz = f′·dy on matrices.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func backward<Scalar: BLASScalar>(
        _ dy: Matrix<Scalar>, saved: Matrix<Scalar>, _ activation: Activation, into dz: inout Matrix<Scalar>
    ) {
        dy.withView { dy in
            saved.withView { saved in dz.withMutableView { backward(dy, saved: saved, activation, into: $0) } }
        }
    }

    private static func requireSameShape<Scalar>(_ x: MatrixView<Scalar>, _ y: MutableMatrixView<Scalar>) {
        precondition(
            x.rows == y.rows && x.columns == y.columns,
            "[\(x.rows) × \(x.columns)] does not fit into [\(y.rows) × \(y.columns)]")
    }
}

/// Softmax over the rows of a matrix.
public enum SoftmaxKernel {
    /// p[i, :] = e^{x[i, :] − max} / Σ e^{x[i, :] − max}.
    ///
    /// - Shapes: x and p [n × classes]; `logSumExp` [n] or nil gets log Σ e^x of each row.
    /// - Reads and writes: p may be x.
    /// - Numerics: stable at any magnitude; a row with a NaN gives NaN.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func forward<Scalar: BLASScalar>(
        _ x: MatrixView<Scalar>, into p: MutableMatrixView<Scalar>, logSumExp: UnsafeMutablePointer<Scalar>? = nil
    ) {
        precondition(
            x.rows == p.rows && x.columns == p.columns,
            "[\(x.rows) × \(x.columns)] does not fit into [\(p.rows) × \(p.columns)]")
        Scalar.softmax(
            rows: x.rows, columns: x.columns, x.base, ldx: x.stride, p.base, ldp: p.stride, logSumExp: logSumExp)
    }

    /// dx[i, :] = p ⊙ (dp − Σ p·dp): the backward pass.
    ///
    /// - Shapes: p, dp and dx [n × classes]; dx may be dp.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func backward<Scalar: BLASScalar>(
        _ dp: MatrixView<Scalar>, probabilities p: MatrixView<Scalar>, into dx: MutableMatrixView<Scalar>
    ) {
        precondition(
            p.rows == dp.rows && p.columns == dp.columns && dx.rows == dp.rows && dx.columns == dp.columns,
            "the shapes [\(p.rows) × \(p.columns)], [\(dp.rows) × \(dp.columns)], [\(dx.rows) × \(dx.columns)] differ")
        for row in 0..<p.rows {
            var inner: Scalar = 0
            for column in 0..<p.columns { inner += p[row, column] * dp[row, column] }
            for column in 0..<p.columns { dx[row, column] = p[row, column] * (dp[row, column] - inner) }
        }
    }
}
