package import LariatModels
internal import LinearAlgebra

/// What certifies solutions of one problem: a lower bound of the objective at every strength, from a feasible point of the
/// dual problem
///
/// max over θ of −Σω_i(ℓ_i*(−θ_i) + o_i·θ_i) − (λΩ)*(X̃ᵀωθ), where X̃ᵀωθ = 0 for whatever is not penalised and
/// Σωθ = 0 with an intercept.
///
/// It knows nothing of solvers.
package struct Certifier {
    package let problem: LinearProblem
    package let penalty: LinearPenalty
    package let null: NullModel
    private let part: UnpenalizedPart
    private let nullPoint: [Double]
    /// X̃ᵀωu of the null model.
    package let nullSlopes: [Double]

    /// A point of the dual problem before scaling.
    package struct DualPoint {
        /// ωθ [outputs × rows]
        package var weighted: [Double]
        /// Whether it is the residuals themselves, to rounding.
        package var isResidual: Bool
    }

    package init(_ problem: LinearProblem) {
        self.problem = problem
        penalty = LinearPenalty(problem)
        part = UnpenalizedPart(problem, penalty)
        null = NullModel(problem, penalty, part)
        let free = Self.free(penalty, null.coefficients)
        nullPoint = Self.project(null.state, part, penalty, free)?.weighted ?? null.state.residuals
        nullSlopes = Self.slopes(problem, nullPoint, vectors: 1)
    }

    /// The smallest strength at which all penalised coefficients are 0; for ridge, which has none, that of ρ = 0.001.
    package var largestStrength: Double { penalty.largestStrength(nullSlopes) }

    /// The gap is told in units of this: the objective of the null model above the saturated one.
    package var scale: Double {
        let (weights, targets) = (problem.weights, problem.targets)
        let size =
            switch problem.family {
            case .gaussian: zip(weights, targets).reduce(0) { $0 + 0.5 * $1.0 * $1.1 * $1.1 }
            case .poisson: zip(weights, targets).reduce(0) { $0 + $1.0 * $1.1 }
            case .binomial, .multinomial: 1.0
            }
        return max(null.deviance / 2, 1e-14 * size, .leastNormalMagnitude)
    }

    /// θ ← u − H·Z·δ with Zᵀωθ = 0, Z what is not penalised; θ is then y − μ·(1 + …), whose mean the family can have where the
    /// step is small. Elsewhere the null model's residuals serve, which are as good as any far from a solution.
    ///
    /// - Parameter free: the coefficients of the unpenalised features, [features × outputs].
    func dualPoint(_ state: FamilyState, free: [Double]) -> DualPoint {
        Self.project(state, part, penalty, free) ?? DualPoint(weighted: nullPoint, isResidual: false)
    }

    /// Newton's step of what is not penalised, or nil where it is at its best to rounding, or held by bounds, or far from it.
    func freeStep(_ state: FamilyState) -> [Double]? {
        let isBounded = part.features.contains { penalty.lower[$0].isFinite || penalty.upper[$0].isFinite }
        if isBounded || !part.hasIntercept && part.features.isEmpty { return nil }
        let (point, step) = Self.project(state, part, held: [])
        if point.isResidual || step.contains(where: { abs($0) > 1e-2 }) { return nil }
        return step
    }

    /// The coefficients of the unpenalised features among all.
    static func free(_ penalty: LinearPenalty, _ beta: [Double]) -> [Double] {
        penalty.unpenalized.flatMap { beta[$0 * penalty.outputs..<($0 + 1) * penalty.outputs] }
    }

    private static func project(
        _ state: FamilyState, _ part: UnpenalizedPart, _ penalty: LinearPenalty, _ free: [Double]
    ) -> DualPoint? {
        if !part.hasIntercept && part.features.isEmpty {
            return DualPoint(weighted: state.residuals, isResidual: true)
        }
        let (shift, outputs) = (part.hasIntercept ? part.outputs : 0, part.outputs)
        /// The slope of a coefficient at a bound need not vanish, if the bound is what holds it.
        func isHeld(_ q: Int, _ slope: Double) -> Bool {
            let (j, x) = (part.features[(q - shift) / outputs], free[q - shift])
            return (x >= penalty.upper[j] && slope >= 0) || (x <= penalty.lower[j] && slope <= 0)
        }
        let slopes = part.slopes(state.residuals)
        var held = Set((shift..<max(shift, slopes.count)).filter { isHeld($0, slopes[$0]) })
        while true {
            let (point, step) = project(state, part, held: held)
            let left = part.slopes(point.weighted)
            let freed = held.filter { !isHeld($0, left[$0]) }
            if freed.isEmpty { return part.keepsMean(part.predictor(step), state.curvatures) ? point : nil }
            held.subtract(freed)
        }
    }

    private static func project(
        _ state: FamilyState, _ part: UnpenalizedPart, held: Set<Int>
    ) -> (DualPoint, step: [Double]) {
        var point = DualPoint(weighted: state.residuals, isResidual: true)
        var total: [Double]?
        let size = point.weighted.reduce(0) { $0 + abs($1) }
        // The second time takes what rounding left of the first.
        for _ in 0..<2 {
            let step = part.newtonStep(state.curvatures, slopes: part.slopes(point.weighted), held: held)
            total = total.map { zip($0, step).map { $0 + $1 } } ?? step
            let change = part.weightedCurvature(state.curvatures, times: part.predictor(total!))
            point.weighted = zip(state.residuals, change).map { $0 - $1 }
            point.isResidual = change.reduce(0) { $0 + abs($1) } <= 1e-13 * size
        }
        return (point, total!)
    }

    /// X̃ᵀ·v of all features for `vectors` × [outputs × rows], one after the other; [vectors] × [columns × outputs].
    static func slopes(
        _ problem: LinearProblem, _ v: [Double], vectors: Int, team: WorkerTeam? = nil
    ) -> [Double] {
        let (design, outputs) = (problem.design, problem.outputs)
        let count = vectors * outputs
        let sums = (0..<count).map { l in v[l * design.rows..<(l + 1) * design.rows].reduce(0, +) }
        var products = Array(repeating: 0.0, count: design.columns * count)
        Array(0..<design.columns).withUnsafeBufferPointer { all in
            products.withUnsafeMutableBufferPointer { products in
                inHalves(design.columns, team) { columns in
                    design.dots(
                        UnsafeBufferPointer(rebasing: all[columns]), with: v, sums: sums, count: count,
                        into: products.baseAddress! + columns.lowerBound * count)
                }
            }
        }
        if vectors == 1 { return products }
        return (0..<vectors).flatMap { vector in
            (0..<design.columns).flatMap { j in (0..<outputs).map { products[j * count + vector * outputs + $0] } }
        }
    }
}

extension Certifier {
    /// The certificate of a solution, from X and y alone.
    ///
    /// - Parameter beta: [columns × outputs]
    package func certificate(
        strength: Double, intercepts: [Double], beta: [Double], epochs: Int = 0, stop: StopReason = .converged
    ) -> Certificate {
        var state = FamilyState(problem)
        state.update(predictor(intercepts: intercepts, beta: beta))
        let point = dualPoint(state, free: Self.free(penalty, beta))
        let ofPoint = Self.slopes(problem, point.weighted, vectors: 1)
        let ofResiduals = point.isResidual ? ofPoint : Self.slopes(problem, state.residuals, vectors: 1)
        return certificate(
            strength: strength, beta: beta, state: state, point: point, slopes: ofPoint, residualSlopes: ofResiduals,
            epochs: epochs, stop: stop)
    }

    /// The certificate where the state at the solution is known, and the slopes X̃ᵀωθ and X̃ᵀωu with it.
    package func certificate(
        strength: Double, beta: [Double], state: FamilyState, point: DualPoint, slopes: [Double],
        residualSlopes: [Double], epochs: Int, stop: StopReason
    ) -> Certificate {
        let primal = state.loss + strength * penalty.value(beta)
        let dual = dual(strength: strength, state: state, point: point, slopes: slopes, penalty: penalty)
        var violation = penalty.violation(beta, slopes: residualSlopes, strength: strength)
        if problem.fitsIntercept {
            let rows = problem.design.rows
            for k in 0..<problem.outputs {
                violation = max(violation, abs(state.residuals[k * rows..<(k + 1) * rows].reduce(0, +)))
            }
        }
        return Certificate(
            primal: primal, dual: dual, relativeGap: (primal - dual) / scale, violation: violation / strength,
            epochs: epochs, stop: stop)
    }

    /// The dual objective at the point scaled until it is feasible; where bounds are finite, the better of two scalings.
    ///
    /// - Parameter penalty: that of the features whose slopes are given.
    func dual(
        strength: Double, state: FamilyState, point: DualPoint, slopes: [Double], penalty: LinearPenalty
    ) -> Double {
        func value(_ everywhere: Bool) -> Double {
            let s = penalty.feasibleScale(slopes, strength: strength, everywhere: everywhere)
            return state.dual(point.weighted, scaledBy: s, reference: null.reference)
                - penalty.conjugate(slopes, scaledBy: s, strength: strength)
        }
        return problem.bounds == nil ? value(false) : max(value(false), value(true))
    }

    /// η = o + b + X̃·β [outputs × rows]
    package func predictor(intercepts: [Double], beta: [Double]) -> [Double] {
        let (design, outputs) = (problem.design, problem.outputs)
        var eta = problem.offsets ?? Array(repeating: 0, count: outputs * design.rows)
        let used = (0..<design.columns).filter { j in
            (0..<outputs).contains { beta[j * outputs + $0] != 0 }
        }
        for k in 0..<outputs {
            let coefficients = used.map { beta[$0 * outputs + k] }
            eta.withUnsafeMutableBufferPointer { eta in
                let start = eta.baseAddress! + k * design.rows
                for i in 0..<design.rows { start[i] += intercepts[k] }
                if used.isEmpty { return }
                used.withUnsafeBufferPointer { used in
                    coefficients.withUnsafeBufferPointer { design.add(used, times: $0.baseAddress!, to: start) }
                }
            }
        }
        return eta
    }
}

extension StandardizedSolution {
    /// The solution with the coefficients `beta` [columns × outputs], of which those that are not 0 are kept.
    init(strength: Double, intercepts: [Double], beta: [Double], loss: Double, certificate: Certificate) {
        let outputs = intercepts.count
        let support = (0..<beta.count / outputs).filter { j in
            (0..<outputs).contains { beta[j * outputs + $0] != 0 }
        }
        self.init(
            strength: strength, intercepts: intercepts, support: support,
            coefficients: (0..<outputs).map { k in support.map { beta[$0 * outputs + k] } }, loss: loss,
            certificate: certificate)
    }

    /// The coefficients of all features, [columns × outputs].
    package func beta(columns: Int) -> [Double] {
        let outputs = intercepts.count
        var beta = Array(repeating: 0.0, count: columns * outputs)
        for (place, feature) in support.enumerated() {
            for k in 0..<outputs { beta[feature * outputs + k] = coefficients[k][place] }
        }
        return beta
    }
}
