internal import LinearAlgebra

/// The penalised columns of a ridge problem as its solver sees them: row k of zᵀ [p × n] is √ωᵢ·x̃ᵢⱼ/√vⱼ for the k-th
/// penalised feature j, so that the penalty is ½λ‖γ‖² of γⱼ = √vⱼ·βⱼ.
///
/// Where p < n all of zᵀ is kept; else it is made in blocks of features for every pass, and takes less than the design.
struct RidgeColumns: Sendable {
    /// The features with 0 < v < ∞ that vary, ascending.
    let features: [Int]
    /// √vⱼ of each of them.
    let rootFactors: [Double]
    private let design: StandardizedDesign
    private let rootWeights: [Double]
    private let kept: Matrix<Double>?

    /// p
    var count: Int { features.count }

    init(_ problem: LinearProblem, rootWeights: [Double]) {
        (design, self.rootWeights) = (problem.design, rootWeights)
        features = problem.penaltyFactors.indices.filter {
            let factor = problem.penaltyFactors[$0]
            return factor > 0 && factor < .infinity && problem.design.squares[$0] > 0
        }
        rootFactors = features.map { problem.penaltyFactors[$0].squareRoot() }
        kept =
            features.count < design.rows
            ? Self.rows(0..<features.count, features, rootFactors, design, rootWeights) : nil
    }

    private static func rows(
        _ range: Range<Int>, _ features: [Int], _ rootFactors: [Double], _ design: StandardizedDesign,
        _ rootWeights: [Double]
    ) -> Matrix<Double> {
        var block = Matrix<Double>(rows: range.count, columns: design.rows)
        block.withMutableView { block in
            rootWeights.withUnsafeBufferPointer { roots in
                for (row, k) in range.enumerated() {
                    let elements = block.base + row * block.stride
                    design.copy(column: features[k], into: elements)
                    let factor = 1 / rootFactors[k]
                    for i in 0..<block.columns { elements[i] *= roots[i] * factor }
                }
            }
        }
        return block
    }

    /// Calls `body` with the rows of zᵀ, block after block in order.
    func forEachBlock(_ body: (Range<Int>, Matrix<Double>) -> Void) {
        if let kept { return body(0..<count, kept) }
        // Two megabytes: what a block is used for next finds it in the cache.
        let size = max(16, (1 << 18) / max(design.rows, 1))
        for first in stride(from: 0, to: count, by: size) {
            let range = first..<min(first + size, count)
            body(range, Self.rows(range, features, rootFactors, design, rootWeights))
        }
    }

    /// z·γ [n × L] of γ [p × L].
    func times(_ coefficients: Matrix<Double>) -> Matrix<Double> {
        var result = Matrix<Double>(rows: design.rows, columns: coefficients.columns)
        forEachBlock { range, block in
            coefficients.withView { coefficients in
                block.withView { block in
                    result.withMutableView {
                        multiply(block, transposingA: true, coefficients.rows(range), into: $0, .adding)
                    }
                }
            }
        }
        return result
    }

    /// zᵀ·u [p × L] of u [n × L].
    func transposedTimes(_ vectors: Matrix<Double>) -> Matrix<Double> {
        var result = Matrix<Double>(rows: count, columns: vectors.columns)
        forEachBlock { range, block in
            vectors.withView { vectors in
                block.withView { block in
                    result.withMutableView { multiply(block, vectors, into: $0.rows(range)) }
                }
            }
        }
        return result
    }

    /// γ = zᵀ·u and z·γ in one pass.
    func gramTimes(_ vectors: Matrix<Double>) -> (coefficients: Matrix<Double>, product: Matrix<Double>) {
        var coefficients = Matrix<Double>(rows: count, columns: vectors.columns)
        var product = Matrix<Double>(rows: design.rows, columns: vectors.columns)
        forEachBlock { range, block in
            block.withView { block in
                coefficients.withMutableView { coefficients in
                    let part = coefficients.rows(range)
                    vectors.withView { multiply(block, $0, into: part) }
                    product.withMutableView { multiply(block, transposingA: true, part.readOnly, into: $0, .adding) }
                }
            }
        }
        return (coefficients, product)
    }
}
