internal import LinearAlgebra

/// A path on the Gram matrix of all features. Its certificates come from that matrix, with its rounding counted against
/// them, and where that does not do from one pass over the design for all strengths that are left.
final class FullGramPath {
    private let problem: GaussianProblem
    private let control: PathControl
    private let settings: GaussianPathSettings
    private let crew: ChunkCrew
    private let rows: DenseRows
    /// QᵀX̃ by columns; nil where it is zero.
    private let shares: [Double]?
    private let matrix: ColumnMatrix<Double>
    private let gram: FeatureGram

    /// How many strengths one pass certifies.
    private static let longestPass = 128

    init(
        _ problem: GaussianProblem, _ gram: FeatureGram, _ control: PathControl, _ settings: GaussianPathSettings,
        crew: ChunkCrew
    ) {
        precondition(
            gram.matrix.columns == problem.columns,
            "a Gram matrix of \(gram.matrix.columns) for \(problem.columns) features")
        (self.problem, self.control, self.settings, self.crew) = (problem, control, settings, crew)
        self.gram = gram
        rows = DenseRows(problem.design.store)!
        shares = Self.shares(problem, crew)
        matrix = shares.map { Self.orthogonal(gram.matrix, $0, rank: problem.free.rank) } ?? gram.matrix
    }

    func solve(_ path: PathLevels) -> [StandardizedSolution] {
        if problem.columns == 0 { return WorkingSetPath(problem, control, settings, crew: crew).solve(path) }
        return matrix.withColumn(0) { first in
            let gram = WorkingGram(
                problem, matrix: UnsafeMutablePointer(mutating: first.baseAddress!), stride: problem.columns)
            let solver = GramSolver(problem, gram, control, settings, crew: crew)
            var (levels, solutions) = ([GramLevel](), [GramSolution]())
            for (level, isWanted) in zip(path.levels, path.isWanted) {
                let solution = solver.solve(level)
                if !isWanted { continue }
                levels.append(level)
                solutions.append(solution)
            }
            let records = certify(levels, &solutions, gram, solver)
            let features = Array(0..<problem.columns)
            return levels.indices.map {
                records[$0].solution(
                    problem, levels[$0], solutions[$0], features: features, tolerance: control.tolerance)
            }
        }
    }

    /// The records of all solutions from X; those that miss the tolerance are refined.
    private func certify(
        _ levels: [GramLevel], _ solutions: inout [GramSolution], _ gram: WorkingGram, _ solver: GramSolver
    ) -> [PathRecord] {
        var records = levels.indices.map { record(of: solutions[$0], levels[$0], gram) }
        var open = levels.indices.filter { records[$0].gap > control.tolerance * problem.nullObjective }
        for l in open { records[l] = PathRecord() }
        while !open.isEmpty {
            var next: [Int] = []
            for start in stride(from: 0, to: open.count, by: Self.longestPass) {
                let some = Array(open[start..<min(start + Self.longestPass, open.count)])
                let pass = ResidualPass(problem, rows, some.map { solutions[$0] }, shares: shares, crew)
                for (k, l) in some.enumerated() {
                    let before = records[l].gap
                    let record = PathRecord(
                        levels[l], solutions[l], gram: gram, gradient: pass.gradient(k),
                        residualSquare: pass.squares[k], largest: levels[l].threshold, shares: pass.shares[k])
                    if record.gap <= before { (records[l], certified[l]) = (record, solutions[l]) }
                    let isEnough = record.gap <= control.tolerance * problem.nullObjective
                    if isEnough || solutions[l].reachedLimit || record.gap > before / 2 { continue }
                    solutions[l] = solver.refine(solutions[l], levels[l], gradient: pass.gradient(k))
                    next.append(l)
                }
            }
            open = next
        }
        for (l, solution) in certified { solutions[l] = solution }
        return records
    }

    /// What the Gram matrix tells of a solution; nothing where bounds ask for more than gradients.
    private func record(of solution: GramSolution, _ level: GramLevel, _ working: WorkingGram) -> PathRecord {
        let isEnough = control.acceptsGram || problem.columns > Self.fewFeatures
        if problem.box != nil || !isEnough { return PathRecord() }
        let z = WorkVector<Double>(capacity: problem.columns)
        z.base.update(from: working.products.base, count: problem.columns)
        for (j, value) in zip(solution.positions, solution.values) {
            Double.axpy(problem.columns, -value, working.matrix + j * working.stride, z.base)
        }
        var rest = problem.nullShares
        if let shares {
            for (j, value) in zip(solution.positions, solution.values) {
                for k in rest.indices { rest[k] -= shares[j * rest.count + k] * value }
            }
        }
        return PathRecord(
            level, solution, gram: working, z: z.base, knownTo: gram, norm: (2 * problem.nullObjective).squareRoot(),
            shares: rest)
    }

    /// For so few features a pass over the design for all strengths costs little beside what is known then.
    private static let fewFeatures = 100

    /// The solutions of the records.
    private var certified: [Int: GramSolution] = [:]

    private static func shares(_ problem: GaussianProblem, _ crew: ChunkCrew) -> [Double]? {
        if problem.isFreeOfShares { return nil }
        let rank = problem.free.rank
        var shares = [Double](repeating: 0, count: rank * problem.columns)
        for k in 0..<rank {
            let products = problem.gradient(of: problem.free.basis.column(k), crew)
            for j in 0..<problem.columns { shares[j * rank + k] = products[j] }
        }
        return shares
    }

    /// G − BᵀB: the Gram matrix of the columns less their part in the free span.
    private static func orthogonal(_ matrix: ColumnMatrix<Double>, _ b: [Double], rank: Int) -> ColumnMatrix<Double> {
        var result = matrix
        let count = matrix.columns
        if count == 0 { return matrix }
        result.withMutableColumn(0) { first in
            Double.gemm(
                transposeA: false, transposeB: true, m: count, n: count, k: rank, alpha: -1, a: b, lda: rank, b: b,
                ldb: rank, beta: 1, c: first.baseAddress!, ldc: count)
        }
        return result
    }
}
