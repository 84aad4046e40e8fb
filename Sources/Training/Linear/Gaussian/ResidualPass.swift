internal import LinearAlgebra

/// The residuals of many solutions and their products with all features, in one pass over the rows of a dense design:
/// a block of rows serves R = Y − XW and XᵀR while it is in the cache.
final class ResidualPass {
    /// ‖r‖², Qᵀ of the targets less the fit, and x_jᵀr by solutions.
    private(set) var squares: [Double]
    private(set) var shares: [[Double]]
    private let gradients: WorkVector<Double>
    private let columns: Int

    func gradient(_ solution: Int) -> UnsafeMutablePointer<Double> { gradients.base + solution * columns }

    init(
        _ problem: GaussianProblem, _ rows: DenseRows, _ solutions: [GramSolution], shares b: [Double]?,
        _ crew: ChunkCrew
    ) {
        let (count, columns, rank) = (solutions.count, problem.columns, problem.free.rank)
        let fit = PassFit(problem, solutions)
        let parts = (0..<ChunkCrew.chunks).map { _ in PassPart(count, columns: columns, rank: rank) }
        crew.eachChunk { chunk in
            let range = WorkerTeam.shard(of: rows.rows, index: chunk, of: ChunkCrew.chunks, multipleOf: 8)
            for first in stride(from: range.lowerBound, to: range.upperBound, by: DenseRows.blockRows) {
                parts[chunk].add(first..<min(first + DenseRows.blockRows, range.upperBound), problem, rows, fit)
            }
        }
        self.columns = columns
        gradients = WorkVector(capacity: count * columns)
        (squares, shares) = ([], [])
        let design = problem.design
        for l in 0..<count {
            var (square, sum, rest) = (0.0, 0.0, [Double](repeating: 0, count: rank))
            for part in parts {
                square += part.squares[l]
                sum += part.sums[l]
                for k in 0..<rank { rest[k] += part.shares[l * rank + k] }
            }
            // What the residual has in the free span is taken out of all that was computed of it.
            squares.append(max(0, square - rest.reduce(0) { $0 + $1 * $1 }))
            shares.append(zip(problem.nullShares, rest).map { $0 + $1 })
            let gradient = gradients.base + l * columns
            for j in 0..<columns {
                let raw = parts.reduce(0) { $0 + $1.gradients[l * columns + j] }
                gradient[j] = (raw - design.centers[j] * sum) / design.scales[j]
                if let b { for k in 0..<rank { gradient[j] -= b[j * rank + k] * rest[k] } }
            }
        }
    }
}

/// Solutions as coefficients of the columns as stored: x̃·w = x·(w/s) − Σ c·w/s.
struct PassFit: ~Copyable {
    let count: Int
    /// The features that some solution uses, and their coefficients, [used × count].
    let used: [Int]
    let coefficients: WorkVector<Double>
    let constants: [Double]

    init(_ problem: GaussianProblem, _ solutions: [GramSolution]) {
        let design = problem.design
        count = solutions.count
        var places = [Int](repeating: -1, count: problem.columns)
        for solution in solutions { for j in solution.positions { places[j] = 0 } }
        used = places.indices.filter { places[$0] == 0 }
        for (place, j) in used.enumerated() { places[j] = place }
        coefficients = WorkVector(repeating: 0, count: used.count * count)
        var constants = [Double](repeating: 0, count: count)
        for (l, solution) in solutions.enumerated() {
            for (j, value) in zip(solution.positions, solution.values) {
                coefficients[places[j] * count + l] = value / design.scales[j]
                constants[l] += design.centers[j] * value / design.scales[j]
            }
        }
        self.constants = constants
    }
}

/// One chunk's sums.
final class PassPart {
    let squares, sums, shares, gradients: WorkVector<Double>
    private let residuals, scratch: WorkVector<Double>
    private let columns: Int

    init(_ count: Int, columns: Int, rank: Int) {
        self.columns = columns
        squares = WorkVector(repeating: 0, count: count)
        sums = WorkVector(repeating: 0, count: count)
        shares = WorkVector(repeating: 0, count: count * rank)
        gradients = WorkVector(repeating: 0, count: count * columns)
        residuals = WorkVector(capacity: count * DenseRows.blockRows)
        scratch = WorkVector(capacity: DenseRows.blockRows * columns)
    }

    func add(_ block: Range<Int>, _ problem: GaussianProblem, _ rows: DenseRows, _ fit: borrowing PassFit) {
        let (count, size) = (fit.count, block.count)
        let (coefficients, constants, used) = (fit.coefficients.base, fit.constants, fit.used)
        rows.withRows(block, scratch: scratch.base) { x, stride in
            residuals.base.update(repeating: 0, count: count * size)
            Double.subtractCombinations(
                rows: size, count: used.count, x, lda: stride, columns: used, vectors: count,
                coefficients: coefficients, from: residuals.base, ldy: size)
            for l in 0..<count { finish(l, block, problem, constants[l]) }
            Double.gemm(
                transposeA: false, transposeB: true, m: count, n: columns, k: size, alpha: 1, a: residuals.base,
                lda: size, b: x, ldb: stride, beta: 1, c: gradients.base, ldc: columns)
        }
    }

    /// From −fits to √ω∘residuals, with what is summed of them.
    private func finish(_ l: Int, _ block: Range<Int>, _ problem: GaussianProblem, _ constant: Double) {
        let size = block.count
        let r = residuals.base + l * size
        let (y, roots) = (problem.response.base + block.lowerBound, problem.roots.base + block.lowerBound)
        for i in 0..<size { r[i] = y[i] + roots[i] * (r[i] + constant) }
        squares[l] += Double.sumOfSquares(size, r)
        let rank = problem.free.rank
        for k in 0..<rank {
            shares[l * rank + k] += Double.dot(size, problem.free.basis.column(k) + block.lowerBound, r)
        }
        sums[l] += Double.dot(size, roots, r)
        for i in 0..<size { r[i] *= roots[i] }
    }
}
