/// The dense layer y = f(x·w + b), forward and backward.
///
/// Weights are [inputs × outputs], row-major, so the forward product is plain x·w. All functions work
/// on the rows they are given: a caller with several workers gives each its rows in ``forward(_:weights:bias:activation:into:)``
/// and ``inputGradient(_:weights:into:)``, and each its slice of the inputs in
/// ``weightGradient(input:gradient:into:_:)``.
public enum DenseKernel {
    /// y = f(x·w + b).
    ///
    /// - Shapes: x [n × inputs], w [inputs × outputs], b [outputs] or nil, y [n × outputs].
    /// - Reads and writes: y is overwritten; it must not overlap x or w.
    /// - Complexity: 2·n·inputs·outputs flops; one more pass over y for bias and activation; no allocation.
    /// - Precondition: the shapes agree.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func forward<Scalar: BLASScalar>(
        _ x: MatrixView<Scalar>, weights w: MatrixView<Scalar>, bias: UnsafePointer<Scalar>? = nil,
        activation: Activation = .identity, into y: MutableMatrixView<Scalar>
    ) {
        multiply(x, w, into: y)
        if bias == nil && activation == .identity { return }
        Scalar.biasActivate(
            activation, slope: Scalar(activation.slope), rows: y.rows, columns: y.columns, y.base, ldx: y.stride,
            bias: bias, y.base, ldy: y.stride)
    }

    /// dw ← xᵀ·dz, or dw ← dw + xᵀ·dz, where dz = f′·dy is the gradient before the activation.
    ///
    /// - Shapes: x [n × inputs], dz [n × outputs], dw [inputs × outputs].
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func weightGradient<Scalar: BLASScalar>(
        input x: MatrixView<Scalar>, gradient dz: MatrixView<Scalar>, into dw: MutableMatrixView<Scalar>,
        _ accumulation: Accumulation = .replacing
    ) {
        multiply(x, transposingA: true, dz, into: dw, accumulation)
    }

    /// db ← Σᵢ dz[i, :].
    ///
    /// - Shapes: dz [n × outputs], db [outputs].
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func biasGradient<Scalar: BLASScalar>(
        gradient dz: MatrixView<Scalar>, into db: UnsafeMutablePointer<Scalar>
    ) {
        Scalar.columnSums(rows: dz.rows, columns: dz.columns, dz.base, ldx: dz.stride, db)
    }

    /// dx ← dz·wᵀ.
    ///
    /// - Shapes: dz [n × outputs], w [inputs × outputs], dx [n × inputs].
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func inputGradient<Scalar: BLASScalar>(
        _ dz: MatrixView<Scalar>, weights w: MatrixView<Scalar>, into dx: MutableMatrixView<Scalar>
    ) {
        multiply(dz, w, transposingB: true, into: dx)
    }
}

extension DenseKernel {
    /// y = f(x·w + b) on matrices.
    ///
    /// - Shapes: x [n × inputs], w [inputs × outputs], b [outputs] (empty: none), y [n × outputs].
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func forward<Scalar: BLASScalar>(
        _ x: Matrix<Scalar>, weights w: Matrix<Scalar>, bias: [Scalar] = [], activation: Activation = .identity,
        into y: inout Matrix<Scalar>
    ) {
        precondition(
            bias.isEmpty || bias.count == w.columns, "a bias of \(bias.count) does not fit weights \(w.shape)")
        bias.withUnsafeBufferPointer { bias in
            x.withView { x in
                w.withView { w in
                    y.withMutableView {
                        forward(
                            x, weights: w, bias: bias.baseAddress.flatMap { bias.isEmpty ? nil : $0 },
                            activation: activation, into: $0)
                    }
                }
            }
        }
    }

    /// All gradients of y = f(x·w + b), given dy.
    ///
    /// - Shapes: dy, y [n × outputs], x [n × inputs], w [inputs × outputs]; dw as w, db [outputs], dx as x.
    /// - Reads and writes: `dz` is working space as large as dy; dw, db and dx are overwritten. `saved` is y,
    ///   or z = x·w + b for activations whose ``Activation/gradientNeedsInput`` is true.
    public static func backward<Scalar>(
        _ dy: Matrix<Scalar>, input x: Matrix<Scalar>, saved: Matrix<Scalar>, weights w: Matrix<Scalar>,
        activation: Activation = .identity, scratch dz: inout Matrix<Scalar>, weightGradient dw: inout Matrix<Scalar>,
        biasGradient db: inout [Scalar], inputGradient dx: inout Matrix<Scalar>
    ) {
        ActivationKernel.backward(dy, saved: saved, activation, into: &dz)
        multiply(x, transposingA: true, dz, into: &dw)
        precondition(db.count == w.columns, "a bias gradient of \(db.count) does not fit weights \(w.shape)")
        dz.withView { dz in
            db.withUnsafeMutableBufferPointer { db in
                if let base = db.baseAddress { biasGradient(gradient: dz, into: base) }
            }
        }
        multiply(dz, w, transposingB: true, into: &dx)
    }
}
