internal import LinearAlgebra

/// Which features are selected again and again when half of the rows are drawn by chance.
///
/// Rows are drawn in complementary pairs of halves, of ⌊n/2⌋ rows each and no row in common; where the targets are classes,
/// half of each class. The path is fitted to every half.
/// Π_j(λ) is the share of halves in which feature j has a coefficient at strength λ, and the features of which the largest
/// Π_j(λ) reaches the threshold are stable.
///
/// - Source: Meinshausen and Bühlmann (2010), Stability selection, J. R. Stat. Soc. B 72; Shah and Samworth (2013), Variable
///   selection with error control: another look at stability selection, J. R. Stat. Soc. B 75.
public struct StabilitySelection: Sendable, Hashable {
    /// How many pairs of halves are drawn.
    public var pairs: Int
    /// The least selection probability of a stable feature, in (½, 1].
    public var threshold: Double
    /// Where given, the path of a half ends before the strength at which more features than this have been selected: the
    /// smaller, the fewer false selections are to be expected.
    public var selectionLimit: Int?
    /// The same seed draws the same halves.
    public var seed: UInt64

    /// By default 50 pairs, and features that three quarters of the halves select.
    public init(pairs: Int = 50, threshold: Double = 0.75, selectionLimit: Int? = nil, seed: UInt64) {
        (self.pairs, self.threshold, self.selectionLimit, self.seed) = (pairs, threshold, selectionLimit, seed)
    }

    /// Fits the path to every half and counts.
    ///
    /// - Parameter strengths: those of the path of all rows, descending.
    /// - Throws: ``TrainingError`` for settings outside their range, or a half that has one class, or one target, only.
    package func select(
        _ specification: LinearSpecification, l1Ratio: Double, strengths: [Double], control: PathControl,
        solver: PathSolver
    ) throws -> StabilityResult {
        try check()
        let halves = try halves(of: specification)
        var alone = control
        alone.workers = 1
        let selections = try concurrentMap(halves.count, workers: control.workers) { half in
            let problem = specification.problem(weights: halves[half], l1Ratio: l1Ratio)
            return limited(solver(problem, strengths, alone).map(\.selection))
        }
        return StabilityResult(
            strengths: strengths, features: specification.design.columns, threshold: threshold, pairs: pairs,
            selections: selections)
    }

    private func check() throws(TrainingError) {
        if pairs < 1 { throw .settings("stability selection needs at least one pair of halves, not \(pairs)") }
        if !(threshold > 0.5 && threshold <= 1) {
            throw .settings("the threshold of stability selection lies in (0.5, 1], not at \(threshold)")
        }
        if let selectionLimit, selectionLimit < 1 {
            throw .settings("a selection limit of \(selectionLimit) selects nothing")
        }
    }

    /// The weights of each half, two after two complementary; zeros outside the half.
    package func halves(of specification: LinearSpecification) throws(TrainingError) -> [[Double]] {
        let weights = specification.weights
        let taking = weights.indices.filter { weights[$0] > 0 }
        var strata = [taking]
        if let classes = specification.classes {
            strata = Array(repeating: [], count: (classes.max() ?? -1) + 1)
            for row in taking { strata[classes[row]].append(row) }
        }
        if strata.contains(where: { $0.count < 2 }) {
            throw .data("stability selection needs two rows of every class at least")
        }
        var halves: [[Double]] = []
        for pair in 0..<pairs {
            var both = [[Double]](repeating: Array(repeating: 0, count: weights.count), count: 2)
            for (index, stratum) in strata.enumerated() {
                var rows = stratum
                var generator = CounterGenerator(
                    seed: seed, step: UInt64(pair), stream: halfStream + UInt64(index))
                generator.shuffle(&rows)
                let size = rows.count / 2
                for row in rows[..<size] { both[0][row] = weights[row] }
                for row in rows[size..<(2 * size)] { both[1][row] = weights[row] }
            }
            halves += both
        }
        for half in halves { try checkTargets(specification, half) }
        return halves
    }

    private func checkTargets(_ specification: LinearSpecification, _ half: [Double]) throws(TrainingError) {
        let rows = half.indices.filter { half[$0] > 0 }
        guard let first = rows.first,
            rows.contains(where: { specification.targets[$0] != specification.targets[first] })
        else { throw .data("the target is constant in half of the rows\nStability selection needs more rows.") }
    }

    /// The selections up to the strength at which their union grows beyond the limit.
    private func limited(_ selections: [[Int]]) -> [[Int]] {
        guard let selectionLimit else { return selections }
        var union = Set<Int>()
        return Array(
            selections.prefix { selection in
                union.formUnion(selection)
                return union.count <= selectionLimit
            })
    }
}

extension StandardizedSolution {
    /// The features with a coefficient that is not zero in some output.
    fileprivate var selection: [Int] {
        support.indices.filter { place in coefficients.contains { $0[place] != 0 } }.map { support[$0] }
    }
}

/// Streams of the generator from here on belong to half-samples.
private let halfStream: UInt64 = 1 << 34
