internal import LinearAlgebra

/// The features outside the working set: what is known of x_jᵀr, and which of them a new batch of residuals leaves in
/// doubt.
final class OutsideFeatures {
    /// x_jᵀr at the last strength that was verified, or an estimate, and its derivative by the threshold.
    let current: WorkVector<Double>
    let slope: WorkVector<Double>
    private let problem: GaussianProblem
    private let crew: ChunkCrew
    private let references: ResidualReferences
    /// 1 where a feature is in the working set or takes no part.
    private let isInside: WorkVector<UInt8>
    /// The reference of each feature, and the products with its two residuals.
    private let number: WorkVector<Int32>
    private let product0: WorkVector<Double>
    private let product1: WorkVector<Double>
    private let rising: WorkVector<Double>
    private let falling: WorkVector<Double>
    /// ‖x_j‖ times the larger of rising and falling.
    private let reach: WorkVector<Double>
    private let candidates: [CandidateList]

    /// Before any strength the residual is y.
    init(_ problem: GaussianProblem, crew: ChunkCrew) {
        (self.problem, self.crew) = (problem, crew)
        let columns = problem.columns
        current = WorkVector(problem.products)
        slope = WorkVector(repeating: 0, count: columns)
        references = ResidualReferences(rows: problem.rows)
        product0 = WorkVector(problem.products)
        product1 = WorkVector(repeating: 0, count: columns)
        rising = WorkVector(problem.rising)
        falling = WorkVector(problem.falling)
        reach = WorkVector(
            (0..<columns).map { problem.design.squares[$0].squareRoot() * max(problem.rising[$0], problem.falling[$0]) }
        )
        let takesPart = (0..<columns).map { problem.rising[$0] > 0 || problem.falling[$0] > 0 }
        isInside = WorkVector(takesPart.map { $0 ? 0 : 1 })
        let first = references.add(problem.response.base, problem.response.base)
        number = WorkVector(repeating: Int32(first), count: columns)
        references.change(users: takesPart.count { $0 }, of: first)
        candidates = (0..<ChunkCrew.chunks).map { _ in CandidateList() }
    }

    /// Says that features have joined the working set.
    func remove(_ features: [Int]) {
        for feature in features where isInside[feature] == 0 {
            isInside[feature] = 1
            references.change(users: -1, of: Int(number[feature]))
        }
    }

    /// The features outside whose product is, by `isWanted(product, slope, rising, falling)`, near its threshold.
    @inline(__always)
    func select(_ isWanted: (Double, Double, Double, Double) -> Bool) -> [Int] {
        var wanted: [Int] = []
        let (isInside, current, slope) = (isInside.base, current.base, slope.base)
        let (rising, falling) = (rising.base, falling.base)
        for j in 0..<problem.columns where isInside[j] == 0 && isWanted(current[j], slope[j], rising[j], falling[j]) {
            wanted.append(j)
        }
        return wanted
    }

    /// max_j |x_jᵀr|/v_j for each residual, at least its threshold: of the features that no bound certifies, from the
    /// columns themselves.
    ///
    /// - Complexity: a few operations a feature, and a pass over the columns of the candidates.
    func verify(_ batch: ResidualBatch, _ levels: ArraySlice<GramLevel>) -> [Double] {
        let levels = Array(levels)
        let estimates = references.estimates(of: batch, crew)
        // The last strength is the farthest from the references, and the one to start from.
        let reference = references.add(batch.residual(batch.count - 1), batch.residual(0))
        crew.eachChunk { chunk in
            let range = WorkerTeam.shard(of: problem.columns, index: chunk, of: ChunkCrew.chunks)
            let list = candidates[chunk]
            collect(range, levels, estimates, into: list)
            list.multiply(problem.design, batch)
            adopt(list, levels, reference)
        }
        var largest = levels.map(\.threshold)
        for list in candidates {
            for l in levels.indices { largest[l] = max(largest[l], list.largest[l]) }
            references.change(users: list.features.count, of: reference)
            for (old, count) in list.leaving { references.change(users: -count, of: old) }
        }
        return largest
    }

    /// The candidates of the last verification whose product exceeds `shares[l]` of the l-th threshold for some l.
    func violators(_ levels: ArraySlice<GramLevel>, shares: [Double]) -> [Int] {
        let limits = zip(levels, shares).map { $0.threshold * $1 }
        var found: [Int] = []
        for list in candidates {
            for (k, j) in list.features.enumerated() where isInside[j] == 0 {
                let products = list.products.base + k * limits.count
                if limits.indices.contains(where: {
                    max(products[$0] * rising[j], -products[$0] * falling[j]) > limits[$0]
                }) {
                    found.append(j)
                }
            }
        }
        return found
    }

    // MARK: One chunk

    private func collect(
        _ range: Range<Int>, _ levels: [GramLevel], _ estimates: [ResidualReferences.Estimate], into list: CandidateList
    ) {
        list.clear(range.count, references: references.count)
        let (last, count) = (levels.count - 1, levels.count)
        let thresholds = levels.map(\.threshold)
        let inverse = thresholds[last] == thresholds[0] ? 0 : 1 / (thresholds[last] - thresholds[0])
        let (isInside, number, product0, product1) = (isInside.base, number.base, product0.base, product1.base)
        let (rising, falling, reach) = (rising.base, falling.base, reach.base)
        let (current, slope) = (current.base, slope.base)
        estimates.withUnsafeBufferPointer { estimates in
            thresholds.withUnsafeBufferPointer { thresholds in
                for j in range where isInside[j] == 0 {
                    let own = estimates.baseAddress! + Int(number[j]) &* count
                    var (product, l) = (0.0, last)
                    let final = own[last].x0 * product0[j] + own[last].x1 * product1[j]
                    product = final
                    // From the last strength, which is the farthest from the references, to the first.
                    while max(product * rising[j], -product * falling[j]) + reach[j] * own[l].distance <= thresholds[l]
                    {
                        if l == 0 { break }
                        l &-= 1
                        product = own[l].x0 * product0[j] + own[l].x1 * product1[j]
                    }
                    let isCertain =
                        l == 0
                        && max(product * rising[j], -product * falling[j]) + reach[j] * own[0].distance <= thresholds[0]
                    if isCertain {
                        if inverse != 0 { slope[j] = (final - product) * inverse }
                        current[j] = final
                    } else {
                        list.append(j, leaving: Int(number[j]))
                    }
                }
            }
        }
    }

    private func adopt(_ list: CandidateList, _ levels: [GramLevel], _ reference: Int) {
        let (last, count) = (levels.count - 1, levels.count)
        let span = levels[last].threshold - levels[0].threshold
        let inverse = span == 0 ? 0 : 1 / span
        var largest = [Double](repeating: 0, count: count)
        largest.withUnsafeMutableBufferPointer { largest in
            var products = UnsafePointer(list.products.base)
            for j in list.features {
                for l in 0..<count {
                    largest[l] = max(largest[l], products[l] * rising[j], -products[l] * falling[j])
                }
                if inverse != 0 { slope[j] = (products[last] - products[0]) * inverse }
                current[j] = products[last]
                (product0[j], product1[j], number[j]) = (products[last], products[0], Int32(reference))
                products += count
            }
        }
        list.largest = largest
    }
}

/// The features of one chunk that no bound certified.
final class CandidateList {
    private(set) var features: [Int] = []
    /// x_jᵀr_l, [features × batch]
    private(set) var products = WorkVector<Double>()
    var largest: [Double] = []
    private var leavers: [Int] = []

    /// How many features left each of the references they had.
    var leaving: [(Int, Int)] { leavers.indices.filter { leavers[$0] > 0 }.map { ($0, leavers[$0]) } }

    func clear(_ capacity: Int, references: Int) {
        features.removeAll(keepingCapacity: true)
        leavers = Array(repeating: 0, count: references)
    }

    func append(_ feature: Int, leaving reference: Int) {
        features.append(feature)
        leavers[reference] += 1
    }

    func multiply(_ design: StandardizedDesign, _ batch: ResidualBatch) {
        products.reserve(features.count * batch.count, keeping: 0)
        features.withUnsafeBufferPointer {
            design.dots($0, with: batch.weighted(0), sums: batch.sums, count: batch.count, into: products.base)
        }
    }
}
