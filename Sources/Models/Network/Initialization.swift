internal import Glibc
internal import LinearAlgebra

/// How the weights [inputs × outputs] of a dense layer start; biases start at zero.
public enum Initialization: String, Sendable, Hashable, Codable {
    /// N(0, 2/inputs): keeps the variance through ReLU and its kin (He et al., arXiv 1502.01852).
    case he
    /// U(±√(6/(inputs + outputs))) (Glorot and Bengio, 2010).
    case glorot
    /// All zeros: for linear models.
    case zeros

    /// Fills `weights` from the generator, the same numbers in either precision up to rounding.
    func fill<Scalar>(_ weights: MutableMatrixView<Scalar>, using generator: inout CounterGenerator) {
        let bound = (6 / Double(max(weights.rows + weights.columns, 1))).squareRoot()
        let deviation = (2 / Double(max(weights.rows, 1))).squareRoot()
        for row in 0..<weights.rows {
            for column in 0..<weights.columns {
                weights[row, column] =
                    switch self {
                    case .he: Scalar(deviation * Self.normal(&generator))
                    case .glorot: Scalar(bound * (2 * generator.nextUniform() - 1))
                    case .zeros: 0
                    }
            }
        }
    }

    /// N(0, 1) by Box and Muller.
    private static func normal(_ generator: inout CounterGenerator) -> Double {
        let radius = (-2 * log(1 - generator.nextUniform())).squareRoot()
        return radius * cos(2 * .pi * generator.nextUniform())
    }
}
