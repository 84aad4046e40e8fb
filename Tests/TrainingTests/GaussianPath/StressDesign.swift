import Foundation
import LinearAlgebra

/// Designs that break path solvers: exact and near collinearity, ties, few distinct values.
enum StressDesign: String, CaseIterable, Sendable {
    case gaussian, duplicates, integers, rareBinary, lowRank, autoregressive, oneHot, steps, opposites

    func matrix(_ rows: Int, _ columns: Int, _ random: inout NormalGenerator) -> [[Double]] {
        var x = (0..<rows).map { _ in (0..<columns).map { _ in random.next() } }
        switch self {
        case .gaussian: break
        case .duplicates: for i in 0..<rows { for j in columns / 2..<columns { x[i][j] = x[i][j - columns / 2] } }
        case .integers: for i in 0..<rows { for j in 0..<columns { x[i][j] = x[i][j].rounded() } }
        case .rareBinary: for i in 0..<rows { for j in 0..<columns { x[i][j] = x[i][j] > 1.7 ? 1 : 0 } }
        case .lowRank:
            let factors = (0..<5).map { _ in (0..<columns).map { _ in random.next() } }
            for i in 0..<rows {
                let scores = (0..<5).map { _ in random.next() }
                for j in 0..<columns { x[i][j] = (0..<5).reduce(0) { $0 + scores[$1] * factors[$1][j] } }
            }
        case .autoregressive:
            for i in 0..<rows { for j in 1..<columns { x[i][j] = 0.999 * x[i][j - 1] + 0.0447 * x[i][j] } }
        case .oneHot: for i in 0..<rows { for j in 0..<columns { x[i][j] = i % columns == j ? 1 : 0 } }
        case .steps: for i in 0..<rows { for j in 0..<columns { x[i][j] = i * columns >= j * rows ? 1 : 0 } }
        case .opposites:
            for i in 0..<rows {
                for j in stride(from: 1, to: columns, by: 2) { x[i][j] = -x[i][j - 1] + 1e-7 * x[i][j] }
            }
        }
        return x
    }

    /// A design with targets of a few of its features and noise.
    func problem(rows: Int, columns: Int, seed: UInt64) -> GaussianCase {
        var random = NormalGenerator(seed: seed)
        let x = matrix(rows, columns, &random)
        let coefficients = (0..<columns).map { $0 % 4 == 0 ? random.next() : 0 }
        var y = x.map { row in zip(row, coefficients).reduce(0) { $0 + $1.0 * $1.1 } + 0.5 * random.next() }
        if self == .integers || self == .oneHot { y = y.map { $0.rounded() } }
        if Set(y).count == 1 { y[0] += 1 }
        return GaussianCase(x: x, y: y)
    }
}

/// Standard normal numbers, the same for the same seed.
struct NormalGenerator {
    private var generator: CounterGenerator

    init(seed: UInt64) { generator = CounterGenerator(seed: seed) }

    /// By Box and Muller.
    mutating func next() -> Double {
        let radius = (-2 * log(1 - generator.nextUniform())).squareRoot()
        return radius * cos(2 * .pi * generator.nextUniform())
    }

    mutating func next(below bound: Int) -> Int { generator.next(below: bound) }
}
