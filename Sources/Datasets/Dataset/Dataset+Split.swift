internal import LinearAlgebra

extension Dataset {
    /// Two parts: the rows for training, and a `fraction` of them held out.
    ///
    /// For classification every class is split by itself, so that both parts have its share; a class with at
    /// least two rows keeps one in training. The same seed gives the same split.
    ///
    /// - Precondition: 0 ≤ fraction < 1.
    public func split(holdingOut fraction: Double, seed: UInt64) -> (training: Dataset, heldOut: Dataset) {
        precondition(fraction >= 0 && fraction < 1, "cannot hold out a fraction of \(fraction)")
        var strata: [[Int]]
        if task == .regression {
            strata = [Array(0..<count)]
        } else {
            strata = Array(repeating: [], count: schema.labels.count)
            for row in 0..<count { strata[Int(targets[row, 0])].append(row) }
        }
        var heldOut: [Int] = []
        var training: [Int] = []
        // Rounding each class by itself would drift; the carry keeps the total at its share.
        var carry = 0.0
        for (index, stratum) in strata.enumerated() where !stratum.isEmpty {
            var rows = stratum
            var generator = CounterGenerator(seed: seed, stream: splitStream + UInt64(index))
            generator.shuffle(&rows)
            let wanted = Double(rows.count) * fraction + carry
            let taken = max(0, min(rows.count - 1, Int(wanted.rounded())))
            carry = wanted - Double(taken)
            heldOut += rows[..<taken]
            training += rows[taken...]
        }
        return (selecting(rows: training.sorted()), selecting(rows: heldOut.sorted()))
    }
}

/// Streams of the generator from here on belong to splits.
private let splitStream: UInt64 = 1 << 32

/// The mini-batches of an epoch: `batchSize` rows each, or all where there are fewer; a last batch of one is merged into
/// the one before.
public struct Batches: Sendable, RandomAccessCollection {
    private let rows, batchSize: Int

    /// The batches of `rows` rows.
    ///
    /// - Precondition: batchSize ≥ 1.
    public init(rows: Int, batchSize: Int) {
        precondition(batchSize >= 1, "a batch needs at least one row, not \(batchSize)")
        (self.rows, self.batchSize) = (rows, Swift.min(batchSize, Swift.max(rows, 1)))
    }

    /// The index of the first batch.
    public var startIndex: Int { 0 }
    /// One past the last batch.
    public var endIndex: Int {
        let full = (rows + batchSize - 1) / batchSize
        return full > 1 && rows % batchSize == 1 && batchSize > 1 ? full - 1 : full
    }

    /// The positions of a batch in the epoch's order.
    public subscript(index: Int) -> Range<Int> {
        index * batchSize..<(index == endIndex - 1 ? rows : (index + 1) * batchSize)
    }

    /// The largest batch.
    public var largest: Int { map(\.count).max() ?? 0 }
}
