extension BatchNormKernel {
    /// The numbers per column that the element-wise passes of one worker need, in memory of the caller.
    ///
    /// It holds 7·m scalars and 3·m doubles; ``scalarCount(columns:)`` and ``doubleCount(columns:)`` say how
    /// much to allocate.
    public struct Coefficients<Scalar: BLASScalar> {
        let columns: Int
        let shift, delta, scale, offset, a, b, c: UnsafeMutablePointer<Scalar>
        /// μ, Σ(x − μ)² and 1/√(σ² + ε) of the last merge.
        let mean, m2, inverseDeviation: UnsafeMutablePointer<Double>

        /// The scalars to allocate.
        public static func scalarCount(columns: Int) -> Int { 7 * columns }
        /// The doubles to allocate.
        public static func doubleCount(columns: Int) -> Int { 3 * columns }

        /// Coefficients for m columns in the given memory.
        public init(columns: Int, scalars: UnsafeMutablePointer<Scalar>, doubles: UnsafeMutablePointer<Double>) {
            self.columns = columns
            (shift, delta, scale, offset) = (scalars, scalars + columns, scalars + 2 * columns, scalars + 3 * columns)
            (a, b, c) = (scalars + 4 * columns, scalars + 5 * columns, scalars + 6 * columns)
            (mean, m2, inverseDeviation) = (doubles, doubles + columns, doubles + 2 * columns)
        }

        /// Merges the moments of all shards and prepares to normalise with them.
        ///
        /// Chan's formula, shard after shard: δ = μ_B − μ_A; μ = μ_A + δ·n_B/n; M2 = M2_A + M2_B + δ²·n_A·n_B/n.
        ///
        /// - Shapes: `scale` (γ) and `shift` (β) [m], or nil for 1 and 0.
        public func mergeMoments(
            _ shards: Shards, epsilon: Double, scale gamma: UnsafePointer<Scalar>?,
            shift beta: UnsafePointer<Scalar>?
        ) {
            var total = 0.0
            for index in 0..<shards.count where shards[index].rows.pointee > 0 {
                let shard = shards[index]
                let (isFirst, before) = (total == 0, total)
                total += shard.rows.pointee
                let share = shard.rows.pointee / total
                for j in 0..<columns {
                    let difference = isFirst ? 0 : shard.first[j] - mean[j]
                    mean[j] = isFirst ? shard.first[j] : mean[j] + difference * share
                    m2[j] = (isFirst ? 0 : m2[j]) + shard.second[j] + difference * difference * before * share
                }
            }
            for j in 0..<columns {
                set(j, mean: mean[j], variance: m2[j] / total, epsilon, gamma, beta)
            }
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

        /// Merges the gradient sums of all shards: dβ = Σdz, dγ = Σdz·(x − μ)/√(σ² + ε), and the coefficients
        /// of ``BatchNormKernel/inputGradient(_:input:_:)``:
        /// dx = γ·s·(dz − Σdz/n − (x − μ)·s²·Σdz·(x − μ)/n), s = 1/√(σ² + ε).
        ///
        /// - Reads and writes: `scaleGradient` and `shiftGradient` [m] are overwritten; nil when not wanted.
        ///   With `frozen` the statistics do not depend on x, so that dx = γ·s·dz.
        public func mergeGradients(
            _ shards: Shards, scaleGradient: UnsafeMutablePointer<Scalar>?,
            shiftGradient: UnsafeMutablePointer<Scalar>?, frozen: Bool = false
        ) {
            let n = (0..<shards.count).reduce(0) { $0 + shards[$1].rows.pointee }
            for j in 0..<columns {
                var (sum, dot) = (0.0, 0.0)
                for index in 0..<shards.count {
                    let shard = shards[index]
                    if shard.rows.pointee > 0 {
                        sum += shard.first[j]
                        dot += shard.second[j]
                    }
                }
                let s = inverseDeviation[j]
                scaleGradient?[j] = Scalar(dot * s)
                shiftGradient?[j] = Scalar(sum)
                a[j] = scale[j]
                b[j] = frozen ? 0 : Scalar(sum / n)
                c[j] = frozen ? 0 : Scalar(s * s * dot / n)
            }
        }
    }
}
