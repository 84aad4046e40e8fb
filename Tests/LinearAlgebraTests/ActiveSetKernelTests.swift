import LariatTestSupport
import LinearAlgebra
import Testing

/// The kernels of active sets against plain loops, at shapes around the widths of vectors and tiles.
@Suite("Kernels of active sets")
struct ActiveSetKernelTests {
    private func numbers(_ count: Int, seed: UInt64) -> [Double] {
        let matrix: Matrix<Double> = randomMatrix(1, max(count, 1), seed: seed)
        return Array(matrix.elements.prefix(count))
    }

    @Test func combinationsOfColumns() {
        for rows in [1, 7, 8, 9, 31, 513, 1030] {
            for count in [0, 1, 3, 4, 5, 8, 9, 17] {
                let lda = rows + 3
                let a = numbers(lda * 20, seed: UInt64(rows))
                let columns = (0..<count).map { ($0 * 7) % 20 }
                for vectors in [1, 2, 3, 4, 5, 8, 9] {
                    let coefficients = numbers(count * vectors, seed: UInt64(count + 31 * vectors))
                    let start = numbers(lda * vectors, seed: 5)
                    var (found, expected, single) = (start, start, start)
                    Double.subtractCombinations(
                        rows: rows, count: count, a, lda: lda, columns: columns, vectors: vectors,
                        coefficients: coefficients, from: &found, ldy: lda)
                    for l in 0..<vectors {
                        for (k, column) in columns.enumerated() {
                            for i in 0..<rows {
                                expected[l * lda + i] -= coefficients[k * vectors + l] * a[column * lda + i]
                            }
                        }
                        let own = (0..<count).map { coefficients[$0 * vectors + l] }
                        single.withUnsafeMutableBufferPointer {
                            Double.subtractColumns(
                                rows: rows, count: count, a, lda: lda, columns: columns, coefficients: own,
                                from: $0.baseAddress! + l * lda)
                        }
                    }
                    // At most count additions of products below one.
                    let tolerance = Double(count + 2) * 4 * Double.ulpOfOne
                    #expect(
                        zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance }, "\(rows) \(count) \(vectors)")
                    #expect(zip(single, expected).allSatisfy { abs($0 - $1) <= tolerance }, "\(rows) \(count)")
                }
            }
        }
    }

    /// The factor without a row is that of the matrix without it, and the solutions follow.
    @Test func deletionFromAFactor() {
        for order in [1, 2, 3, 5, 6, 9, 17, 33, 60] {
            let ld = order + 5
            let x = numbers(order * (order + 4), seed: UInt64(order))
            var matrix = [Double](repeating: 0, count: ld * order)
            for i in 0..<order {
                for j in 0..<order {
                    matrix[j * ld + i] = (0..<(order + 4)).reduce(i == j ? 1 : 0) {
                        $0 + x[$1 * order + i] * x[$1 * order + j]
                    }
                }
            }
            for q in 0..<order where order < 20 || q % 7 == 0 {
                var factor = matrix
                #expect(Double.factorLower(order: order, &factor, lda: ld) == 0)
                let b = [numbers(order, seed: 7), numbers(order, seed: 9)]
                var z = b
                for k in 0..<2 { Double.solveLower(transpose: false, order: order, factor, ldl: ld, &z[k]) }
                var (z0, z1) = (z[0], z[1])
                Double.deleteFromFactor(order: order, index: q, &factor, ldl: ld, &z0, &z1)
                let kept = (0..<order).filter { $0 != q }
                for (i, row) in kept.enumerated() {
                    for (j, column) in kept.enumerated() where j <= i {
                        let product = (0...j).reduce(0) { $0 + factor[$1 * ld + i] * factor[$1 * ld + j] }
                        #expect(abs(product - matrix[column * ld + row]) <= 1e-13 * Double(order), "\(order) \(q)")
                    }
                    let (first, second) = (0...i).reduce((0.0, 0.0)) {
                        ($0.0 + factor[$1 * ld + i] * z0[$1], $0.1 + factor[$1 * ld + i] * z1[$1])
                    }
                    #expect(abs(first - b[0][row]) <= 1e-12 && abs(second - b[1][row]) <= 1e-12, "\(order) \(q)")
                }
            }
        }
    }
}
