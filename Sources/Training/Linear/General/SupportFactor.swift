internal import LinearAlgebra

/// The Cholesky factor of a symmetric matrix on some of its rows and columns, l·lᵀ = G_AA, kept as A changes: a member is
/// added by one forward substitution and removed by a row of rotations.
///
/// Pivots are kept from 0, so that columns that depend on each other share what they explain.
final class SupportFactor {
    /// A, in the order of the rows of the factor.
    private(set) var support: [Int] = []
    /// Row-major, `stride` apart; the lower triangle counts.
    private var lower: UnsafeMutablePointer<Double>
    private var stride: Int

    private static let smallestPivot = 1e-12

    init() { (lower, stride) = (.allocate(capacity: 1), 1) }

    deinit { lower.deallocate() }

    /// Forgets everything.
    func reset() { support = [] }

    /// Makes A hold what `wanted` holds; false where the numbers allow no factor.
    ///
    /// - Parameters:
    ///   - gram: G, `gramStride` apart.
    ///   - ridge: what is added to the diagonal of G.
    func update(
        to wanted: [Int], gram: UnsafePointer<Double>, gramStride: Int, order: Int, ridge: (Int) -> Double
    ) -> Bool {
        reserve(wanted.count)
        var isWanted = Array(repeating: false, count: order)
        for q in wanted { isWanted[q] = true }
        let (dropped, kept) = (support.indices.filter { !isWanted[support[$0]] }, support.filter { isWanted[$0] })
        // Rotations cost some four times as much as the products of a new factor.
        if dropped.count * 4 > kept.count / 2 + 8 || kept.count * 2 < wanted.count {
            return rebuild(wanted, gram, gramStride, ridge)
        }
        for row in dropped.reversed() { remove(row) }
        for q in kept { isWanted[q] = false }
        for q in wanted where isWanted[q] { append(q, gram, gramStride, ridge(q)) }
        return true
    }

    /// b ← G_AA⁻¹·b, in the order of ``support``.
    func solve(_ b: inout [Double]) {
        b.withUnsafeMutableBufferPointer { b in
            let x = b.baseAddress!
            forward(x)
            for row in (0..<support.count).reversed() {
                let l = lower + row * stride
                x[row] /= l[row]
                if row > 0 { Double.axpy(row, -x[row], l, x) }
            }
        }
    }

    /// x ← l⁻¹·x
    private func forward(_ x: UnsafeMutablePointer<Double>) {
        for row in 0..<support.count {
            let l = lower + row * stride
            x[row] = (x[row] - (row > 0 ? Double.dot(row, l, x) : 0)) / l[row]
        }
    }

    private func reserve(_ count: Int) {
        // Members leave before others come.
        if max(count, support.count) <= stride { return }
        let needed = max(count, support.count) * 5 / 4 + 8
        let larger = UnsafeMutablePointer<Double>.allocate(capacity: needed * needed)
        for row in support.indices { (larger + row * needed).update(from: lower + row * stride, count: row + 1) }
        lower.deallocate()
        (lower, stride) = (larger, needed)
    }

    private func rebuild(
        _ wanted: [Int], _ gram: UnsafePointer<Double>, _ gramStride: Int, _ ridge: (Int) -> Double
    ) -> Bool {
        support = wanted
        for shift in [Self.smallestPivot, 1e-9, 1e-6] {
            for (row, q) in wanted.enumerated() {
                let (to, from) = (lower + row * stride, gram + q * gramStride)
                for column in 0...row { to[column] = from[wanted[column]] }
                to[row] = to[row] * (1 + shift) + ridge(q)
            }
            if Double.potrf(order: wanted.count, lower, lda: stride) == 0 { return true }
        }
        support = []
        return false
    }

    /// A new last row t = l⁻¹·G_Aq, with the pivot √(G_qq − t·t).
    private func append(_ q: Int, _ gram: UnsafePointer<Double>, _ gramStride: Int, _ ridge: Double) {
        let (count, row, from) = (support.count, lower + support.count * stride, gram + q * gramStride)
        for (column, r) in support.enumerated() { row[column] = from[r] }
        forward(row)
        let diagonal = from[q] * (1 + Self.smallestPivot) + ridge
        let pivot = diagonal - (count > 0 ? Double.dot(count, row, row) : 0)
        row[count] = max(pivot, Self.smallestPivot * diagonal).squareRoot()
        support.append(q)
    }

    /// Takes a row out. Each row below has an element too many beside its diagonal; it takes the rotations of the rows above
    /// it in their order, and makes its own.
    private func remove(_ row: Int) {
        support.remove(at: row)
        var rotations: [(cosine: Double, sine: Double)] = []
        for below in row..<support.count {
            let (from, to) = (lower + (below + 1) * stride, lower + below * stride)
            to.update(from: from, count: row)
            var carried = from[row]
            for (k, rotation) in rotations.enumerated() {
                let next = from[row + k + 1]
                to[row + k] = rotation.cosine * carried + rotation.sine * next
                carried = rotation.cosine * next - rotation.sine * carried
            }
            let next = from[below + 1]
            let length = (carried * carried + next * next).squareRoot()
            rotations.append(length > 0 ? (carried / length, next / length) : (1, 0))
            to[below] = length
        }
    }
}
