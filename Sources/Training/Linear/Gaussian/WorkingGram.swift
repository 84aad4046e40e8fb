/// The Gram matrix of the working set, and what solvers on it need to know of each of its features.
///
/// Features are in the order in which they came; what was asked of the first of them stays valid as more come.
final class WorkingGram {
    /// How many features there are.
    private(set) var count = 0
    /// G [count × count], symmetric, ``stride`` apart.
    private(set) var matrix: UnsafeMutablePointer<Double>
    private(set) var stride: Int
    /// c_j = x_jᵀy
    private(set) var products = WorkVector<Double>()
    /// v_j
    private(set) var factors = WorkVector<Double>()
    /// 1/v_j where the coefficient may become positive, else 0; likewise negative. A gradient g violates the optimality
    /// conditions of a coefficient at zero where max(g·rising, −g·falling) > t.
    private(set) var rising = WorkVector<Double>()
    private(set) var falling = WorkVector<Double>()
    /// Bounds other than one-sided ones at zero; empty where there are none.
    private(set) var lower: [Double] = []
    private(set) var upper: [Double] = []
    private let owned: Bool
    private let problem: GaussianProblem

    /// No features yet.
    init(_ problem: GaussianProblem) {
        self.problem = problem
        (owned, stride) = (true, 0)
        matrix = .allocate(capacity: 1)
    }

    /// All features of the problem over a matrix that someone else owns and keeps.
    init(_ problem: GaussianProblem, matrix: UnsafeMutablePointer<Double>, stride: Int) {
        self.problem = problem
        (owned, self.matrix, self.stride) = (false, matrix, stride)
        append(Array(0..<problem.columns))
    }

    deinit { if owned { matrix.deallocate() } }

    /// Appends features; their rows and columns of ``matrix`` are the caller's to fill.
    func append(_ features: [Int]) {
        let grown = count + features.count
        if owned { reserve(grown) }
        products.reserve(grown, keeping: count)
        factors.reserve(grown, keeping: count)
        rising.reserve(grown, keeping: count)
        falling.reserve(grown, keeping: count)
        for (offset, feature) in features.enumerated() {
            let position = count + offset
            products[position] = problem.products[feature]
            factors[position] = problem.factors[feature]
            rising[position] = problem.rising[feature]
            falling[position] = problem.falling[feature]
            if let box = problem.box {
                lower.append(box.lower[feature])
                upper.append(box.upper[feature])
            }
        }
        count = grown
    }

    /// Copies the columns from `first` on into the rows from there on.
    func mirror(from first: Int, rows: Range<Int>) {
        for row in rows {
            for column in max(first, row + 1)..<max(count, first, row + 1) {
                matrix[row * stride + column] = matrix[column * stride + row]
            }
        }
    }

    private func reserve(_ wanted: Int) {
        if wanted <= stride { return }
        // An odd number of cache lines, so that neighbouring columns do not share sets of the caches.
        let wider = (max(wanted, stride + stride / 2, 64) + 15) / 16 * 16 + 8
        let moved = UnsafeMutablePointer<Double>.allocate(capacity: wider * wider)
        for column in 0..<count {
            (moved + column * wider).update(from: matrix + column * stride, count: count)
        }
        matrix.deallocate()
        (matrix, stride) = (moved, wider)
    }

    /// max(g·rising, −g·falling) for one feature.
    @inline(__always)
    func excess(_ gradient: Double, at position: Int) -> Double {
        max(gradient * rising[position], -gradient * falling[position])
    }
}
