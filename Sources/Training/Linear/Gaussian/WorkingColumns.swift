internal import LinearAlgebra

/// The columns of the working set, and the products that take them: their Gram matrix, residuals, and gradients.
///
/// Dense columns are copied, standardised, times √ω and orthogonal to the free span, so that all of it is BLAS-3. Sparse
/// ones stay where they are.
final class WorkingColumns {
    private(set) var features: [Int] = []
    let problem: GaussianProblem
    let crew: ChunkCrew
    let isSparse: Bool
    /// The copies of dense columns.
    let block: ColumnBlock
    /// QᵀX_W, contiguous columns of the span's rank.
    private(set) var shares: [Double] = []

    private static let sparseBlock = 8
    /// Up to so many new columns are products of vectors, which read the others once and pack nothing.
    private static let fewColumns = 16

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
        let (rows, count, all) = (problem.rows, features.count - first, Array(0..<features.count))
        let new = block.column(first)
        let products = WorkVector<Double>(capacity: count <= Self.fewColumns ? count * all.count : 0)
        crew.split(all.count, isSmall: rows * count * all.count < 1 << 17) { range in
            if range.isEmpty { return }
            let target = gram.matrix + first * gram.stride + range.lowerBound
            if count > Self.fewColumns {
                return Double.gemm(
                    transposeA: false, transposeB: true, m: count, n: range.count, k: rows, alpha: 1, a: new,
                    lda: rows, b: block.column(range.lowerBound), ldb: rows, beta: 0, c: target, ldc: gram.stride)
            }
            let own = products.base + range.lowerBound * count
            all.withUnsafeBufferPointer {
                Double.columnDots(
                    rows: rows, UnsafeBufferPointer(rebasing: $0[range]), block.column(0), ldx: rows, count: count,
                    vectors: new, products: own)
            }
            for k in 0..<count {
                for j in 0..<range.count { target[k * gram.stride + j] = own[j * count + k] }
            }
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
    func multiply(
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
}
