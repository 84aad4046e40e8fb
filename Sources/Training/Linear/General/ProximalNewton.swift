internal import Glibc
internal import LariatModels
internal import LinearAlgebra

/// Newton's method for the objective on a working set: the loss by its quadratic model, the penalty as it is, and a line
/// search.
///
/// The model holds the places whose coefficients are not 0 or whose slopes would move them; all others of the working set
/// are looked at in each iteration. Its Hessian is kept as long as the iterations converge fast with it.
final class ProximalNewton {
    let certifier: Certifier
    let problem: LinearProblem
    let working: WorkingSet
    private let model: QuadraticModel
    private(set) var penalty: LinearPenalty
    private let factor = SupportFactor()
    /// The model and the strength of the factor.
    private var factored = (version: -1, strength: Double.nan)

    /// The most places whose Hessian is formed.
    let modelLimit: Int
    /// The support up to which the strengths of a sparse design are solved one by one.
    let laneLimit: Int
    /// Where the last ``approach(_:tolerance:limit:)`` left each of its strengths.
    var approached: [Double: [Double]] = [:]
    /// The places of a step by ``ColumnDescent``, where the Hessian would cost too much.
    private var descending: [Int]?

    /// Coefficients of the working set [places × outputs], intercept first.
    var x: [Double] = []
    /// η [outputs × rows]
    var eta: [Double]
    var state: FamilyState

    init(_ certifier: Certifier, modelLimit: Int?, team: WorkerTeam?) {
        self.certifier = certifier
        problem = certifier.problem
        working = WorkingSet(problem, team: team)
        model = QuadraticModel(working)
        self.modelLimit = modelLimit ?? min(6000, max(1000, 12 * working.elementsPerColumn))
        laneLimit = modelLimit ?? 100
        penalty = LinearPenalty(certifier.penalty, restrictedTo: working.features)
        (eta, state) = (certifier.null.predictor, certifier.null.state)
        if problem.fitsIntercept { x = certifier.null.intercepts }
    }

    /// Gives features a place, with the coefficients of the null model.
    func append(_ features: [Int]) {
        if features.isEmpty { return }
        working.append(features)
        let (null, outputs) = (certifier.null.coefficients, problem.outputs)
        x += features.flatMap { null[$0 * outputs..<($0 + 1) * outputs] }
        penalty = LinearPenalty(certifier.penalty, restrictedTo: working.features)
    }

    /// Goes back to coefficients of an earlier time.
    func restore(_ earlier: [Double]) {
        x = earlier + Array(repeating: 0, count: x.count - earlier.count)
        refreshPredictor()
    }

    private func refreshPredictor() {
        eta = problem.offsets ?? Array(repeating: 0, count: eta.count)
        working.add(x, to: &eta)
        state.update(eta)
    }

    /// Minimises at a strength from where it is, until the gap on the working set is within the tolerance.
    ///
    /// - Parameter isPlaced: whether it is near the solution, and not at that of the last strength.
    func solve(
        strength: Double, tolerance: Double, limit: Int, isPlaced: Bool = false
    ) -> (iterations: Int, stop: StopReason) {
        if !isPlaced { predict(strength) }
        var (iterations, last, stalls, isFresh) = (0, Double.infinity, 0, false)
        var best = (gap: Double.infinity, x: x, eta: eta, state: state)
        while true {
            let slopes = working.slopes(state.residuals)
            let violation = penalty.violation(x, slopes: slopes, strength: strength)
            let gap = gap(strength, slopes)
            if gap < best.gap { best = (gap, x, eta, state) }
            // A flat objective has a small gap far from where its slopes vanish.
            if gap <= tolerance && violation <= 10 * tolerance.squareRoot() * strength {
                polishFreePart()
                solved = (solved.1?.strength == strength ? solved.0 : solved.1, (strength, x))
                return (iterations, .converged)
            }
            stalls = violation < 0.5 * last ? 0 : stalls + 1
            // Steps with the Hessian of the place itself that lead no nearer are at the rounding of the slopes.
            let isStuck = isFresh && stalls > 3 && hasConverged
            if isStuck || iterations >= limit {
                (x, eta, state) = (best.x, best.eta, best.state)
                return (iterations, isStuck ? .precision : .iterationLimit)
            }
            let rate = last.isFinite && !isFresh ? violation / last : nil
            isFresh = prepareModel(slopes, strength, rate: rate, missing: tolerance / gap)
            last = min(last, violation)
            iterations += step(slopes, strength, tolerance: 1e-3 * violation)
        }
    }

    /// The last two strengths that were solved, and their coefficients.
    private(set) var solved: ((strength: Double, x: [Double])?, (strength: Double, x: [Double])?)

    /// Goes on from the last two solutions as they changed with the strength, as far as signs stay and the objective falls.
    private func predict(_ strength: Double) {
        guard let delta = prediction(strength, farthest: 3) else { return }
        search(zip(x, delta).map { $0 + $1 }, delta, predicted: 0, strength, isTrial: true)
    }

    func prediction(_ strength: Double, farthest: Double) -> [Double]? {
        guard let before = solved.0, let last = solved.1, before.strength != last.strength,
            last.x.indices.allSatisfy({ x[$0] == last.x[$0] })
        else { return nil }
        let rate = (strength - last.strength) / (last.strength - before.strength)
        if !(rate > 0 && rate < farthest) { return nil }
        return x.indices.map { q -> Double in
            let moved = x[q] + rate * (x[q] - (q < before.x.count ? before.x[q] : 0))
            let j = q / problem.outputs
            let bounded = max(penalty.lower[j], min(penalty.upper[j], moved))
            return x[q] * moved <= 0 && (penalty.absolute[j] > 0 || x[q] == 0) ? -x[q] : bounded - x[q]
        }
    }

    /// Makes the residuals orthogonal to what is not penalised, to rounding: they are then a point of the dual problem as they
    /// are, and one look at all features does for both.
    private func polishFreePart() {
        let first = problem.fitsIntercept ? problem.outputs : 0
        let count = first + certifier.penalty.unpenalized.count * problem.outputs
        for _ in 0..<3 {
            guard let step = certifier.freeStep(state) else { return }
            for q in 0..<count { x[q] += step[q] }
            working.add(step + Array(repeating: 0, count: x.count - count), to: &eta)
            state.update(eta)
        }
    }

    /// The residuals as a point of the dual problem.
    func dualPoint() -> Certifier.DualPoint {
        // Unpenalised features were the first to get a place.
        let first = problem.fitsIntercept ? problem.outputs : 0
        return certifier.dualPoint(
            state, free: Array(x[first..<first + certifier.penalty.unpenalized.count * problem.outputs]))
    }

    /// (P − D)/scale on the working set.
    private func gap(_ strength: Double, _ slopes: [Double]) -> Double {
        let point = dualPoint()
        let ofPoint = point.isResidual ? slopes : working.slopes(point.weighted)
        let dual = certifier.dual(
            strength: strength, state: state, point: point, slopes: ofPoint, penalty: penalty)
        return (state.loss + strength * penalty.value(x) - dual) / certifier.scale
    }

    /// Makes the model hold what can move, at curvatures that are near enough; whether they are those of this place.
    ///
    /// - Parameters:
    ///   - rate: by how much the last step with this model brought the violation down.
    ///   - missing: by how much it has yet to come down.
    private func prepareModel(_ slopes: [Double], _ strength: Double, rate: Double?, missing: Double) -> Bool {
        let wanted = wantedPlaces(slopes, strength)
        descending = problem.outputs == 1 && problem.groups == nil && wanted.count > modelLimit ? wanted : nil
        if descending != nil { return true }
        let held = Set(model.places)
        let (scale, drift) = model.curvatures.isEmpty ? (1, .infinity) : drift()
        let isOld = drift > 0.5 || isWorthRenewing(rate: rate ?? 2 * drift, missing: missing)
        self.scale = isOld ? 1 : scale
        if isOld {
            model.reset(state.curvatures, places: wanted)
        } else {
            model.extend(wanted.filter { !held.contains($0) })
        }
        return isOld
    }

    /// Places whose coefficients are not 0, or would not stay so.
    private func wantedPlaces(_ slopes: [Double], _ strength: Double) -> [Int] {
        let (outputs, nullStrengths) = (problem.outputs, penalty.nullStrengths(slopes))
        return (0..<penalty.blockCount).flatMap { block -> [Int] in
            let members = penalty.members(block)
            let isUsed = members.contains { j in (0..<outputs).contains { x[j * outputs + $0] != 0 } }
            let isFree =
                penalty.absolute[members[0]] == 0 && (penalty.groups == nil || penalty.normWeights[block] == 0)
            return isUsed || isFree || nullStrengths[block] > strength ? members : []
        }
    }

    /// Whether the steps that a new Hessian saves cost more than it does: steps are bound by reading the columns and the
    /// matrix, the product of columns is some eight times as fast a number.
    private func isWorthRenewing(rate: Double, missing: Double) -> Bool {
        if rate > 0.7 { return true }
        let steps = max(1, log(missing) / log(max(rate, 1e-8)))
        let (rows, order) = (Double(working.rows), Double(model.order))
        let step = rows * Double(working.count * problem.outputs) * 1.7 + 3 * order * order
        return (steps - 2) * step > rows * order * order / 64 * (problem.outputs == 1 ? 1 : 2)
    }

    /// κ of the model in use.
    private var scale = 1.0

    /// κ = Σωh/Σωh₀ of the curvatures h here and h₀ of the model, by which its Hessian is scaled, and how much
    /// Σω|h − κh₀| is of Σωh.
    private func drift() -> (scale: Double, drift: Double) {
        if problem.family == .gaussian { return (1, 0) }
        let (rows, isMultinomial) = (working.rows, problem.family == .multinomial)
        @inline(__always) func curvature(_ c: Double) -> Double { isMultinomial ? c * (1 - c) : c }
        var (now, then, change) = (0.0, 0.0, 0.0)
        for k in 0..<problem.outputs {
            for i in 0..<rows {
                now += problem.weights[i] * curvature(state.curvatures[k * rows + i])
                then += problem.weights[i] * curvature(model.curvatures[k * rows + i])
            }
        }
        let scale = now / then
        if !scale.isFinite || scale == 0 { return (1, .infinity) }
        for k in 0..<problem.outputs {
            for i in 0..<rows {
                let difference =
                    curvature(state.curvatures[k * rows + i]) - scale * curvature(model.curvatures[k * rows + i])
                change += problem.weights[i] * abs(difference)
            }
        }
        return (scale, change / now)
    }

    /// One step of the method; returns the iterations inside.
    private func step(_ slopes: [Double], _ strength: Double, tolerance: Double) -> Int {
        let (places, outputs) = (descending ?? model.places, problem.outputs)
        func gather(_ values: [Double]) -> [Double] {
            places.flatMap { values[$0 * outputs..<($0 + 1) * outputs] }
        }
        let (start, local) = (gather(x), LinearPenalty(penalty, restrictedTo: places))
        let (found, iterations) =
            descending == nil
            ? solveModel(local, strength, start, gather(slopes), tolerance)
            : descend(places, local, strength, start, gather(slopes), 100 * tolerance)
        var (delta, target) = (Array(repeating: 0.0, count: x.count), x)
        for (s, place) in places.enumerated() {
            for k in 0..<outputs {
                target[place * outputs + k] = found[s * outputs + k]
                delta[place * outputs + k] = found[s * outputs + k] - start[s * outputs + k]
            }
        }
        let predicted = penalty.change(from: x, by: delta, strength: strength, slopes: slopes)
        search(target, delta, predicted: predicted, strength)
        return iterations
    }

    /// The minimum of the model with its Hessian times κ: that of the model at strength and slopes over κ.
    private func solveModel(
        _ penalty: LinearPenalty, _ strength: Double, _ start: [Double], _ slopes: [Double], _ tolerance: Double
    ) -> ([Double], Int) {
        let strength = strength / scale
        let isRidged = penalty.square.contains { $0 != 0 }
        if factored.version != model.version || (isRidged && factored.strength != strength) { factor.reset() }
        factored = (model.version, strength)
        return BLASEngine.withPlace {
            model.gram.withUnsafeBufferPointer { gram in
                var solver = QuadraticSolver(
                    penalty: penalty, strength: strength, gram: gram.baseAddress!, stride: model.stride,
                    start: start, slopes: slopes.map { $0 / scale })
                solver.solve(tolerance: tolerance / scale, factor: factor)
                return (solver.x, solver.iterations)
            }
        }
    }

    /// The minimum of the model of this place without its Hessian.
    private func descend(
        _ places: [Int], _ penalty: LinearPenalty, _ strength: Double, _ start: [Double], _ slopes: [Double],
        _ tolerance: Double
    ) -> ([Double], Int) {
        BLASEngine.withPlace {
            let weights = zip(problem.weights, state.curvatures).map { $0 * $1 }
            var solver = ColumnDescent(
                WeightedColumns(working, places: places, weights: weights), penalty: penalty, strength: strength,
                start: start, slopes: slopes)
            solver.solve(tolerance: tolerance)
            return (solver.x, solver.iterations)
        }
    }

    /// Whether the last step was one whose decrease is within the rounding of the objective.
    private var hasConverged = false

    /// Armijo's rule on the whole objective.
    private func search(
        _ target: [Double], _ delta: [Double], predicted: Double, _ strength: Double, isTrial: Bool = false
    ) {
        var change = Array(repeating: 0.0, count: eta.count)
        working.add(delta, to: &change)
        var iterate = Iterate(x: x, eta: eta, state: state)
        hasConverged = iterate.search(
            target, delta, change, predicted: predicted, strength, penalty, isTrial: isTrial)
        (x, eta, state) = (iterate.x, iterate.eta, iterate.state)
    }
}
