internal import LariatModels
internal import LinearAlgebra

/// A gaussian problem as the solvers see it: rows times √ω, so that its objective is
///
/// ½‖y − Xw‖² + λΣ_j v_j(ρ|w_j| + ½(1 − ρ)w_j²),
///
/// and with the intercept and the unpenalised features eliminated: y is the residual of the null model.
final class GaussianProblem {
    let design: StandardizedDesign
    let rows: Int
    let columns: Int
    let l1Ratio: Double
    /// √ω
    let roots = WorkVectorBox()
    /// y [rows]
    let response = WorkVectorBox()
    /// ½‖y‖², the objective of the null model.
    let nullObjective: Double
    let free: FreeSpan
    /// Qᵀ of the targets, before they were made orthogonal to it.
    let nullShares: [Double]
    /// v_j; 0 where a feature does not take part.
    let factors: [Double]
    /// See ``WorkingGram``; both 0 where a feature does not take part.
    let rising: [Double]
    let falling: [Double]
    /// Bounds, where some are not one-sided ones at zero.
    let box: (lower: [Double], upper: [Double])?
    /// Features of factor zero with bounds: in every working set.
    let boundedFree: [Int]
    /// c_j = x_jᵀy
    private(set) var products: [Double] = []
    /// max_j |c_j|/v_j over the sides on which a coefficient may leave zero.
    private(set) var largestExcess = 0.0

    init(_ problem: LinearProblem, crew: ChunkCrew) {
        precondition(
            problem.family == .gaussian && problem.groups == nil, "this path is for gaussian targets, ungrouped")
        precondition(problem.l1Ratio > 0 && problem.l1Ratio <= 1, "an l1Ratio of \(problem.l1Ratio) is not in (0, 1]")
        design = problem.design
        (rows, columns, l1Ratio) = (design.rows, design.columns, problem.l1Ratio)
        roots.fill(problem.weights.map { $0.squareRoot() })
        let roles = FeatureRoles(problem)
        (factors, rising, falling) = (roles.factors, roles.rising, roles.falling)
        (box, boundedFree) = (roles.box, roles.boundedFree)
        free = FreeSpan(
            design, roots: roots.base, fitsIntercept: problem.fitsIntercept, features: roles.unpenalized)
        response.fill(
            problem.weights.indices.map {
                (problem.targets[$0] - (problem.offsets?[$0] ?? 0)) * problem.weights[$0].squareRoot()
            })
        var shares = [Double](repeating: 0, count: free.rank)
        free.project(response.base, adding: &shares)
        nullShares = shares
        nullObjective = Double.sumOfSquares(rows, response.base) / 2
        products = gradient(of: response.base, crew)
        largestExcess = (0..<columns).reduce(0) { max($0, excess(products[$1], $1)) }
    }

    /// max(g·rising, −g·falling) of a feature.
    @inline(__always)
    func excess(_ gradient: Double, _ feature: Int) -> Double {
        max(gradient * rising[feature], -gradient * falling[feature])
    }

    /// Whether the free span is an intercept alone, to which standardised columns are orthogonal.
    var isFreeOfShares: Bool { free.rank == 0 || (design.isCentred && free.features.isEmpty) }

    /// elements[i] = √ω_i·x̃[i, feature]
    func copy(_ feature: Int, into elements: UnsafeMutablePointer<Double>) {
        design.store.copy(column: feature, into: elements)
        let (center, inverse, roots) = (design.centers[feature], 1 / design.scales[feature], roots.base)
        for i in 0..<rows { elements[i] = (elements[i] - center) * (inverse * roots[i]) }
    }

    /// Xᵀr of all features.
    func gradient(of residual: UnsafePointer<Double>, _ crew: ChunkCrew) -> [Double] {
        let weighted = WorkVector<Double>(capacity: rows)
        var sum = 0.0
        for i in 0..<rows {
            weighted[i] = roots.base[i] * residual[i]
            sum += weighted[i]
        }
        let all = Array(0..<columns)
        return [Double](unsafeUninitializedCapacity: columns) { products, count in
            let products = products.baseAddress!
            all.withUnsafeBufferPointer { all in
                crew.split(columns) { range in
                    withUnsafePointer(to: sum) {
                        design.dots(
                            UnsafeBufferPointer(rebasing: all[range]), with: weighted.base, sums: $0, count: 1,
                            into: products + range.lowerBound)
                    }
                }
            }
            count = columns
        }
    }
}

/// Doubles that several objects share, and none changes once they are filled.
final class WorkVectorBox {
    private var elements = WorkVector<Double>()
    var base: UnsafeMutablePointer<Double> { elements.base }

    func fill(_ values: [Double]) { elements = WorkVector(values) }
}

/// What each feature's factor and bounds make of it.
struct FeatureRoles {
    private(set) var factors: [Double]
    private(set) var rising: [Double]
    private(set) var falling: [Double]
    private(set) var unpenalized: [Int] = []
    private(set) var boundedFree: [Int] = []
    private(set) var box: (lower: [Double], upper: [Double])?

    init(_ problem: LinearProblem) {
        let count = problem.design.columns
        (factors, rising, falling) = (problem.penaltyFactors, Array(repeating: 0, count: count), [])
        falling = rising
        for j in 0..<count {
            let (lower, upper) = problem.bounds.map { ($0.lower[j], $0.upper[j]) } ?? (-.infinity, .infinity)
            precondition(lower <= 0 && upper >= 0, "the bounds of feature \(j) leave out zero")
            let factor = problem.penaltyFactors[j]
            if factor == .infinity || problem.design.squares[j] == 0 || (lower == 0 && upper == 0) {
                factors[j] = 0
            } else if factor == 0 && lower == -.infinity && upper == .infinity {
                unpenalized.append(j)
            } else if factor == 0 {
                boundedFree.append(j)
            } else {
                rising[j] = upper > 0 ? 1 / factor : 0
                falling[j] = lower < 0 ? 1 / factor : 0
            }
        }
        guard let bounds = problem.bounds else { return }
        let takesPart = { [rising, falling] in rising[$0] > 0 || falling[$0] > 0 }
        let isGeneral = (0..<count).contains {
            takesPart($0)
                && (bounds.lower[$0] != 0 && bounds.lower[$0].isFinite
                    || bounds.upper[$0] != 0 && bounds.upper[$0].isFinite)
        }
        if !isGeneral && boundedFree.isEmpty { return }
        var taking = bounds  // those that do not take part stay at zero
        let free = Set(boundedFree)
        for j in 0..<count where !takesPart(j) && !free.contains(j) { (taking.lower[j], taking.upper[j]) = (0, 0) }
        box = taking
    }
}
