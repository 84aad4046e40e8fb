internal import LariatModels
internal import LinearAlgebra

/// The certified path solver for every family and penalty: ``ProximalNewton`` on a working set that grows along the path,
/// and after every few strengths one look at all features, which certifies them or names those that were missed.
package struct GeneralPath {
    private let problem: LinearProblem
    private let control: PathControl
    private let certifier: Certifier
    private let solver: ProximalNewton
    /// Shares products with columns; nil for one worker.
    private let team: WorkerTeam?
    /// Strengths between two looks at all features.
    private static let lookAhead = 4

    /// What is known of all features at the last certified strength, and at the one before for its slope in λ.
    private var known: (strength: Double, slopes: [Double])
    private var before: (strength: Double, slopes: [Double])?

    /// The solutions at the strengths, in their order; a decreasing order is fast.
    ///
    /// - Parameter modelLimit: the most features whose Hessian is formed; nil: by the shape of the design.
    /// - Precondition: strengths are positive.
    package static func solve(
        _ problem: LinearProblem, strengths: [Double], control: PathControl, modelLimit: Int? = nil
    ) -> [StandardizedSolution] {
        solve(Certifier(problem), strengths: strengths, control: control, modelLimit: modelLimit)
    }

    /// The same where the problem's certifier, with its null model, is there already.
    package static func solve(
        _ certifier: Certifier, strengths: [Double], control: PathControl, modelLimit: Int? = nil
    ) -> [StandardizedSolution] {
        precondition(strengths.allSatisfy { $0 > 0 && $0.isFinite }, "strengths must be numbers above 0")
        var path = GeneralPath(certifier, control, modelLimit)
        return path.solve(strengths)
    }

    private init(_ certifier: Certifier, _ control: PathControl, _ modelLimit: Int?) {
        (self.certifier, self.control, problem) = (certifier, control, certifier.problem)
        // Where the system has no thread to give, one does the work with the same result.
        team = control.workers > 1 ? try? WorkerTeam(workers: control.workers) : nil
        solver = ProximalNewton(certifier, modelLimit: modelLimit, team: team)
        solver.append(certifier.penalty.unpenalized)
        let largest = certifier.largestStrength
        known = (largest.isFinite ? largest : .greatestFiniteMagnitude, certifier.nullSlopes)
    }

    private mutating func solve(_ strengths: [Double]) -> [StandardizedSolution] {
        var solutions: [StandardizedSolution] = []
        while solutions.count < strengths.count {
            let batch = Array(strengths[solutions.count...].prefix(Self.lookAhead))
            solver.append(candidates(for: batch))
            solutions += solve(batch: batch)
        }
        return solutions
    }

    /// Features that the slopes, drawn on as they changed between the last two strengths, let expect in the support.
    private func candidates(for batch: [Double]) -> [Int] {
        let target = batch.min()!
        var strengths = certifier.penalty.nullStrengths(known.slopes)
        let nearby = min(0.985 * known.strength, max(2 * target - known.strength, 0.5 * target))
        var threshold = Array(repeating: nearby, count: strengths.count)
        if let before, before.strength != known.strength {
            let step = (target - known.strength) / (known.strength - before.strength)
            let drawn = zip(known.slopes, before.slopes).map { $0 + step * ($0 - $1) }
            let expected = certifier.penalty.nullStrengths(drawn)
            for block in strengths.indices {
                threshold[block] = 0.985 * known.strength
                if expected[block] >= 0.95 * target { strengths[block] = .infinity }
            }
        }
        return newMembers { strengths[$0] > 0 && strengths[$0] >= threshold[$0] }
    }

    /// The features of the blocks that are wanted and have no place yet.
    private func newMembers(_ isWanted: (Int) -> Bool) -> [Int] {
        let (penalty, contains) = (certifier.penalty, solver.working.contains)
        var found: [Int] = []
        for block in 0..<penalty.blockCount where isWanted(block) {
            // Without groups a block is a feature.
            if penalty.groups == nil && contains[block] { continue }
            let members = penalty.members(block)
            if let first = members.first, !contains[first] { found += members }
        }
        return found
    }

    /// What the solver left at a strength.
    private struct Draft {
        let strength: Double
        let x: [Double]
        let state: FamilyState
        let point: Certifier.DualPoint
        var iterations: Int
        var stop: StopReason
    }

    /// Solves all strengths of a batch on the working set and looks at them together; what was missed at one is taken in, and
    /// that one and those behind it are solved again.
    private mutating func solve(batch: [Double]) -> [StandardizedSolution] {
        var solutions: [StandardizedSolution] = []
        var (iterations, tolerance, tries) = (Array(repeating: 0, count: batch.count), 0.5 * control.tolerance, 0)
        while solutions.count < batch.count {
            var drafts: [Draft] = []
            let rest = Array(batch[solutions.count...])
            let (starts, used) =
                solver.takesTogether && rest.count > 1
                ? solver.approach(rest, tolerance: tolerance, limit: control.iterationLimit) : ([], 0)
            for index in solutions.count..<batch.count {
                iterations[index] += used / rest.count
                let limit = control.iterationLimit - iterations[index]
                if !starts.isEmpty { solver.place(starts[index - solutions.count]) }
                let (used, stop) = solver.solve(
                    strength: batch[index], tolerance: tolerance, limit: limit, isPlaced: !starts.isEmpty)
                iterations[index] += used
                drafts.append(
                    Draft(
                        strength: batch[index], x: solver.x, state: solver.state, point: solver.dualPoint(),
                        iterations: iterations[index], stop: stop))
            }
            let slopes = self.slopes(drafts)
            for (draft, slopes) in zip(drafts, slopes) {
                let solution = self.solution(draft, slopes)
                let reached = certifier.penalty.nullStrengths(slopes)
                let missed = newMembers { reached[$0] > draft.strength }
                let isCertified = solution.certificate.relativeGap <= control.tolerance
                if isCertified || (missed.isEmpty && (draft.stop != .converged || tries > 3)) {
                    solutions.append(solution)
                    (before, known) = (known, (draft.strength, slopes))
                    tries = 0
                    continue
                }
                // Nothing missed: the gap on all features is a little larger than on the working set.
                if missed.isEmpty {
                    tries += 1
                    tolerance *= 0.1
                }
                solver.append(missed)
                solver.restore(draft.x)
                break
            }
        }
        return solutions
    }

    /// X̃ᵀωθ of all drafts in one pass.
    private func slopes(_ drafts: [Draft]) -> [[Double]] {
        let all = Certifier.slopes(problem, drafts.flatMap { $0.point.weighted }, vectors: drafts.count, team: team)
        let count = all.count / drafts.count
        return drafts.indices.map { Array(all[$0 * count..<($0 + 1) * count]) }
    }

    /// The draft on all features, with its certificate.
    private func solution(_ draft: Draft, _ slopes: [Double]) -> StandardizedSolution {
        let outputs = problem.outputs
        var beta = Array(repeating: 0.0, count: problem.design.columns * outputs)
        for (place, feature) in solver.working.features.enumerated() where feature >= 0 {
            if place * outputs >= draft.x.count { break }
            for k in 0..<outputs { beta[feature * outputs + k] = draft.x[place * outputs + k] }
        }
        let residualSlopes =
            draft.point.isResidual ? slopes : Certifier.slopes(problem, draft.state.residuals, vectors: 1)
        var certificate = certifier.certificate(
            strength: draft.strength, beta: beta, state: draft.state, point: draft.point, slopes: slopes,
            residualSlopes: residualSlopes, epochs: draft.iterations, stop: draft.stop)
        if certificate.relativeGap <= control.tolerance {
            certificate.stop = .converged
        } else if draft.stop == .converged {
            certificate.stop = .precision
        }
        return StandardizedSolution(
            strength: draft.strength,
            intercepts: problem.fitsIntercept ? Array(draft.x[0..<outputs]) : Array(repeating: 0, count: outputs),
            beta: beta, loss: draft.state.loss, certificate: certificate)
    }
}
