package import LinearAlgebra
internal import Synchronization

/// Solves a problem at each of the strengths, largest first.
package typealias PathSolver = @Sendable (LinearProblem, [Double], PathControl) -> [StandardizedSolution]

/// The results of `body` for 0 ..< count, worked out by the workers of a team, each taking the next that is left. No
/// result depends on who works it out.
func concurrentMap<Result>(_ count: Int, workers: Int, _ body: (Int) -> Result) throws(ThreadError) -> [Result] {
    if count == 0 { return [] }
    let team = try WorkerTeam(workers: min(workers, count))
    let next = Atomic(0)
    return Array(unsafeUninitializedCapacity: count) { results, initialized in
        team.run { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                if index >= count { return }
                (results.baseAddress! + index).initialize(to: body(index))
            }
        }
        initialized = count
    }
}

/// The linear predictors of some rows, ascending, at each solution of a path: [solutions × outputs × rows], contiguous.
///
/// η_i = o_i + b + Σ_j β_j·x̃_ij for the rows asked only, with all solutions in one product: the features of any support
/// are gathered for those rows, some at a time.
///
/// - Complexity: 2·rows·|union of supports|·solutions·outputs flops, and one reading of those features.
package func linearPredictors(
    _ problem: LinearProblem, _ solutions: [StandardizedSolution], rows: [Int]
) -> Matrix<Double> {
    let design = problem.design
    let (outputs, lines) = (problem.outputs, solutions.count * problem.outputs)
    let union = Set(solutions.flatMap(\.support)).sorted()
    let place = Dictionary(uniqueKeysWithValues: union.enumerated().map { ($1, $0) })
    // Coefficients of the columns as stored; what centring adds goes to the constant.
    var coefficients = Matrix<Double>(rows: union.count, columns: lines)
    var constants: [Double] = []
    for (s, solution) in solutions.enumerated() {
        for output in 0..<outputs {
            var constant = solution.intercepts[output]
            for (feature, value) in zip(solution.support, solution.coefficients[output]) {
                let scaled = value / design.scales[feature]
                coefficients[place[feature]!, s * outputs + output] = scaled
                constant -= scaled * design.centers[feature]
            }
            constants.append(constant)
        }
    }
    var predictors = Matrix<Double>(rows: lines, columns: rows.count)
    predictors.withMutableView { to in
        for line in 0..<lines {
            let offset = (line % outputs) * design.rows
            for (k, row) in rows.enumerated() {
                to[line, k] = constants[line] + (problem.offsets.map { $0[offset + row] } ?? 0)
            }
        }
        coefficients.withView { addProducts(design, union, rows, $0, to: to) }
    }
    return predictors
}

/// predictors[l, k] += Σ_u coefficients[u, l] · x[rows[k], features[u]]
private func addProducts(
    _ design: StandardizedDesign, _ features: [Int], _ rows: [Int], _ coefficients: MatrixView<Double>,
    to predictors: MutableMatrixView<Double>
) {
    let block = 128  // features: the part gathered stays in a near cache
    var gathered = Matrix<Double>(rows: min(block, features.count), columns: rows.count)
    for first in stride(from: 0, to: features.count, by: block) {
        let last = min(first + block, features.count)
        gathered.withMutableView { part in
            rows.withUnsafeBufferPointer { rows in
                for u in first..<last {
                    design.store.gather(
                        column: features[u], rows: rows, into: part.base + (u - first) * part.stride)
                }
            }
            multiply(
                coefficients.rows(first..<last), transposingA: true, part.readOnly.rows(0..<(last - first)),
                into: predictors, .adding)
        }
    }
}
