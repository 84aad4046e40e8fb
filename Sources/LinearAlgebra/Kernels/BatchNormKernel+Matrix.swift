extension BatchNormKernel {
    /// What the forward pass leaves for the backward pass, allocated once for batches of one shape.
    public struct Cache<Scalar: BLASScalar>: Sendable {
        var input: Matrix<Scalar>
        var output: Matrix<Scalar>
        var activation = Activation.identity
        var epsilon = 0.0
        private var scalars: AlignedBuffer<Scalar>
        private var doubles: AlignedBuffer<Double>

        /// Room for batches of [rows × columns].
        public init(rows: Int, columns: Int) {
            input = Matrix(rows: rows, columns: columns)
            output = Matrix(rows: rows, columns: columns)
            scalars = AlignedBuffer(count: Coefficients<Scalar>.scalarCount(columns: columns))
            doubles = AlignedBuffer(
                count: Coefficients<Scalar>.doubleCount(columns: columns) + Shards.doubleCount(columns: columns))
        }

        /// Hands out the coefficients and one shard of statistics.
        mutating func withPieces<Result>(
            _ body: (Coefficients<Scalar>, Shards) -> Result
        ) -> Result {
            let columns = input.columns
            return scalars.withUnsafeMutablePointer { scalars in
                doubles.withUnsafeMutablePointer { doubles in
                    body(
                        Coefficients(columns: columns, scalars: scalars, doubles: doubles),
                        Shards(doubles + Coefficients<Scalar>.doubleCount(columns: columns), columns: columns))
                }
            }
        }
    }

    /// The gradients of scale and shift.
    public struct Gradients<Scalar: BLASScalar>: Sendable {
        /// dγ [m]
        public var scale: [Scalar]
        /// dβ [m]
        public var shift: [Scalar]

        /// Zeros for m columns.
        public init(columns: Int) {
            scale = Array(repeating: 0, count: columns)
            shift = Array(repeating: 0, count: columns)
        }

        /// Takes over the gradient sums of all shards, which also prepares the coefficients for the input gradient.
        fileprivate mutating func merge(_ shards: Shards, _ coefficients: Coefficients<Scalar>, epsilon: Double) {
            scale.withUnsafeMutableBufferPointer { scale in
                shift.withUnsafeMutableBufferPointer { shift in
                    coefficients.mergeGradients(
                        shards, epsilon: epsilon, scaleGradient: scale.baseAddress, shiftGradient: shift.baseAddress)
                }
            }
        }
    }

    /// y = f(γ·(x − μ)/√(σ² + ε) + β) with the statistics of this batch.
    ///
    /// - Shapes: x, y [n × m], n ≥ 2; `scale` (γ) and `shift` (β) [m].
    /// - Reads and writes: y is overwritten; `cache` keeps what the backward pass needs. `running`, when
    ///   given, takes in the statistics of the batch with `momentum` (nil: cumulative average).
    /// - Complexity: about 8·n·m flops; no allocation.
    /// - Precondition: n ≥ 2, and the cache was made for the shape of x.
    public static func forwardTraining<Scalar>(
        _ x: Matrix<Scalar>, scale: [Scalar], shift: [Scalar], epsilon: Double = 1e-5,
        activation: Activation = .identity, cache: inout Cache<Scalar>, into y: inout Matrix<Scalar>
    ) {
        var unused = RunningStatistics(columns: 0)
        forward(x, scale, shift, epsilon, activation, &cache, &y, &unused, tracking: false, momentum: nil)
    }

    /// ``forwardTraining(_:scale:shift:epsilon:activation:cache:into:)`` that also updates running statistics:
    /// r ← (1 − momentum)·r + momentum·(statistic of this batch); nil: cumulative average.
    public static func forwardTraining<Scalar>(
        _ x: Matrix<Scalar>, scale: [Scalar], shift: [Scalar], epsilon: Double = 1e-5,
        activation: Activation = .identity, cache: inout Cache<Scalar>, into y: inout Matrix<Scalar>,
        updating running: inout RunningStatistics, momentum: Double?
    ) {
        forward(x, scale, shift, epsilon, activation, &cache, &y, &running, tracking: true, momentum: momentum)
    }

    private static func forward<Scalar>(
        _ x: Matrix<Scalar>, _ scale: [Scalar], _ shift: [Scalar], _ epsilon: Double, _ activation: Activation,
        _ cache: inout Cache<Scalar>, _ y: inout Matrix<Scalar>, _ running: inout RunningStatistics, tracking: Bool,
        momentum: Double?
    ) {
        precondition(x.rows >= 2, "batch normalisation in training needs at least 2 rows, not \(x.rows)")
        precondition(
            cache.input.rows == x.rows && cache.input.columns == x.columns,
            "a cache for \(cache.input.shape) cannot take \(x.shape)")
        precondition(
            scale.count == x.columns && shift.count == x.columns,
            "scale of \(scale.count) and shift of \(shift.count) do not fit \(x.shape)")
        (cache.activation, cache.epsilon) = (activation, epsilon)
        copy(x, into: &cache.input)
        cache.withPieces { coefficients, shards in
            x.withView { x in
                moments(of: x, into: shards[0])
                scale.withUnsafeBufferPointer { scale in
                    shift.withUnsafeBufferPointer { shift in
                        coefficients.mergeMoments(
                            shards, epsilon: epsilon, scale: scale.baseAddress, shift: shift.baseAddress
                        )
                    }
                }
                y.withMutableView { normalize(x, coefficients, activation: activation, into: $0) }
                if tracking { running.update(coefficients, rows: x.rows, momentum: momentum) }
            }
        }
        copy(y, into: &cache.output)
    }

    /// dx of the training pass whose cache this is, and dγ, dβ added to `gradients`.
    ///
    /// dz = f′(y)·dy; dx = γ·s·(dz − Σdz/n − (x − μ)·s²·Σdz·(x − μ)/n) with s = 1/√(σ² + ε);
    /// dγ += s·Σdz·(x − μ); dβ += Σdz.
    ///
    /// - Shapes: dy, dx [n × m]; gradients [m] each.
    /// - Reads and writes: dx is overwritten and is not dy.
    /// - Complexity: about 11·n·m flops; allocates a few arrays of m, none of the size of the batch.
    public static func backward<Scalar>(
        _ dy: Matrix<Scalar>, cache: Cache<Scalar>, scale: [Scalar], into dx: inout Matrix<Scalar>,
        adding gradients: inout Gradients<Scalar>
    ) {
        precondition(
            dy.rows == cache.input.rows && dy.columns == cache.input.columns && dx.rows == dy.rows
                && dx.columns == dy.columns,
            "gradients \(dy.shape) and \(dx.shape) do not fit a cache for \(cache.input.shape)")
        precondition(scale.count == dy.columns, "a scale of \(scale.count) does not fit \(dy.shape)")
        copy(dy, into: &dx)
        var cache = cache
        let (input, output, activation, epsilon) = (cache.input, cache.output, cache.activation, cache.epsilon)
        var batch = Gradients<Scalar>(columns: dy.columns)
        cache.withPieces { coefficients, shards in
            input.withView { x in
                output.withView { y in
                    dx.withMutableView { dx in
                        gradientSums(
                            of: dx, input: x, output: y, coefficients, activation: activation, into: shards[0])
                        batch.merge(shards, coefficients, epsilon: epsilon)
                        inputGradient(dx, input: x, coefficients)
                    }
                }
            }
        }
        add(batch.scale, to: &gradients.scale)
        add(batch.shift, to: &gradients.shift)
    }

    /// y = f(γ·(x − μ)/√(σ² + ε) + β) with running statistics; any number of rows.
    ///
    /// - Shapes: x, y [n × m]; `scale` (γ) and `shift` (β) [m].
    public static func forwardInference<Scalar>(
        _ x: Matrix<Scalar>, running: RunningStatistics, scale: [Scalar], shift: [Scalar], epsilon: Double = 1e-5,
        activation: Activation = .identity, into y: inout Matrix<Scalar>
    ) {
        precondition(
            scale.count == x.columns && shift.count == x.columns && running.mean.count == x.columns,
            "scale of \(scale.count), shift of \(shift.count), statistics of \(running.mean.count) do not fit \(x.shape)"
        )
        var cache = Cache<Scalar>(rows: 0, columns: x.columns)
        cache.withPieces { coefficients, _ in
            scale.withUnsafeBufferPointer { scale in
                shift.withUnsafeBufferPointer { shift in
                    coefficients.set(
                        mean: running.mean, variance: running.variance, epsilon: epsilon, scale: scale.baseAddress,
                        shift: shift.baseAddress)
                }
            }
            x.withView { x in y.withMutableView { normalize(x, coefficients, activation: activation, into: $0) } }
        }
    }

    /// dx of the inference pass, in which μ and σ² are given and no gradient goes through them; dγ, dβ added to
    /// `gradients`.
    ///
    /// dz = f′(y)·dy; dx = γ·s·dz with s = 1/√(σ² + ε); dγ += s·Σdz·(x − μ); dβ += Σdz.
    ///
    /// - Shapes: dy, x, y, dx [n × m], any n; y the output of
    ///   ``forwardInference(_:running:scale:shift:epsilon:activation:into:)``; `scale` and gradients [m].
    /// - Reads and writes: dx is overwritten and is not dy.
    /// - Precondition: the activation's gradient can be had from its output
    ///   (``Activation/gradientNeedsInput`` is false).
    public static func backwardInference<Scalar>(
        _ dy: Matrix<Scalar>, input x: Matrix<Scalar>, output y: Matrix<Scalar>, running: RunningStatistics,
        scale: [Scalar], epsilon: Double = 1e-5, activation: Activation = .identity, into dx: inout Matrix<Scalar>,
        adding gradients: inout Gradients<Scalar>
    ) {
        precondition(
            y.rows == x.rows && y.columns == x.columns && dy.rows == x.rows && dy.columns == x.columns,
            "the output \(y.shape) and its gradient \(dy.shape) do not fit the input \(x.shape)")
        precondition(
            scale.count == x.columns && running.mean.count == x.columns,
            "scale of \(scale.count) and statistics of \(running.mean.count) do not fit \(x.shape)")
        copy(dy, into: &dx)
        var cache = Cache<Scalar>(rows: 0, columns: x.columns)
        var batch = Gradients<Scalar>(columns: x.columns)
        cache.withPieces { coefficients, shards in
            scale.withUnsafeBufferPointer {
                coefficients.set(
                    mean: running.mean, variance: running.variance, epsilon: epsilon, scale: $0.baseAddress, shift: nil)
            }
            x.withView { x in
                y.withView { y in
                    dx.withMutableView { dz in
                        gradientSums(
                            of: dz, input: x, output: y, coefficients, activation: activation, into: shards[0])
                        batch.merge(shards, coefficients, epsilon: epsilon)
                        coefficients.clearStatisticsGradient()
                        inputGradient(dz, input: x, coefficients)
                    }
                }
            }
        }
        add(batch.scale, to: &gradients.scale)
        add(batch.shift, to: &gradients.shift)
    }

    private static func copy<Scalar>(_ from: Matrix<Scalar>, into to: inout Matrix<Scalar>) {
        precondition(from.rows == to.rows && from.columns == to.columns, "cannot copy \(from.shape) to \(to.shape)")
        from.withView { from in to.withMutableView { $0.base.update(from: from.base, count: from.rows * from.columns) }
        }
    }
}
