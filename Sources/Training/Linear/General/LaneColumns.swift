internal import LinearAlgebra

/// Columns √(ωh)·x/s of some places of a sparse working set in single precision, which is enough for the Hessian of a step
/// whose slopes are exact; half the memory to read. The centre of a column is a correction of each product.
struct LaneColumns {
    /// √(ωh) [rows], and Σωh.
    let roots: [Float]
    let total: Double
    /// c/s of each column, −1 for an intercept, whose column is empty.
    let centers: [Double]
    /// Σ√(ωh)·a of each column a, and Σ(a − c/s·√(ωh))².
    private(set) var sums, diagonal: [Double]
    /// Where the elements of each column start.
    let starts: [Int]
    private(set) var rows: [Int32]
    private(set) var values: [Float]

    var count: Int { centers.count }

    /// - Parameter weights: ωh [rows]
    init(_ working: WorkingSet, places: [Int], weights: [Double]) {
        let design = working.problem.design
        roots = weights.map { Float($0.squareRoot()) }
        total = weights.reduce(0, +)
        let features = places.map { working.features[$0] }
        centers = features.map { $0 < 0 ? -1 : design.centers[$0] / design.scales[$0] }
        (sums, diagonal) = (centers, centers)
        if let matrix = design.store as? SparseMatrix<Double> {
            starts = Self.starts(matrix, features)
            (rows, values) = ([], [])
            fill(matrix, features, design.scales, working.team)
        } else if let matrix = design.store as? SparseMatrix<Float> {
            starts = Self.starts(matrix, features)
            (rows, values) = ([], [])
            fill(matrix, features, design.scales, working.team)
        } else {
            preconditionFailure("columns of a dense design are not weighted one by one")
        }
    }

    private static func starts<Scalar: BLASScalar>(_ matrix: SparseMatrix<Scalar>, _ features: [Int]) -> [Int] {
        var starts = [0]
        starts.reserveCapacity(features.count + 1)
        for j in features {
            starts.append(starts.last! + (j < 0 ? 0 : matrix.columnStarts[j + 1] - matrix.columnStarts[j]))
        }
        return starts
    }

    private mutating func fill<Scalar: BLASScalar>(
        _ matrix: SparseMatrix<Scalar>, _ features: [Int], _ scales: [Double], _ team: WorkerTeam?
    ) {
        let count = starts.last!
        rows = Array(repeating: 0, count: count)
        values = Array(repeating: 0, count: count)
        let (starts, centers, roots, total) = (starts, centers, roots, total)
        rows.withUnsafeMutableBufferPointer { rows in
            values.withUnsafeMutableBufferPointer { values in
                sums.withUnsafeMutableBufferPointer { sums in
                    diagonal.withUnsafeMutableBufferPointer { diagonal in
                        let (rows, values) = (rows.baseAddress, values.baseAddress)
                        let (sums, diagonal) = (sums.baseAddress!, diagonal.baseAddress!)
                        inHalves(features.count, team) { range in
                            for q in range {
                                let (j, center) = (features[q], centers[q])
                                var (sum, square) = (0.0, 0.0)
                                if j >= 0 {
                                    (sum, square) = Self.copy(
                                        matrix, j, scales[j], roots, rows! + starts[q], values! + starts[q])
                                }
                                sums[q] = sum
                                diagonal[q] = square - 2 * center * sum + center * center * total
                            }
                        }
                    }
                }
            }
        }
    }

    /// Copies a column; its Σ√(ωh)·a and Σa².
    private static func copy<Scalar: BLASScalar>(
        _ matrix: SparseMatrix<Scalar>, _ column: Int, _ scale: Double, _ roots: [Float],
        _ rows: UnsafeMutablePointer<Int32>, _ values: UnsafeMutablePointer<Float>
    ) -> (sum: Double, square: Double) {
        let (first, inverse) = (matrix.columnStarts[column], 1 / scale)
        let count = matrix.columnStarts[column + 1] - first
        var (sum, square) = (0.0, 0.0)
        matrix.rowIndices.withUnsafeBufferPointer { from in
            matrix.values.withUnsafeBufferPointer { x in
                roots.withUnsafeBufferPointer { roots in
                    for e in 0..<count {
                        let row = from[first + e]
                        let root = roots[Int(row)]
                        let value = root * Float(Double(x[first + e]) * inverse)
                        (rows[e], values[e]) = (row, value)
                        sum += Double(root) * Double(value)
                        square += Double(value) * Double(value)
                    }
                }
            }
        }
        return (sum, square)
    }
}
