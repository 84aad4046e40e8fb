internal import LinearAlgebra

/// The active features in order, the slopes s_i·v_i of their penalties, and the Cholesky factor
/// L·Lᵀ = G_AA + μ·diag(v), with L⁻¹c and L⁻¹(s∘v) kept alongside: the coefficients at any threshold t are then one
/// triangular solution, w = L⁻ᵀ(L⁻¹c − t·L⁻¹(s∘v)).
///
/// - Complexity: K² a solution, ½K² memory-bound to append a feature, 3(K − q)² to delete the q-th.
/// - Source: Golub and Van Loan, Matrix Computations, 6.5.4 (deletion by Givens rotations).
final class ActiveSetFactor {
    /// K, the number of active features.
    private(set) var order = 0
    /// Their positions in the working set.
    private(set) var members = WorkVector<Int>()
    /// s_i·v_i
    private(set) var slopes = WorkVector<Double>()
    /// 1 where a position of the working set is active.
    private(set) var isActive = WorkVector<UInt8>()
    /// μ, which the factor was made for.
    private(set) var ridge = 0.0

    /// L by columns, ``stride`` apart.
    private(set) var factor = WorkVector<Double>()
    private(set) var stride = 0
    /// L⁻¹c and L⁻¹(s∘v)
    private(set) var solvedProducts = WorkVector<Double>()
    private(set) var solvedSlopes = WorkVector<Double>()

    private let gram: WorkingGram
    private let crew: ChunkCrew
    /// The largest rank that the columns can have.
    private let rankLimit: Int
    /// c, or c corrected; see ``useProducts(_:)``.
    private var products: UnsafeMutablePointer<Double>?
    private var known = 0
    private var block = WorkVector<Double>()
    private var corner = WorkVector<Double>()

    /// A pivot below this share of a feature's square makes it a combination of those that are active.
    private static let smallestPivot = 1e-10
    private static let blockSize = 32

    init(_ gram: WorkingGram, rankLimit: Int, crew: ChunkCrew) {
        (self.gram, self.rankLimit, self.crew) = (gram, rankLimit, crew)
    }

    /// Makes room for the positions that the working set has gained.
    func follow() {
        isActive.reserve(gram.count, keeping: known)
        (isActive.base + known).initialize(repeating: 0, count: gram.count - known)
        known = gram.count
    }

    /// w ← L⁻ᵀ(L⁻¹c − t·L⁻¹(s∘v))
    func solve(threshold: Double, into w: UnsafeMutablePointer<Double>) {
        for i in 0..<order { w[i] = solvedProducts[i] - threshold * solvedSlopes[i] }
        if order > 0 { Double.solveLower(transpose: true, order: order, factor.base, ldl: stride, w) }
    }

    /// x ← (L·Lᵀ)⁻¹x
    func solveBoth(_ x: UnsafeMutablePointer<Double>) {
        if order == 0 { return }
        Double.solveLower(transpose: false, order: order, factor.base, ldl: stride, x)
        Double.solveLower(transpose: true, order: order, factor.base, ldl: stride, x)
    }

    /// Takes the feature at `index` of the order out.
    func delete(at index: Int) {
        Double.deleteFromFactor(
            order: order, index: index, factor.base, ldl: stride, solvedProducts.base, solvedSlopes.base)
        isActive[members[index]] = 0
        for i in index..<(order - 1) { (members[i], slopes[i]) = (members[i + 1], slopes[i + 1]) }
        order -= 1
    }

    /// Starts again from the features given, in their order, with a ridge of μ; those that depend on others are left out.
    func rebuild(members positions: [Int], slopes values: [Double], ridge: Double) {
        for i in 0..<order { isActive[members[i]] = 0 }
        order = 0
        self.ridge = ridge
        _ = insert(positions, slopes: values)
    }

    /// Factors G_AA + μ·diag(v) for another μ.
    func refactor(ridge: Double) {
        self.ridge = ridge
        if order == 0 { return }
        // In pairs of a long and a short column, so that both workers have the same to do.
        crew.split((order + 1) / 2, isSmall: order < 128) { range in
            for column in range {
                gather(column, ridge)
                if order - 1 - column != column { gather(order - 1 - column, ridge) }
            }
        }
        if !SharedCholesky.factor(order: order, factor.base, stride: stride, crew: crew) {
            let all = 0..<order
            return rebuild(members: all.map { members[$0] }, slopes: all.map { slopes[$0] }, ridge: ridge)
        }
        resolve()
    }

    /// The column of G_AA + μ·diag(v), from its diagonal on.
    private func gather(_ column: Int, _ ridge: Double) {
        let (from, to) = (gram.matrix + members[column] * gram.stride, factor.base + column * stride)
        let rows = members.base
        for row in column..<order { to[row] = from[rows[row]] }
        to[column] += ridge * gram.factors[members[column]]
    }

    /// Takes `corrected` [working set] in place of c; nil: c itself. It must stay where it is while it is in use.
    func useProducts(_ corrected: UnsafeMutablePointer<Double>?) {
        if products == nil && corrected == nil { return }
        products = corrected
        resolve()
    }

    private func resolve() {
        let c = products ?? gram.products.base
        for i in 0..<order { (solvedProducts[i], solvedSlopes[i]) = (c[members[i]], slopes[i]) }
        if order == 0 { return }
        Double.solveLower(transpose: false, order: order, factor.base, ldl: stride, solvedProducts.base)
        Double.solveLower(transpose: false, order: order, factor.base, ldl: stride, solvedSlopes.base)
    }
}

// MARK: Insertion

extension ActiveSetFactor {
    /// Appends features with slopes s·v, and returns how many: one whose column is a combination of those before it, to
    /// the rounding that a factor can bear, is refused.
    func insert(_ positions: [Int], slopes values: [Double]) -> Int {
        let before = order
        for first in Swift.stride(from: 0, to: positions.count, by: Self.blockSize) {
            let range = first..<min(first + Self.blockSize, positions.count)
            insertBlock(positions[range], values[range])
        }
        return order - before
    }

    /// With T = L⁻¹G_AB: the new rows are Tᵀ, and beside them the factor of G_BB + μ·diag(v) − TᵀT.
    private func insertBlock(_ positions: ArraySlice<Int>, _ values: ArraySlice<Double>) {
        let (count, order, first) = (positions.count, self.order, positions.startIndex)
        reserve(order + count)
        block.reserve(max(1, order) * count, keeping: 0)
        corner.reserve(count * count, keeping: 0)
        let (t, s) = (block.base, corner.base)
        for b in 0..<count {
            let column = gram.matrix + positions[first + b] * gram.stride
            for i in 0..<order { t[b * order + i] = column[members[i]] }
            for other in 0...b { s[b * count + other] = column[positions[first + other]] }
            s[b * count + b] += ridge * gram.factors[positions[first + b]]
        }
        if order > 0 {
            if count == 1 {
                Double.solveLower(transpose: false, order: order, factor.base, ldl: self.stride, t)
            } else {
                Double.solveLower(order: order, columns: count, factor.base, ldl: self.stride, t, ldb: order)
            }
            Double.syrk(transpose: false, n: count, k: order, alpha: -1, a: t, lda: order, beta: 1, c: s, ldc: count)
        }
        var accepted: [Int] = []
        for b in 0..<count where extendCorner(b, accepted, count, positions[first + b]) {
            append(positions[first + b], values[first + b], row: b, accepted, blockOrder: order, blockCount: count)
            accepted.append(b)
        }
    }

    /// Row `b` of the corner's factor over the rows accepted so far; false where its pivot is refused.
    private func extendCorner(_ b: Int, _ accepted: [Int], _ count: Int, _ position: Int) -> Bool {
        let row = corner.base + b * count
        var pivot = row[b]
        for (k, a) in accepted.enumerated() {
            let other = corner.base + a * count
            var value = row[a]
            for earlier in 0..<k { value -= row[accepted[earlier]] * other[accepted[earlier]] }
            row[a] = value / other[a]
            pivot -= row[a] * row[a]
        }
        let square = gram.matrix[position * gram.stride + position] + ridge * gram.factors[position]
        guard pivot > Self.smallestPivot * square, ridge > 0 || order < rankLimit else { return false }
        row[b] = pivot.squareRoot()
        return true
    }

    private func append(
        _ position: Int, _ slope: Double, row b: Int, _ accepted: [Int], blockOrder: Int, blockCount: Int
    ) {
        let (t, row) = (block.base + b * blockOrder, corner.base + b * blockCount)
        let new = order
        for i in 0..<blockOrder { factor[i * stride + new] = t[i] }
        for (k, a) in accepted.enumerated() { factor[(blockOrder + k) * stride + new] = row[a] }
        factor[new * stride + new] = row[b]
        var (c, s) = ((products ?? gram.products.base)[position], slope)
        if blockOrder > 0 {
            c -= Double.dot(blockOrder, t, solvedProducts.base)
            s -= Double.dot(blockOrder, t, solvedSlopes.base)
        }
        for (k, a) in accepted.enumerated() {
            c -= row[a] * solvedProducts[blockOrder + k]
            s -= row[a] * solvedSlopes[blockOrder + k]
        }
        (solvedProducts[new], solvedSlopes[new]) = (c / row[b], s / row[b])
        (members[new], slopes[new], isActive[position]) = (position, slope, 1)
        order += 1
    }

    private func reserve(_ wanted: Int) {
        members.reserve(wanted, keeping: order)
        slopes.reserve(wanted, keeping: order)
        solvedProducts.reserve(wanted, keeping: order)
        solvedSlopes.reserve(wanted, keeping: order)
        if wanted <= stride { return }
        let wider = (max(wanted, stride + stride / 2, 64) + 15) / 16 * 16 + 8
        let moved = WorkVector<Double>(capacity: wider * wider)
        for column in 0..<order {
            (moved.base + column * wider + column).update(
                from: factor.base + column * stride + column, count: order - column)
        }
        factor = moved
        stride = wider
    }
}
