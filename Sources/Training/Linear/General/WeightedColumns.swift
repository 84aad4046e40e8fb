internal import LinearAlgebra

/// Columns √(ωh)·x of some places of a working set, where (x − c)/s with the centre c and the scale s is standardised: sparse
/// ones without their centre, so that they stay sparse; dense ones are standardised as they are. An intercept is an empty
/// column with the centre −1.
struct WeightedColumns {
    /// √(ωh) [rows], and Σωh.
    let roots: [Double]
    let total: Double
    let centers: [Double]
    let scales: [Double]
    /// Σωh·x and Σωh·x² of each column.
    let sums: [Double]
    private let squares: [Double]

    private let dense: UnsafeMutablePointer<Double>?
    private let places: [Int]
    /// Where the elements of each column start in `indices` and `values`.
    private let starts: [Int]
    private let indices: [Int32]
    private let values: [Double]

    /// - Parameter weights: ωh [rows]
    init(_ working: WorkingSet, places: [Int], weights: [Double]) {
        (dense, self.places) = (working.columns, places)
        let (design, features, isDense) = (
            working.problem.design, places.map { working.features[$0] }, working.columns != nil
        )
        let roots = weights.map { $0.squareRoot() }
        (self.roots, total) = (roots, weights.reduce(0, +))
        centers = features.map { isDense ? 0 : $0 < 0 ? -1 : design.centers[$0] }
        scales = features.map { isDense || $0 < 0 ? 1 : design.scales[$0] }
        var elements = Elements(features.count * working.elementsPerColumn)
        var (sums, squares) = ([Double](), [Double]())
        for (place, feature) in zip(places, features) {
            if let dense = working.columns {
                let x = dense + place * working.rows
                sums.append((0..<working.rows).reduce(0) { $0 + weights[$1] * x[$1] })
                squares.append((0..<working.rows).reduce(0) { $0 + weights[$1] * x[$1] * x[$1] })
                continue
            }
            if let matrix = design.store as? SparseMatrix<Double>, feature >= 0 {
                elements.append(matrix, feature, roots)
            } else if let matrix = design.store as? SparseMatrix<Float>, feature >= 0 {
                elements.append(matrix, feature, roots)
            }
            let (sum, square) = elements.endColumn(roots)
            sums.append(sum)
            squares.append(square)
        }
        (starts, indices, values) = (elements.starts, elements.indices, elements.values)
        (self.sums, self.squares) = (sums, squares)
    }

    private struct Elements {
        var starts = [0]
        var indices: [Int32] = []
        var values: [Double] = []

        init(_ capacity: Int) {
            indices.reserveCapacity(capacity)
            values.reserveCapacity(capacity)
        }

        mutating func append<Scalar: BLASScalar>(_ matrix: SparseMatrix<Scalar>, _ column: Int, _ roots: [Double]) {
            let range = matrix.columnStarts[column]..<matrix.columnStarts[column + 1]
            for e in range { values.append(Double(matrix.values[e]) * roots[Int(matrix.rowIndices[e])]) }
            indices += matrix.rowIndices[range]
        }

        /// Σωh·x and Σωh·x² of what came since the last end.
        mutating func endColumn(_ roots: [Double]) -> (Double, Double) {
            var (sum, square) = (0.0, 0.0)
            for e in starts.last!..<values.count {
                sum += roots[Int(indices[e])] * values[e]
                square += values[e] * values[e]
            }
            starts.append(values.count)
            return (sum, square)
        }
    }

    /// Σωh·x̃²
    func diagonal(_ q: Int) -> Double {
        (squares[q] - 2 * centers[q] * sums[q] + centers[q] * centers[q] * total) / (scales[q] * scales[q])
    }

    /// Σ√(ωh)·x·v, in four sums, so that one need not wait for the other.
    @inline(__always)
    func dot(_ q: Int, _ v: [Double]) -> Double {
        v.withUnsafeBufferPointer { v in
            if let dense {
                let x = dense + places[q] * roots.count
                return roots.indices.reduce(0) { $0 + roots[$1] * x[$1] * v[$1] }
            }
            return indices.withUnsafeBufferPointer { indices in
                values.withUnsafeBufferPointer { values in
                    var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
                    var e = starts[q]
                    let end = starts[q + 1]
                    while e + 4 <= end {
                        a += values[e] * v[Int(indices[e])]
                        b += values[e + 1] * v[Int(indices[e + 1])]
                        c += values[e + 2] * v[Int(indices[e + 2])]
                        d += values[e + 3] * v[Int(indices[e + 3])]
                        e += 4
                    }
                    while e < end {
                        a += values[e] * v[Int(indices[e])]
                        e += 1
                    }
                    return (a + b) + (c + d)
                }
            }
        }
    }

    /// v ← v + δ·√(ωh)·x
    @inline(__always)
    func add(_ q: Int, _ delta: Double, to v: inout [Double]) {
        v.withUnsafeMutableBufferPointer { v in
            if let dense {
                let x = dense + places[q] * roots.count
                for i in roots.indices { v[i] += delta * roots[i] * x[i] }
                return
            }
            indices.withUnsafeBufferPointer { indices in
                values.withUnsafeBufferPointer { values in
                    for e in starts[q]..<starts[q + 1] { v[Int(indices[e])] += delta * values[e] }
                }
            }
        }
    }
}
