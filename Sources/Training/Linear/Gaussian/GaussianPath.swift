internal import Foundation
package import LinearAlgebra

/// The lasso and the elastic net with gaussian targets at many strengths, every one with a certificate from X and y.
///
/// Where features are few the Gram matrix of all of them is formed once, by one SYRK, and every strength is solved on
/// it; else strengths are solved a few at a time on a working set of features, and verified together on the others.
package enum GaussianPath {
    /// Solutions at the strengths, in their order.
    ///
    /// - Precondition: a gaussian family without groups, 0 < l1Ratio ≤ 1, strengths above zero, bounds that contain zero.
    /// - Throws: ``ThreadError`` where the system refuses a thread.
    package static func solve(
        _ problem: LinearProblem, strengths: [Double], control: PathControl
    ) throws(ThreadError) -> [StandardizedSolution] {
        try solve(problem, strengths: strengths, gram: nil, control: control)
    }

    /// The same with the Gram matrix of the problem's standardised design, if there is one already.
    package static func solve(
        _ problem: LinearProblem, strengths: [Double], gram: FeatureGram?, control: PathControl,
        settings: GaussianPathSettings = GaussianPathSettings()
    ) throws(ThreadError) -> [StandardizedSolution] {
        try solve(problem, gram: gram, control: control, settings: settings) { _ in strengths }.solutions
    }

    /// What a path tells beside its solutions.
    package struct Result {
        package let solutions: [StandardizedSolution]
        package let largestStrength: Double
        /// ½Σω·r² of the null model.
        package let nullObjective: Double
    }

    /// The same at strengths that are chosen by the largest that matters.
    package static func solve(
        _ problem: LinearProblem, gram: FeatureGram?, control: PathControl,
        settings: GaussianPathSettings = GaussianPathSettings(), strengths: (Double) -> [Double]
    ) throws(ThreadError) -> Result {
        try ChunkCrew.lead(workers: control.workers) { crew in
            let reduced = GaussianProblem(problem, crew: crew)
            let largest = reduced.largestExcess / reduced.l1Ratio
            let strengths = strengths(largest)
            for strength in strengths { precondition(strength > 0 && strength.isFinite, "a strength of \(strength)") }
            let levels = PathLevels(strengths, reduced)
            let found: [StandardizedSolution]
            if let gram = gram ?? formGram(problem, settings.mode, crew) {
                found = FullGramPath(reduced, gram, control, settings, crew: crew).solve(levels)
            } else {
                found = WorkingSetPath(reduced, control, settings, crew: crew).solve(levels)
            }
            return Result(
                solutions: levels.inOrder(found), largestStrength: largest, nullObjective: reduced.nullObjective)
        }
    }

    /// The smallest strength at which all penalised coefficients are zero: max_j |x_jᵀr|/(ρ·v_j) with r of the null model.
    package static func largestStrength(_ problem: LinearProblem, workers: Int) throws(ThreadError) -> Double {
        try ChunkCrew.lead(workers: workers) { crew in
            GaussianProblem(problem, crew: crew).largestExcess / problem.l1Ratio
        }
    }

    /// Whether to solve on the Gram matrix of all features, by shapes: where features are few, and it is not larger than
    /// the design.
    static func prefersGram(rows: Int, columns: Int) -> Bool { columns <= 1000 && columns <= max(rows, 64) }

    private static func formGram(
        _ problem: LinearProblem, _ mode: GaussianPathSettings.Mode, _ crew: ChunkCrew
    ) -> FeatureGram? {
        let design = problem.design
        let isSmall = prefersGram(rows: design.rows, columns: design.columns)
        guard mode == .gram || (mode == .automatic && isSmall) else { return nil }
        return FeatureGram(design, weights: problem.weights, crew: crew)
    }
}

/// Strengths in descending order, with others between them where they are far apart, so that each solution is near the
/// one before.
struct PathLevels {
    private(set) var levels: [GramLevel] = []
    /// Whether a level was asked for.
    private(set) var isWanted: [Bool] = []
    private var order: [Int]

    private static let largestRatio = 1.35

    init(_ strengths: [Double], _ problem: GaussianProblem) {
        order = strengths.indices.sorted { strengths[$0] > strengths[$1] || strengths[$0] == strengths[$1] && $0 < $1 }
        var last = problem.largestExcess / problem.l1Ratio
        for index in order {
            let strength = strengths[index]
            if last > strength * Self.largestRatio {
                let count = (log(last / strength) / log(Self.largestRatio)).rounded(.up)
                for k in 1..<Int(count) {
                    append(last * pow(strength / last, Double(k) / count), problem, wanted: false)
                }
            }
            append(strength, problem, wanted: true)
            last = strength
        }
    }

    private mutating func append(_ strength: Double, _ problem: GaussianProblem, wanted: Bool) {
        levels.append(GramLevel(strength: strength, l1Ratio: problem.l1Ratio))
        isWanted.append(wanted)
    }

    /// Solutions of the wanted levels, in the order of the strengths that were asked for.
    func inOrder(_ found: [StandardizedSolution]) -> [StandardizedSolution] {
        var places = order
        for (place, index) in order.enumerated() { places[index] = place }
        return places.map { found[$0] }
    }
}
