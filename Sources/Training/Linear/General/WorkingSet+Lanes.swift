internal import LinearAlgebra

/// A number of each of four strengths.
typealias Lanes = SIMD4<Double>

extension WorkingSet {
    /// Z·δ of a sparse design [rows] for coefficients δ of some places in four lanes, in two parts of the places.
    func product(_ places: [Int], _ delta: [Lanes]) -> [Lanes] {
        if let matrix = problem.design.store as? SparseMatrix<Double> { return product(matrix, places, delta) }
        if let matrix = problem.design.store as? SparseMatrix<Float> { return product(matrix, places, delta) }
        preconditionFailure("a dense design multiplies by BLAS")
    }

    private func product<Scalar: BLASScalar>(
        _ matrix: SparseMatrix<Scalar>, _ places: [Int], _ delta: [Lanes]
    ) -> [Lanes] {
        let (rows, design, features) = (rows, problem.design, features)
        var sums = Array(repeating: Lanes.zero, count: 2 * rows)
        sums.withUnsafeMutableBufferPointer {
            let sums = $0.baseAddress!
            inHalves(places.count, team) { range in
                let sum = sums + (range.lowerBound == 0 ? 0 : rows)
                var constant = Lanes.zero
                matrix.rowIndices.withUnsafeBufferPointer { to in
                    matrix.values.withUnsafeBufferPointer { x in
                        for k in range where delta[k] != .zero {
                            let j = features[places[k]]
                            if j < 0 {
                                constant += delta[k]
                                continue
                            }
                            let scaled = delta[k] / design.scales[j]
                            constant -= scaled * design.centers[j]
                            for e in matrix.columnStarts[j]..<matrix.columnStarts[j + 1] {
                                sum[Int(to[e])] += scaled * Double(x[e])
                            }
                        }
                    }
                }
                if constant != .zero { for i in 0..<rows { sum[i] += constant } }
            }
            for i in 0..<rows { sums[i] += sums[rows + i] }
        }
        return Array(sums[0..<rows])
    }
}
