internal import LinearAlgebra

/// The Hessian of the loss on some places of a working set, Zᵀ·ωH·Z, at the curvatures of a time that may have passed:
/// slopes stay exact, so that a model that is a little old only takes a step more.
///
/// Rows and columns are [places × outputs] in the order of `places`.
final class QuadraticModel {
    private(set) var places: [Int] = []
    /// [capacity × capacity], of which order × order is filled, both triangles.
    private(set) var gram: [Double] = []
    private(set) var stride = 0
    /// The curvatures at the time, as in ``FamilyState``.
    private(set) var curvatures: [Double] = []
    /// Counts the times that it started anew.
    private(set) var version = 0

    private let working: WorkingSet
    private let weights: [Double]
    private var outputs: Int { working.outputs }
    private var rows: Int { working.rows }
    var order: Int { places.count * outputs }

    init(_ working: WorkingSet) {
        (self.working, weights) = (working, working.problem.weights)
    }

    /// Starts anew at these curvatures.
    func reset(_ curvatures: [Double], places: [Int]) {
        self.curvatures = curvatures
        self.places = []
        version += 1
        extend(places)
    }

    /// Takes in more places.
    func extend(_ added: [Int]) {
        if added.isEmpty { return }
        let first = places.count
        places += added
        reserve(filled: first * outputs)
        if working.columns == nil {
            fillSparse(from: first)
        } else if outputs == 1 {
            fillDense(from: first)
        } else {
            fillMultinomial(from: first)
        }
        mirror(from: first * outputs)
    }

    /// Makes room for the order, with the first `filled` rows and columns as they are.
    private func reserve(filled: Int) {
        if order <= stride { return }
        let larger = max(order, stride * 5 / 4)
        if filled == 0 { gram = [] }
        var copy = Array(repeating: 0.0, count: larger * larger)
        copy.withUnsafeMutableBufferPointer { copy in
            gram.withUnsafeBufferPointer { gram in
                for row in 0..<filled {
                    (copy.baseAddress! + row * larger).update(from: gram.baseAddress! + row * stride, count: filled)
                }
            }
        }
        (gram, stride) = (copy, larger)
    }

    /// Mirrors rows from `first` on of the lower triangle to the upper one, in squares that stay in the cache.
    private func mirror(from first: Int) {
        let (order, stride, side) = (order, stride, 32)
        gram.withUnsafeMutableBufferPointer {
            let gram = $0.baseAddress!
            for top in Swift.stride(from: first, to: order, by: side) {
                let rows = top..<min(order, top + side)
                for left in Swift.stride(from: 0, to: rows.upperBound, by: side) {
                    for column in left..<min(left + side, rows.upperBound) {
                        let to = gram + column * stride
                        for row in max(rows.lowerBound, column + 1)..<max(rows.upperBound, column + 1) {
                            to[row] = gram[row * stride + column]
                        }
                    }
                }
            }
        }
    }

    /// Rows of a block that stays in the second cache while the product reads it.
    private var blockRows: Int { max(16, min(rows, 131_072 / max(order, 1))) }

    /// z[s, i] = factors[i]·Z[i, place s] of a block of rows and the first `count` places, [count × block].
    private func scaledColumns(
        _ block: Range<Int>, _ factors: UnsafePointer<Double>, count: Int, step: Int,
        into z: UnsafeMutablePointer<Double>
    ) {
        for s in 0..<count {
            let (from, to) = (working.columns! + places[s] * rows + block.lowerBound, z + s * step)
            for i in 0..<block.count { to[i] = factors[i] * from[i] }
        }
    }

    /// Rows from `first` on of Σ_blocks zᵀz with z = √(ωh)·Z, in two parts of about the same work.
    private func fillDense(from first: Int) {
        if first > 0 && (places.count - first) * 4 < places.count { return fillDenseRows(from: first) }
        let roots = zip(weights, curvatures).map { ($0 * $1).squareRoot() }
        let cut = first == 0 ? order * 181 / 256 : (first + order) / 2
        gram.withUnsafeMutableBufferPointer {
            let gram = $0.baseAddress!
            inTwo([first..<cut, cut..<order], working.team) { fillDense($0, roots, gram) }
        }
    }

    /// A few rows: the products of ωh·z with the columns of all places of the working set as they lie, of which those of
    /// the model are picked.
    private func fillDenseRows(from first: Int) {
        let (added, count, columns) = (places.count - first, working.count, working.columns!)
        var z = Array(repeating: 0.0, count: added * rows)
        for s in 0..<added {
            let column = columns + places[first + s] * rows
            for i in 0..<rows { z[s * rows + i] = weights[i] * curvatures[i] * column[i] }
        }
        var products = Array(repeating: 0.0, count: added * count)
        products.withUnsafeMutableBufferPointer {
            let products = $0.baseAddress!
            inHalves(count, working.team) { half in
                BLASEngine.withPlace {
                    Double.gemm(
                        transposeA: false, transposeB: true, m: added, n: half.count, k: rows, alpha: 1, a: z,
                        lda: rows, b: columns + half.lowerBound * rows, ldb: rows, beta: 0,
                        c: products + half.lowerBound, ldc: count)
                }
            }
        }
        for s in 0..<added {
            for (t, place) in places.enumerated() { gram[(first + s) * stride + t] = products[s * count + place] }
        }
    }

    /// Some rows of the lower triangle.
    private func fillDense(_ part: Range<Int>, _ roots: [Double], _ gram: UnsafeMutablePointer<Double>) {
        let (count, blockRows) = (part.upperBound, blockRows)
        let z = UnsafeMutablePointer<Double>.allocate(capacity: count * blockRows)
        defer { z.deallocate() }
        for lower in Swift.stride(from: 0, to: rows, by: blockRows) {
            let block = lower..<min(rows, lower + blockRows)
            roots.withUnsafeBufferPointer {
                scaledColumns(block, $0.baseAddress! + lower, count: count, step: blockRows, into: z)
            }
            let beta = lower == 0 ? 0.0 : 1.0
            BLASEngine.withPlace {
                if part.lowerBound == 0 {
                    Double.syrk(
                        transpose: false, n: count, k: block.count, alpha: 1, a: z, lda: blockRows, beta: beta,
                        c: gram, ldc: stride)
                } else {
                    Double.gemm(
                        transposeA: false, transposeB: true, m: part.count, n: count, k: block.count, alpha: 1,
                        a: z + part.lowerBound * blockRows, lda: blockRows, b: z, ldb: blockRows, beta: beta,
                        c: gram + part.lowerBound * stride, ldc: stride)
                }
            }
        }
    }

    /// Rows from `first` on of Σ_i ω_i·z_i·z_iᵀ ⊗ (diag(p_i) − p_i·p_iᵀ): for each class the Gram matrix of √(ωp_k)·Z,
    /// less that of √ω·p_k·Z over all.
    private func fillMultinomial(from first: Int) {
        let (order, stride, blockRows, count) = (order, stride, blockRows, places.count)
        let added = count - first
        var all = Array(repeating: 0.0, count: order * blockRows)
        var one = Array(repeating: 0.0, count: count * blockRows)
        var own = Array(repeating: 0.0, count: added * count)
        for row in first * outputs..<order { for column in 0..<order { gram[row * stride + column] = 0 } }
        for lower in Swift.stride(from: 0, to: rows, by: blockRows) {
            let block = lower..<min(rows, lower + blockRows)
            for k in 0..<outputs {
                let p = block.map { curvatures[k * rows + $0] }
                let mixed = zip(block, p).map { weights[$0].squareRoot() * $1 }
                let roots = zip(block, p).map { (weights[$0] * $1).squareRoot() }
                all.withUnsafeMutableBufferPointer {
                    scaledColumns(
                        block, mixed, count: count, step: outputs * blockRows, into: $0.baseAddress! + k * blockRows)
                }
                one.withUnsafeMutableBufferPointer {
                    scaledColumns(block, roots, count: count, step: blockRows, into: $0.baseAddress!)
                }
                BLASEngine.withPlace {
                    own.withUnsafeMutableBufferPointer { own in
                        one.withUnsafeBufferPointer { one in
                            Double.gemm(
                                transposeA: false, transposeB: true, m: added, n: count, k: block.count, alpha: 1,
                                a: one.baseAddress! + first * blockRows, lda: blockRows, b: one.baseAddress!,
                                ldb: blockRows, beta: 0, c: own.baseAddress!, ldc: count)
                        }
                    }
                }
                for s in 0..<added {
                    let row = ((first + s) * outputs + k) * stride + k
                    for t in 0..<count { gram[row + t * outputs] += own[s * count + t] }
                }
            }
            BLASEngine.withPlace {
                gram.withUnsafeMutableBufferPointer { gram in
                    all.withUnsafeBufferPointer { all in
                        let start = first * outputs
                        Double.gemm(
                            transposeA: false, transposeB: true, m: order - start, n: order, k: block.count, alpha: -1,
                            a: all.baseAddress! + start * blockRows, lda: blockRows, b: all.baseAddress!,
                            ldb: blockRows, beta: 1, c: gram.baseAddress! + start * stride, ldc: stride)
                    }
                }
            }
        }
    }

    /// Rows from `first` on by products of ωH·Z_s with the sparse columns: Z_tᵀ·(ω·p_k(δ_kl − p_l)·Z_s).
    private func fillSparse(from first: Int) {
        let pairs = outputs * outputs
        var (column, v) = (Array(repeating: 0.0, count: rows), Array(repeating: 0.0, count: pairs * rows))
        var products = Array(repeating: 0.0, count: places.count * pairs)
        for s in first..<places.count {
            column.withUnsafeMutableBufferPointer { working.copy(place: places[s], into: $0.baseAddress!) }
            for k in 0..<outputs {
                for l in 0..<outputs {
                    let start = (k * outputs + l) * rows
                    for i in 0..<rows {
                        let h =
                            outputs == 1
                            ? curvatures[i]
                            : curvatures[k * rows + i] * ((k == l ? 1 : 0) - curvatures[l * rows + i])
                        v[start + i] = weights[i] * h * column[i]
                    }
                }
            }
            products.withUnsafeMutableBufferPointer {
                working.sparseSlopes(places, v, count: pairs, into: $0.baseAddress!)
            }
            for t in places.indices {
                for k in 0..<outputs {
                    for l in 0..<outputs {
                        gram[(s * outputs + k) * stride + t * outputs + l] = products[t * pairs + k * outputs + l]
                    }
                }
            }
        }
    }
}
