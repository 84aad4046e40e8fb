internal import LinearAlgebra

/// The columns of the working set, and the products that take them: their Gram matrix, residuals, and gradients.
///
/// Dense columns are copied, standardised, times √ω and orthogonal to the free span, so that all of it is BLAS-3. Sparse
/// ones stay where they are.
final class WorkingColumns {
    private(set) var features: [Int] = []
    private let problem: GaussianProblem
    private let crew: ChunkCrew
    private let isSparse: Bool
    private let block: ColumnBlock
    /// QᵀX_W, contiguous columns of the span's rank.
    private var shares: [Double] = []

    private static let sparseBlock = 8

    init(_ problem: GaussianProblem, crew: ChunkCrew) {
        (self.problem, self.crew) = (problem, crew)
        isSparse = problem.design.store is SparseMatrix<Double> || problem.design.store is SparseMatrix<Float>
        block = ColumnBlock(rows: problem.rows)
    }

    /// Adds features, and their rows and columns of the Gram matrix.
    func append(_ new: [Int], to gram: WorkingGram) {
        let first = features.count
        features += new
        gram.append(new)
        shares += [Double](repeating: 0, count: new.count * problem.free.rank)
        if isSparse {
            appendSparse(from: first, gram)
        } else {
            copyColumns(from: first)
            multiplyColumns(from: first, gram)
        }
        crew.split(gram.count, isSmall: gram.count * new.count < 1 << 14) { gram.mirror(from: first, rows: $0) }
    }

    // MARK: Dense

    private func copyColumns(from first: Int) {
        let (rows, rank, count) = (problem.rows, problem.free.rank, features.count - first)
        block.append(count)
        var found = shares
        found.withUnsafeMutableBufferPointer { found in
            let found = found.baseAddress
            crew.split(count, multipleOf: 1, isSmall: rows * count < 1 << 14) { range in
                for k in (first + range.lowerBound)..<(first + range.upperBound) {
                    problem.copy(features[k], into: block.column(k))
                    // A centred column is orthogonal to the intercept as it is.
                    if problem.isFreeOfShares { continue }
                    var own = [Double](repeating: 0, count: rank)
                    problem.free.project(block.column(k), adding: &own)
                    for l in 0..<rank { found![k * rank + l] = own[l] }
                }
            }
        }
        shares = found
    }

    /// G[0 ..< q + m, q ..< q + m] = X_Wᵀ·X_new
    private func multiplyColumns(from first: Int, _ gram: WorkingGram) {
        let (rows, count) = (problem.rows, features.count - first)
        let new = block.column(first)
        crew.split(features.count, isSmall: rows * count * features.count < 1 << 17) { range in
            if range.isEmpty { return }
            Double.gemm(
                transposeA: false, transposeB: true, m: count, n: range.count, k: rows, alpha: 1, a: new, lda: rows,
                b: block.column(range.lowerBound), ldb: rows, beta: 0,
                c: gram.matrix + first * gram.stride + range.lowerBound, ldc: gram.stride)
        }
    }

    // MARK: Sparse

    /// The same by products of the stored columns with a few new ones at a time, standardised and dense.
    private func appendSparse(from first: Int, _ gram: WorkingGram) {
        let (rows, rank, design) = (problem.rows, problem.free.rank, problem.design)
        let vectors = WorkVector<Double>(capacity: rows * max(Self.sparseBlock, 1))
        let products = WorkVector<Double>(capacity: features.count * max(Self.sparseBlock, rank))
        takeShares(from: first, products.base)
        for start in stride(from: first, to: features.count, by: Self.sparseBlock) {
            let count = min(Self.sparseBlock, features.count - start)
            var sums = [Double](repeating: 0, count: count)
            for k in 0..<count {
                let vector = vectors.base + k * rows
                design.copy(column: features[start + k], into: vector)
                for i in 0..<rows {
                    vector[i] *= problem.roots.base[i] * problem.roots.base[i]
                    sums[k] += vector[i]
                }
            }
            multiply(vectors.base, sums, into: products.base)
            for k in 0..<count {
                let column = gram.matrix + (start + k) * gram.stride
                for j in 0..<features.count {
                    var value = products[j * count + k]
                    for l in 0..<rank { value -= shares[j * rank + l] * shares[(start + k) * rank + l] }
                    column[j] = value
                }
            }
        }
    }

    private func takeShares(from first: Int, _ products: UnsafeMutablePointer<Double>) {
        let (rows, rank, roots) = (problem.rows, problem.free.rank, problem.roots.base)
        if rank == 0 { return }
        let vectors = WorkVector<Double>(capacity: rows * rank)
        var sums = [Double](repeating: 0, count: rank)
        for l in 0..<rank {
            for i in 0..<rows {
                vectors[l * rows + i] = roots[i] * problem.free.basis.column(l)[i]
                sums[l] += vectors[l * rows + i]
            }
        }
        multiply(vectors.base, sums, into: products)
        for k in first * rank..<features.count * rank { shares[k] = products[k] }
    }

    /// products[j·count + l] = x̃_jᵀ·vectors_l for the working set.
    private func multiply(
        _ vectors: UnsafePointer<Double>, _ sums: [Double], into products: UnsafeMutablePointer<Double>
    ) {
        let design = problem.design
        features.withUnsafeBufferPointer { features in
            crew.split(features.count) { range in
                design.dots(
                    UnsafeBufferPointer(rebasing: features[range]), with: vectors, sums: sums, count: sums.count,
                    into: products + range.lowerBound * sums.count)
            }
        }
    }

    // MARK: Residuals and gradients

    /// The residuals of solutions, orthogonal to the free span, and Qᵀ of the targets less the solutions' fits.
    func residuals(_ solutions: ArraySlice<GramSolution>, into batch: ResidualBatch) {
        batch.begin(solutions.count)
        for l in 0..<batch.count { batch.shares[l] = problem.nullShares }
        if isSparse { sparseResiduals(solutions, batch) } else { denseResiduals(solutions, batch) }
        batch.finish(problem, crew)
    }

    private func denseResiduals(_ solutions: ArraySlice<GramSolution>, _ batch: ResidualBatch) {
        let (rows, rank, count) = (problem.rows, problem.free.rank, batch.count)
        let used = unionOfSupports(solutions)
        let coefficients = WorkVector<Double>(repeating: 0, count: used.positions.count * count)
        for (l, solution) in solutions.enumerated() {
            for (position, value) in zip(solution.positions, solution.values) {
                coefficients[used.places[position] * count + l] = value
                for k in 0..<rank { batch.shares[l][k] -= shares[position * rank + k] * value }
            }
        }
        used.positions.withUnsafeBufferPointer { used in
            crew.split(rows, multipleOf: 64, isSmall: rows * used.count * count < 1 << 16) { range in
                if range.isEmpty { return }
                for l in 0..<count {
                    (batch.residual(l) + range.lowerBound).update(
                        from: problem.response.base + range.lowerBound, count: range.count)
                }
                if used.isEmpty { return }
                Double.subtractCombinations(
                    rows: range.count, count: used.count, block.column(0) + range.lowerBound, lda: rows,
                    columns: used.baseAddress!, vectors: count, coefficients: coefficients.base,
                    from: batch.residual(0) + range.lowerBound, ldy: rows)
            }
        }
    }

    /// The positions that some solution uses, ascending, and the place of each among them.
    private func unionOfSupports(_ solutions: ArraySlice<GramSolution>) -> (positions: [Int], places: [Int]) {
        var places = [Int](repeating: -1, count: features.count)
        for solution in solutions { for position in solution.positions { places[position] = 0 } }
        let positions = places.indices.filter { places[$0] == 0 }
        for (place, position) in positions.enumerated() { places[position] = place }
        return (positions, places)
    }

    private func sparseResiduals(_ solutions: ArraySlice<GramSolution>, _ batch: ResidualBatch) {
        let solutions = Array(solutions)
        crew.split(batch.count, multipleOf: 1) { range in
            for l in range {
                let (residual, solution) = (batch.residual(l), solutions[l])
                residual.update(repeating: 0, count: problem.rows)
                let support = solution.positions.map { features[$0] }
                if !support.isEmpty {
                    support.withUnsafeBufferPointer { problem.design.add($0, times: solution.values, to: residual) }
                }
                for i in 0..<problem.rows {
                    residual[i] = problem.response.base[i] - problem.roots.base[i] * residual[i]
                }
            }
        }
    }

    /// gradients[l·width + j] = x_jᵀ·r_l for the working set, where width is its count.
    func gradients(_ batch: ResidualBatch, into gradients: UnsafeMutablePointer<Double>) {
        let (rows, width) = (problem.rows, features.count)
        if width == 0 { return }
        let products = WorkVector<Double>(capacity: width * batch.count)
        if isSparse {
            multiply(batch.weighted(0), batch.sums, into: products.base)
        } else {
            let all = Array(0..<width)
            all.withUnsafeBufferPointer { all in
                crew.split(width, isSmall: rows * width * batch.count < 1 << 16) { range in
                    Double.columnDots(
                        rows: rows, UnsafeBufferPointer(rebasing: all[range]), block.column(0), ldx: rows,
                        count: batch.count, vectors: batch.residual(0),
                        products: products.base + range.lowerBound * batch.count)
                }
            }
        }
        for j in 0..<width {
            for l in 0..<batch.count { gradients[l * width + j] = products[j * batch.count + l] }
        }
    }
}
