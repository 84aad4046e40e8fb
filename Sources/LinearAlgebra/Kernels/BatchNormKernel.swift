/// Batch normalisation y = f(γ·(x − μ)/√(σ² + ε) + β), forward and backward.
///
/// - Shapes: x, y [n × m]; γ (scale), β (shift), μ, σ² [m].
/// - Conventions: σ² is the population variance Σ(x − μ)²/n when it normalises; ε is inside the root.
/// - Numerics: statistics in two passes around the first row, merged over shards by Chan's formula in the
///   order of the shards, in Double; μ is carried as shift + delta so that an offset of 10⁶ standard
///   deviations costs no digit, also in Float.
/// - Source: Ioffe and Szegedy, arXiv 1502.03167; Chan, Golub and LeVeque (1983) for the merge.
///
/// The functions on views are the pieces of a step that several workers share: each takes
/// ``moments(of:into:)`` of its rows, all meet, each merges all shards into its own
/// ``Coefficients`` and normalises its rows. The functions on matrices do the whole at once.
public enum BatchNormKernel {
    /// What the shards of a batch contribute to the column statistics: for each shard three rows of m numbers,
    /// [mean; m2; what a double cannot hold of the mean] in the forward pass and [Σdz; Σdz·(x − μ); unused] in the
    /// backward pass, and its count of rows.
    public struct Shards {
        @usableFromInline let base: UnsafeMutablePointer<Double>
        @usableFromInline let columns: Int
        @usableFromInline let count: Int

        /// The doubles to allocate for `count` shards of m columns.
        public static func doubleCount(columns: Int, count: Int = 1) -> Int { count * (3 * columns + 1) }

        /// `count` shards of m columns in the caller's memory.
        public init(_ base: UnsafeMutablePointer<Double>, columns: Int, count: Int = 1) {
            (self.base, self.columns, self.count) = (base, columns, count)
        }

        /// One shard: its two rows of statistics and its count of rows.
        @inlinable
        public subscript(index: Int) -> Shard {
            let start = base + index * (3 * columns + 1)
            return Shard(first: start, second: start + columns, third: start + 2 * columns, rows: start + 3 * columns)
        }
    }

    /// One shard of ``Shards``.
    public struct Shard {
        @usableFromInline let first, second, third, rows: UnsafeMutablePointer<Double>

        @usableFromInline
        init(
            first: UnsafeMutablePointer<Double>, second: UnsafeMutablePointer<Double>,
            third: UnsafeMutablePointer<Double>, rows: UnsafeMutablePointer<Double>
        ) {
            (self.first, self.second, self.third, self.rows) = (first, second, third, rows)
        }

        /// The columns from one on, for statistics that are taken block by block.
        @inlinable
        public func columns(from column: Int) -> Shard {
            Shard(first: first + column, second: second + column, third: third + column, rows: rows)
        }
    }

    /// Mean and Σ(x − mean)² of every column of x, into `shard`.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func moments<Scalar: BLASScalar>(
        of x: MatrixView<Scalar>, into shard: Shard
    ) {
        shard.rows.pointee = Double(x.rows)
        if x.rows == 0 { return }
        Scalar.moments(
            rows: x.rows, columns: x.columns, x.base, ldx: x.stride, mean: shard.first, rest: shard.third,
            m2: shard.second)
    }

    /// y = f((x − μ)·scale + offset) with the coefficients of this batch, or of the running statistics.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func normalize<Scalar: BLASScalar>(
        _ x: MatrixView<Scalar>, _ coefficients: Coefficients<Scalar>, activation: Activation = .identity,
        into y: MutableMatrixView<Scalar>
    ) {
        precondition(
            x.columns == coefficients.columns && y.rows == x.rows && y.columns == x.columns,
            "cannot normalise [\(x.rows) × \(x.columns)] by \(coefficients.columns) columns into [\(y.rows) × \(y.columns)]"
        )
        Scalar.normalize(
            activation, slope: Scalar(activation.slope), rows: x.rows, columns: x.columns, x.base, ldx: x.stride,
            shift: coefficients.shift, delta: coefficients.delta, scale: coefficients.scale,
            offset: coefficients.offset, y.base, ldy: y.stride)
    }

    /// First half of the backward pass: dz = f′(y)·dy in place, and its column sums into `shard`.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func gradientSums<Scalar: BLASScalar>(
        of dy: MutableMatrixView<Scalar>, input x: MatrixView<Scalar>, output y: MatrixView<Scalar>,
        _ coefficients: Coefficients<Scalar>, activation: Activation = .identity, into shard: Shard
    ) {
        precondition(!activation.gradientNeedsInput, "\(activation) cannot be fused with batch normalisation")
        shard.rows.pointee = Double(x.rows)
        Scalar.normalizeGradientSums(
            activation, slope: Scalar(activation.slope), rows: x.rows, columns: x.columns, x.base, ldx: x.stride,
            shift: coefficients.shift, delta: coefficients.delta, y.base, ldy: y.stride, UnsafePointer(dy.base),
            lddy: dy.stride, dy.base, lddz: dy.stride, sum: shard.first, dot: shard.second)
    }

    /// Second half: dx = a·(dz − b − (x − μ)·c), in place of dz, after
    /// ``Coefficients/mergeGradients(_:epsilon:scaleGradient:shiftGradient:)``.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func inputGradient<Scalar: BLASScalar>(
        _ dz: MutableMatrixView<Scalar>, input x: MatrixView<Scalar>, _ coefficients: Coefficients<Scalar>
    ) {
        Scalar.normalizeGradient(
            rows: x.rows, columns: x.columns, x.base, ldx: x.stride, shift: coefficients.shift,
            delta: coefficients.delta, UnsafePointer(dz.base), lddz: dz.stride, a: coefficients.a, b: coefficients.b,
            c: coefficients.c, dz.base, lddx: dz.stride)
    }
}
