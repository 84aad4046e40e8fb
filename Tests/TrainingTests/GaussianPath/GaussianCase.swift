import Foundation
import LariatModels
import LariatTraining
import LinearAlgebra

/// A gaussian problem as its raw numbers, from which both the solver and the independent check start.
struct GaussianCase: Sendable {
    /// [rows][columns]
    var x: [[Double]]
    var y: [Double]
    var weights: [Double]?
    var offsets: [Double]?
    var hasIntercept = true
    var isStandardized = true
    var l1Ratio = 1.0
    var factors: [Double]?
    var bounds: (lower: [Double], upper: [Double])?

    enum Storage: String, CaseIterable, Sendable { case double, float, sparse }

    init(x: [[Double]], y: [Double]) { (self.x, self.y) = (x, y) }

    var rows: Int { x.count }
    var columns: Int { x[0].count }

    /// Of sum 1.
    var shares: [Double] {
        let weights = weights ?? Array(repeating: 1, count: rows)
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    func design(_ storage: Storage) -> Design {
        let flat = x.flatMap { $0 }
        switch storage {
        case .double: return Design(Matrix(rows: rows, columns: columns, flat))
        case .float: return Design(Matrix(rows: rows, columns: columns, flat.map { Float($0) }))
        case .sparse:
            var (starts, places, values) = ([0], [Int32](), [Double]())
            for j in 0..<columns {
                for i in 0..<rows where x[i][j] != 0 {
                    places.append(Int32(i))
                    values.append(x[i][j])
                }
                starts.append(values.count)
            }
            return Design(SparseMatrix(rows: rows, columnStarts: starts, rowIndices: places, values: values))
        }
    }

    func problem(_ storage: Storage = .double) -> LinearProblem {
        LinearProblem(
            design: StandardizedDesign(
                design(storage), weights: shares, centred: hasIntercept, scaled: isStandardized),
            family: .gaussian, weights: shares, targets: y, offsets: offsets, fitsIntercept: hasIntercept,
            l1Ratio: l1Ratio, penaltyFactors: factors ?? Array(repeating: 1, count: columns), bounds: bounds)
    }

    /// `count` strengths from the largest down to `ratio` of it.
    func strengths(_ count: Int, ratio: Double, _ storage: Storage = .double) throws -> [Double] {
        let largest = try GaussianPath.largestStrength(problem(storage), workers: 1)
        return (0..<count).map { largest * pow(ratio, Double($0) / Double(max(1, count - 1))) }
    }

    func solve(
        _ strengths: [Double], tolerance: Double = 1e-7, workers: Int = 1, _ storage: Storage = .double,
        settings: GaussianPathSettings = GaussianPathSettings()
    ) throws -> [StandardizedSolution] {
        try GaussianPath.solve(
            problem(storage), strengths: strengths, gram: nil,
            control: PathControl(tolerance: tolerance, workers: workers), settings: settings)
    }
}

extension StandardizedSolution {
    /// All coefficients, zeros included.
    func dense(_ columns: Int) -> [Double] {
        var all = [Double](repeating: 0, count: columns)
        for (feature, value) in zip(support, coefficients[0]) { all[feature] = value }
        return all
    }
}
