/// The running mean and variance of a batch-normalisation layer, in Double whatever the network's precision.
///
/// r ← (1 − m)·r + m·s with m the weight of the NEW statistic (PyTorch's convention; Keras writes 1 − m), or
/// with m = nil the cumulative average: m = 1/t at the t-th batch. The variance stored is the unbiased one,
/// Σ(x − μ)²/(n − 1).
public struct RunningStatistics: Sendable, Equatable {
    /// The running mean of each column.
    public package(set) var mean: [Double]
    /// The running unbiased variance of each column.
    public package(set) var variance: [Double]
    /// How many batches were seen.
    public package(set) var batches: Int

    /// Mean 0 and variance 1, no batch seen.
    public init(columns: Int) {
        mean = Array(repeating: 0, count: columns)
        variance = Array(repeating: 1, count: columns)
        batches = 0
    }

    /// Given statistics, as read from a model file.
    ///
    /// - Precondition: both have the same count.
    public init(mean: [Double], variance: [Double], batches: Int) {
        precondition(mean.count == variance.count, "\(mean.count) means and \(variance.count) variances")
        (self.mean, self.variance, self.batches) = (mean, variance, batches)
    }

    /// Takes in the statistics of one batch of `rows` rows.
    ///
    /// - Parameter momentum: m, or nil for the cumulative average.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public mutating func update<Scalar: BLASScalar>(
        _ batch: BatchNormKernel.Coefficients<Scalar>, rows: Int, momentum: Double?
    ) {
        precondition(
            batch.columns == mean.count, "statistics of \(mean.count) columns cannot take in \(batch.columns)")
        batches += 1
        let m = momentum ?? 1 / Double(batches)
        for j in mean.indices {
            mean[j] += m * (batch.mean[j] - mean[j])
            variance[j] += m * (batch.m2[j] / Double(max(rows - 1, 1)) - variance[j])
        }
    }
}
