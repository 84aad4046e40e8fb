internal import LariatModels
package import LinearAlgebra

/// Ridge regression at any number of strengths from one factorisation:
///
/// min over (b, β) of ½Σωᵢ(yᵢ − oᵢ − b − x̃ᵢ·β)² + ½λΣvⱼβⱼ².
///
/// With z = √ω·x̃/√v, γ = √v·β and t = √ω(y − o), both less what the unpenalised columns explain, γ = (zᵀz + λ)⁻¹zᵀt
/// = zᵀ(zzᵀ + λ)⁻¹t, by the eigenvectors of the smaller matrix. The eigenvalues carry the rounding of the largest, so that
/// a strength far below it is corrected: the residual is computed from the data, and solved for again.
///
/// - Numerics: coefficients to 1e-12 of the largest while λ is well above ε·s₀²; below that as far as the correction
///   converges, and the certificate says how far that is.
/// - Complexity: min(n, p)²·max(n, p) flops and an eigendecomposition of order min(n, p), once; 8np flops a strength.
///   Memory: for p < n a copy of the design, else n² and blocks of it.
/// - Source: Hastie and Tibshirani, Efficient quadratic regularization for expression arrays, Biostatistics 5(3), 2004.
package struct RidgePath: Sendable {
    let columns: RidgeColumns
    let unpenalized: UnpenalizedColumns
    let factorization: RidgeFactorization
    /// √ω [n]
    let rootWeights: [Double]
    /// √ω(y − o) [n], and the same less what the unpenalised columns explain.
    let targets, unexplained: [Double]
    /// ½Σω(y − o − null model)²
    let nullObjective: Double
    private let hasIntercept: Bool

    /// Factors the design.
    ///
    /// - Precondition: the family is gaussian, the l1 ratio 0, and there are neither bounds nor groups.
    /// - Throws: ``FactorizationError`` when the Gram matrix leaves the range of Double or its eigenvalues do not
    ///   converge.
    package init(_ problem: LinearProblem) throws(FactorizationError) {
        precondition(
            problem.family == .gaussian && problem.l1Ratio == 0 && problem.bounds == nil && problem.groups == nil,
            "ridge in closed form is for gaussian targets, l1 ratio 0 and no bounds or groups")
        let n = problem.design.rows
        rootWeights = problem.weights.map { $0.squareRoot() }
        columns = RidgeColumns(problem, rootWeights: rootWeights)
        unpenalized = try UnpenalizedColumns(problem, rootWeights: rootWeights)
        factorization = try RidgeFactorization(columns, unpenalized, rows: n)
        hasIntercept = problem.fitsIntercept
        targets = zip(rootWeights, problem.targets).enumerated().map { row, pair in
            pair.0 * (pair.1 - (problem.offsets?[row] ?? 0))
        }
        var rest = Matrix<Double>(column: targets, count: 1)
        _ = unpenalized.project(&rest)
        unexplained = rest.elements
        nullObjective = 0.5 * rest.columnSquares[0]
    }

    /// The solutions at `strengths` ≥ 0, in their order.
    package static func solve(
        _ problem: LinearProblem, strengths: [Double], control: PathControl
    ) throws(FactorizationError) -> [StandardizedSolution] {
        try RidgePath(problem).solve(strengths: strengths, control: control).solutions
    }

    /// What a path has at each strength.
    package struct Result: Sendable {
        package var solutions: [StandardizedSolution]
        /// Σωᵢ(yᵢ − ŷ₋ᵢ)² with ŷ₋ᵢ the prediction of the fit without row i; empty where not asked for.
        package var leaveOneOutErrors: [Double]
    }

    /// The solutions at `strengths` ≥ 0, in their order, with their leave-one-out errors if wanted.
    ///
    /// The fit without a row keeps the other rows' weights ω as they are, so that what remains of the objective is the
    /// sum without that row's loss, and the standardisation.
    package func solve(
        strengths: [Double], control: PathControl, leavingOneOut: Bool = false
    ) -> Result {
        precondition(strengths.allSatisfy { $0 >= 0 && $0 < .infinity }, "strengths are numbers from 0 on")
        var result = Result(solutions: [], leaveOneOutErrors: [])
        var numerators: [[Double]] = []
        // So many at once that products are fast and memory stays small.
        for first in stride(from: 0, to: strengths.count, by: 32) {
            let some = Array(strengths[first..<min(first + 32, strengths.count)])
            let iterate = RidgeIterate.converged(of: self, strengths: some)
            for l in some.indices { result.solutions.append(solution(iterate, l, some[l], control)) }
            if leavingOneOut { numerators += some.indices.map { leaveOneOutNumerators(iterate, $0, some[$0]) } }
        }
        if leavingOneOut { result.leaveOneOutErrors = leaveOneOutErrors(numerators, strengths: strengths) }
        return result
    }

    private func solution(
        _ iterate: RidgeIterate, _ l: Int, _ strength: Double, _ control: PathControl
    ) -> StandardizedSolution {
        let (free, penalized) = (iterate.unpenalized[l], iterate.coefficients.elements(ofColumn: l))
        var entries = zip(unpenalized.features, free.dropFirst(hasIntercept ? 1 : 0)).map { ($0, $1) }
        for (k, feature) in columns.features.enumerated() {
            entries.append((feature, penalized[k] / columns.rootFactors[k]))
        }
        entries = entries.filter { $0.1 != 0 }.sorted { $0.0 < $1.0 }
        let loss = 0.5 * iterate.residual.columnSquares[l]
        let primal = loss + 0.5 * strength * iterate.coefficients.columnSquares[l]
        let relativeGap = nullObjective > 0 ? iterate.gaps[l] / nullObjective : iterate.gaps[l]
        let certificate = Certificate(
            primal: primal, dual: primal - iterate.gaps[l], relativeGap: relativeGap,
            violation: iterate.violation(l, strength, columns.rootFactors), epochs: iterate.rounds,
            stop: relativeGap <= control.tolerance ? .converged : .precision)
        return StandardizedSolution(
            strength: strength, intercepts: [hasIntercept ? free[0] : 0], support: entries.map(\.0),
            coefficients: [entries.map(\.1)], loss: loss, certificate: certificate)
    }
}
