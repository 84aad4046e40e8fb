extension BatchNormKernel {
    /// The numbers per column that the element-wise passes of one worker need, in memory of the caller.
    ///
    /// It holds 7·m scalars and 4·m doubles; ``scalarCount(columns:)`` and ``doubleCount(columns:)`` say how
    /// much to allocate.
    public struct Coefficients<Scalar: BLASScalar> {
        let columns: Int
        let shift, delta, scale, offset, a, b, c: UnsafeMutablePointer<Scalar>
        /// μ, Σ(x − μ)² and 1/√(σ² + ε) of the last merge.
        let mean, m2, inverseDeviation: UnsafeMutablePointer<Double>
        /// What a double cannot hold of μ.
        let rest: UnsafeMutablePointer<Double>

        /// The scalars to allocate.
        public static func scalarCount(columns: Int) -> Int { 7 * columns }
        /// The doubles to allocate.
        public static func doubleCount(columns: Int) -> Int { 4 * columns }

        /// Coefficients for m columns in the given memory.
        public init(columns: Int, scalars: UnsafeMutablePointer<Scalar>, doubles: UnsafeMutablePointer<Double>) {
            self.columns = columns
            (shift, delta, scale, offset) = (scalars, scalars + columns, scalars + 2 * columns, scalars + 3 * columns)
            (a, b, c) = (scalars + 4 * columns, scalars + 5 * columns, scalars + 6 * columns)
            (mean, m2, inverseDeviation) = (doubles, doubles + columns, doubles + 2 * columns)
            rest = doubles + 3 * columns
        }

        /// The coefficients of the columns from one on, in the same memory.
        public func columns(from column: Int) -> Coefficients {
            Coefficients(of: self, from: column)
        }

        private init(of other: Coefficients, from column: Int) {
            columns = other.columns - column
            (shift, delta, scale, offset) = (
                other.shift + column, other.delta + column, other.scale + column, other.offset + column
            )
            (a, b, c) = (other.a + column, other.b + column, other.c + column)
            (mean, m2) = (other.mean + column, other.m2 + column)
            (inverseDeviation, rest) = (other.inverseDeviation + column, other.rest + column)
        }

        /// Merges the moments of all shards and prepares to normalise with them.
        ///
        /// Chan's formula, shard after shard: δ = μ_B − μ_A; μ = μ_A + δ·n_B/n; M2 = M2_A + M2_B + δ²·n_A·n_B/n.
        ///
        /// - Shapes: `scale` (γ) and `shift` (β) [m], or nil for 1 and 0.
        @specialized(where Scalar == Float)
        @specialized(where Scalar == Double)
        public func mergeMoments(
            _ shards: Shards, epsilon: Double, scale gamma: UnsafePointer<Scalar>?,
            shift beta: UnsafePointer<Scalar>?
        ) {
            Scalar.mergeMoments(
                columns: columns, shards: shards.count, shards.base, epsilon: epsilon, gamma: gamma, beta: beta,
                mean: mean, rest: rest, m2: m2, inverseDeviation: inverseDeviation, shift: shift, delta: delta,
                scale: scale,
                offset: offset)
        }

        /// Prepares to normalise with given statistics: inference, or frozen statistics in training.
        public func set(
            mean: UnsafePointer<Double>, variance: UnsafePointer<Double>, epsilon: Double,
            scale gamma: UnsafePointer<Scalar>?, shift beta: UnsafePointer<Scalar>?
        ) {
            for j in 0..<columns { set(j, mean: mean[j], variance: variance[j], epsilon, gamma, beta) }
        }

        private func set(
            _ j: Int, mean: Double, variance: Double, _ epsilon: Double, _ gamma: UnsafePointer<Scalar>?,
            _ beta: UnsafePointer<Scalar>?
        ) {
            let root = (variance + epsilon).squareRoot()
            let inverse = root == 0 ? 0 : 1 / root
            inverseDeviation[j] = inverse
            shift[j] = Scalar(mean)
            delta[j] = Scalar(mean - Double(shift[j]))
            scale[j] = Scalar((gamma.map { Double($0[j]) } ?? 1) * inverse)
            offset[j] = beta?[j] ?? 0
        }

        /// Leaves of ``BatchNormKernel/inputGradient(_:input:_:)`` what does not go through mean and variance: dx = a·dz.
        func clearStatisticsGradient() {
            a.update(from: scale, count: columns)
            b.update(repeating: 0, count: columns)
            c.update(repeating: 0, count: columns)
        }

        /// Merges the gradient sums of all shards: dβ = Σdz, dγ = Σdz·(x − μ)/√(σ² + ε), and the coefficients
        /// of ``BatchNormKernel/inputGradient(_:input:_:)``:
        /// dx = γ·s·(dz − Σdz/n − (x − μ)·s²·Σdz·(x − μ)/n), s = 1/√(σ² + ε). For two rows the sum cancels but for a
        /// share, and dx = γ·s·ε·s²·(dz − Σdz/2) is taken instead, which is equal to it.
        ///
        /// - Reads and writes: `scaleGradient` and `shiftGradient` [m] are overwritten; nil when not wanted.
        @specialized(where Scalar == Float)
        @specialized(where Scalar == Double)
        public func mergeGradients(
            _ shards: Shards, epsilon: Double, scaleGradient: UnsafeMutablePointer<Scalar>?,
            shiftGradient: UnsafeMutablePointer<Scalar>?
        ) {
            Scalar.mergeGradients(
                columns: columns, shards: shards.count, shards.base, epsilon: epsilon,
                inverseDeviation: inverseDeviation, scale: scale, a: a, b: b, c: c, scaleGradient: scaleGradient,
                shiftGradient: shiftGradient)
        }
    }
}
