import Foundation
import Lariat

/// A regularisation path, or its cross-validation, on the data that the driver has put into the folder.
///
/// The design is made before the clock runs; so are the arrays and matrices of the peers.
final class PathWorkload: Workload {
    private let path: ElasticNetPath
    private let design: Design
    private let designBytes: Int
    private let targets: [Double]
    /// The data of a cross-validation and its folds.
    private let validated: (data: LinearData, folds: CrossValidation)?
    private var isWarm = false

    init(_ folder: Exchange, validates: Bool, workers: Int) throws {
        let problem = try JSONDecoder().decode(Problem.self, from: Data(contentsOf: folder.url("problem.json")))
        var path = ElasticNetPath(
            family: problem.family == "binomial" ? .binomial : .gaussian, l1Ratio: problem.l1Ratio,
            strengths: try folder.read("strengths.f64"))
        (path.fitsIntercept, path.standardizes) = (false, false)
        (path.tolerance, path.workers) = (1e-7, workers)
        self.path = path
        targets = try folder.read("y.f64")
        var validated: (LinearData, CrossValidation)?
        if validates {
            // The same numbers go in as rows, the only way that a dataset takes them.
            let columns = try folder.columns("x.f64", rows: problem.rows, columns: problem.columns)
            let features = Matrix<Double>(rows: problem.rows, columns: problem.columns) { columns[$0, $1] }
            let dataset = try Dataset(
                features: features, targets: Matrix(rows: targets.count, columns: 1, targets))
            let data = try LinearData(dataset, for: path.family)
            let ids: [Int32] = try folder.read("folds.i32")
            validated = (data, CrossValidation(foldIDs: ids.map { Int($0) }))
            (design, designBytes) = (data.design, problem.rows * problem.columns * 8)
        } else if problem.isSparse {
            let starts: [Int32] = try folder.read("starts.i32")
            let x = SparseMatrix<Double>(
                rows: problem.rows, columnStarts: starts.map { Int($0) }, rowIndices: try folder.read("places.i32"),
                values: try folder.read("x.f64"))
            (design, designBytes) = (Design(x), x.count * 12 + starts.count * 8)
        } else {
            design = Design(try folder.columns("x.f64", rows: problem.rows, columns: problem.columns))
            designBytes = problem.rows * problem.columns * 8
        }
        self.validated = validated
    }

    private struct Problem: Decodable {
        let rows: Int
        let columns: Int
        let isSparse: Bool
        let family: String
        let l1Ratio: Double
    }

    private func run() throws -> (path: RegularizationPath, curve: [Double]) {
        guard let validated else { return (try path.fit(design, targets: targets), []) }
        let chosen = try validated.folds.choose(path, on: validated.data)
        return (chosen.path.path, chosen.validation.curves[0].means)
    }

    /// Measures the memory of a first run, and writes its coefficients, [strengths × features].
    func export(to folder: Exchange) throws -> Facts {
        var facts = Facts()
        let before = ResidentSet.reset()
        let solved = try run()
        facts.designBytes = designBytes
        facts.bytesBeyondDesign = ResidentSet.peak() - before
        facts.curve = solved.curve
        (facts.rows, facts.inputs) = (targets.count, design.columns)
        try folder.write(solved.path.flatMap { $0.dense(featureCount: design.columns) }, "ours.f64")
        return facts
    }

    func measure(seconds: Double) throws -> Double {
        if !isWarm {
            isWarm = true
            _ = try run()
        }
        let once = try time { _ = try run() }
        if once >= seconds { return once }
        let count = max(1, Int(seconds / once))
        return try time { for _ in 0..<count { _ = try run() } } / Double(count)
    }
}

/// What of this process is in memory, as Linux counts it.
enum ResidentSet {
    /// Lets the peak begin anew, and returns the bytes now resident.
    static func reset() -> Int {
        try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
        return bytes("VmRSS:")
    }

    /// The most bytes that were resident since ``reset()``.
    static func peak() -> Int { bytes("VmHWM:") }

    private static func bytes(_ name: String) -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 } ?? 0
    }
}
