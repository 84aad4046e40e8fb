internal import LinearAlgebra

/// Which rows are held out together: every row is in one fold.
package struct Folds: Sendable, Equatable {
    /// The fold of each row, 0 ..< count.
    package let folds: [Int]
    package let count: Int

    /// `count` folds of equal size, by chance; the rows of every class, and those of weight 0, are spread evenly.
    ///
    /// - Throws: ``TrainingError/settings(_:)`` for fewer than two folds, or more folds than rows that take part.
    package init(count: Int, seed: UInt64, weights: [Double], classes: [Int]?) throws(TrainingError) {
        let taking = weights.indices.filter { weights[$0] > 0 }
        guard count >= 2 && count <= taking.count else {
            throw .settings(
                "cannot make \(count) folds of \(taking.count) rows"
                    + (taking.count < weights.count ? " with a weight" : "") + "\nAsk for 2 ... \(taking.count) folds.")
        }
        var strata: [[Int]] = []
        if let classes {
            strata = Array(repeating: [], count: (classes.max() ?? -1) + 1)
            for row in taking { strata[classes[row]].append(row) }
        } else {
            strata = [taking]
        }
        strata.append(weights.indices.filter { weights[$0] <= 0 })
        // Each class goes on where the one before it ended, so that the folds differ by one row at most.
        var folds = [Int](repeating: 0, count: weights.count)
        var dealt = 0
        for (index, stratum) in strata.enumerated() {
            var rows = stratum
            var generator = CounterGenerator(seed: seed, stream: foldStream + UInt64(index))
            generator.shuffle(&rows)
            for row in rows {
                folds[row] = dealt % count
                dealt += 1
            }
        }
        (self.folds, self.count) = (folds, count)
    }

    /// The folds that rows are given by any numbers; they are counted in ascending order.
    ///
    /// - Throws: ``TrainingError/settings(_:)`` for fewer than two folds, another number of rows, or a fold without weight.
    package init(ids: [Int], weights: [Double]) throws(TrainingError) {
        if ids.count != weights.count {
            throw .settings("\(ids.count) fold numbers do not fit \(weights.count) rows")
        }
        let names = Set(ids).sorted()
        if names.count < 2 { throw .settings("all rows are in one fold\nGive at least two folds.") }
        let place = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        (folds, count) = (ids.map { place[$0]! }, names.count)
        for fold in 0..<count where rows(in: fold).allSatisfy({ weights[$0] <= 0 }) {
            throw .settings("fold \(names[fold]) has no row with a weight\nJoin it to another fold.")
        }
    }

    /// The rows of a fold, ascending.
    package func rows(in fold: Int) -> [Int] { folds.indices.filter { folds[$0] == fold } }

    /// The weights of the rows outside a fold, zeros within it.
    package func trainingWeights(without fold: Int, of weights: [Double]) -> [Double] {
        weights.indices.map { folds[$0] == fold ? 0 : weights[$0] }
    }
}

/// Streams of the generator from here on belong to folds and half-samples.
private let foldStream: UInt64 = 1 << 33
