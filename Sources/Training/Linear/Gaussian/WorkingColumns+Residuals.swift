internal import LinearAlgebra

extension WorkingColumns {
    /// The residuals of solutions, orthogonal to the free span, Qᵀ of the targets less the solutions' fits, and
    /// gradients[l·width + j] = x_jᵀ·r_l of the working set, whose count is the width.
    func residuals(
        _ solutions: ArraySlice<GramSolution>, into batch: ResidualBatch, gradients: UnsafeMutablePointer<Double>
    ) {
        batch.begin(solutions.count)
        for l in 0..<batch.count { batch.shares[l] = problem.nullShares }
        if isSparse {
            sparseResiduals(Array(solutions), batch)
            batch.finish(problem, crew)
            sparseGradients(batch, into: gradients)
        } else {
            denseResiduals(solutions, batch, gradients)
            batch.finish(problem, crew)
        }
    }

    // MARK: Dense

    /// Both in one pass: a block of rows serves R = y − X_W·W and X_WᵀR while it is in the cache. What R loses to the free
    /// span afterwards does not matter to X_WᵀR, as these columns are orthogonal to it.
    private func denseResiduals(
        _ solutions: ArraySlice<GramSolution>, _ batch: ResidualBatch, _ gradients: UnsafeMutablePointer<Double>
    ) {
        let (rows, rank, count, width) = (problem.rows, problem.free.rank, batch.count, features.count)
        let used = unionOfSupports(solutions)
        let coefficients = WorkVector<Double>(repeating: 0, count: used.positions.count * count)
        for (l, solution) in solutions.enumerated() {
            for (position, value) in zip(solution.positions, solution.values) {
                coefficients[used.places[position] * count + l] = value
                for k in 0..<rank { batch.shares[l][k] -= shares[position * rank + k] * value }
            }
        }
        let parts = WorkVector<Double>(repeating: 0, count: ChunkCrew.chunks * width * count)
        crew.eachChunk { chunk in
            let range = WorkerTeam.shard(of: rows, index: chunk, of: ChunkCrew.chunks, multipleOf: 64)
            let pass = BlockPass(width: width, count: count, parts.base + chunk * width * count)
            for first in stride(from: range.lowerBound, to: range.upperBound, by: DenseRows.blockRows) {
                let size = min(DenseRows.blockRows, range.upperBound - first)
                pass.add(first, size, self, used.positions, coefficients.base, batch)
            }
        }
        for l in 0..<count {
            for j in 0..<width {
                gradients[l * width + j] = parts[j * count + l] + parts[(width + j) * count + l]
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

    /// What one chunk's blocks of rows are worked on with.
    private struct BlockPass: ~Copyable {
        private let count: Int
        private let all: [Int]
        private let sums: UnsafeMutablePointer<Double>
        private let residuals, products: WorkVector<Double>

        init(width: Int, count: Int, _ sums: UnsafeMutablePointer<Double>) {
            (self.count, self.sums) = (count, sums)
            all = Array(0..<width)
            residuals = WorkVector(capacity: count * DenseRows.blockRows)
            products = WorkVector(capacity: count * width)
        }

        func add(
            _ first: Int, _ size: Int, _ columns: WorkingColumns, _ used: [Int],
            _ coefficients: UnsafePointer<Double>, _ batch: ResidualBatch
        ) {
            let (rows, response) = (columns.problem.rows, columns.problem.response.base + first)
            for l in 0..<count { (residuals.base + l * size).update(from: response, count: size) }
            if !used.isEmpty {
                Double.subtractCombinations(
                    rows: size, count: used.count, columns.block.column(0) + first, lda: rows, columns: used,
                    vectors: count, coefficients: coefficients, from: residuals.base, ldy: size)
            }
            for l in 0..<count { (batch.residual(l) + first).update(from: residuals.base + l * size, count: size) }
            if all.isEmpty { return }
            all.withUnsafeBufferPointer {
                Double.columnDots(
                    rows: size, $0, columns.block.column(0) + first, ldx: rows, count: count, vectors: residuals.base,
                    products: products.base)
            }
            for k in 0..<all.count * count { sums[k] += products[k] }
        }
    }

    // MARK: Sparse

    private func sparseResiduals(_ solutions: [GramSolution], _ batch: ResidualBatch) {
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

    private func sparseGradients(_ batch: ResidualBatch, into gradients: UnsafeMutablePointer<Double>) {
        let width = features.count
        if width == 0 { return }
        let products = WorkVector<Double>(capacity: width * batch.count)
        multiply(batch.weighted(0), batch.sums, into: products.base)
        for j in 0..<width {
            for l in 0..<batch.count { gradients[l * width + j] = products[j * batch.count + l] }
        }
    }
}
