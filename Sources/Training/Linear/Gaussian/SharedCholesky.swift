internal import LinearAlgebra

/// The Cholesky factorisation of a matrix that two workers share: by blocks of columns, of which one factors the diagonal
/// and both share what is below and to the right.
///
/// - Numerics: one split, whatever the number of workers.
struct SharedCholesky {
    private let order: Int
    private let a: UnsafeMutablePointer<Double>
    private let stride: Int
    private let crew: ChunkCrew

    private static let block = 96
    /// Below this order one worker is faster.
    private static let smallestOrder = 256

    /// Factors the lower triangle by columns, in place; false where a minor is not positive.
    static func factor(order: Int, _ a: UnsafeMutablePointer<Double>, stride: Int, crew: ChunkCrew) -> Bool {
        if order < smallestOrder { return Double.factorLower(order: order, a, lda: stride) == 0 }
        return SharedCholesky(order: order, a: a, stride: stride, crew: crew).factor()
    }

    private func factor() -> Bool {
        for first in Swift.stride(from: 0, to: order, by: Self.block) {
            let width = min(Self.block, order - first)
            let diagonal = at(first, first)
            guard Double.factorLower(order: width, diagonal, lda: stride) == 0 else { return false }
            let rest = order - first - width
            if rest == 0 { return true }
            crew.split(rest) { rows in
                if rows.isEmpty { return }
                Double.solveLowerFromRight(
                    order: width, rows: rows.count, diagonal, ldl: stride,
                    at(first + width + rows.lowerBound, first), ldb: stride)
            }
            let cut = Self.cut(rest)
            crew.eachChunk { chunk in
                let panel = at(first + width, first)
                if chunk == 0 {
                    subtract(panel, 0..<cut, rest, width, at: first + width)
                } else {
                    Double.subtractSquare(
                        order: rest - cut, depth: width, panel + cut, lda: stride,
                        from: at(first + width + cut, first + width + cut), ldc: stride)
                }
            }
        }
        return true
    }

    /// Columns `range` of the lower triangle of C − P·Pᵀ: a triangle and the rectangle below it.
    private func subtract(
        _ panel: UnsafeMutablePointer<Double>, _ range: Range<Int>, _ rest: Int, _ width: Int, at corner: Int
    ) {
        Double.subtractSquare(
            order: range.count, depth: width, panel, lda: stride, from: at(corner, corner), ldc: stride)
        let below = rest - range.count
        if below == 0 { return }
        Double.gemm(
            transposeA: true, transposeB: false, m: range.count, n: below, k: width, alpha: -1, a: panel, lda: stride,
            b: panel + range.count, ldb: stride, beta: 1, c: at(corner + range.count, corner), ldc: stride)
    }

    /// How many columns of a triangle hold half of it: 1 − 1/√2 of them.
    private static func cut(_ order: Int) -> Int { min(order, (Int(0.2929 * Double(order)) + 7) / 8 * 8) }

    private func at(_ row: Int, _ column: Int) -> UnsafeMutablePointer<Double> { a + column * stride + row }
}
