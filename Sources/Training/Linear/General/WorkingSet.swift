internal import LinearAlgebra

/// The columns that a solver works on: the intercept's, of ones, and those of some features, standardised.
///
/// Columns of a dense design are copied side by side, for products by BLAS; those of a sparse one stay where they are,
/// and centring is a correction of each product. A vector of coefficients or slopes is [places × outputs].
final class WorkingSet {
    let problem: LinearProblem
    let outputs: Int
    let rows: Int
    /// Shares the products; nil for one worker.
    let team: WorkerTeam?
    /// The feature in each place; −1 is the intercept.
    private(set) var features: [Int] = []
    /// Whether a feature has a place.
    private(set) var contains: [Bool]
    /// The standardised columns, or nil where they are not copied.
    private(set) var columns: UnsafeMutablePointer<Double>?
    private var capacity = 0
    /// How many elements of a column are stored, on average.
    let elementsPerColumn: Int

    var count: Int { features.count }

    init(_ problem: LinearProblem, team: WorkerTeam?) {
        (self.problem, self.team) = (problem, team)
        (outputs, rows) = (problem.outputs, problem.design.rows)
        let stored =
            (problem.design.store as? SparseMatrix<Double>)?.count
            ?? (problem.design.store as? SparseMatrix<Float>)?.count
        elementsPerColumn = stored.map { $0 / max(1, problem.design.columns) } ?? rows
        contains = Array(repeating: false, count: problem.design.columns)
        if stored == nil { reserve(64) }
        if problem.fitsIntercept { append([-1]) }
    }

    deinit { columns?.deallocate() }

    private func reserve(_ places: Int) {
        let larger = UnsafeMutablePointer<Double>.allocate(capacity: max(places * rows, 1))
        if let columns {
            larger.update(from: columns, count: count * rows)
            columns.deallocate()
        }
        (columns, capacity) = (larger, places)
    }

    /// Gives each feature a place at the end.
    func append(_ added: [Int]) {
        if columns != nil && count + added.count > capacity { reserve(max(count + added.count, capacity * 3 / 2)) }
        for feature in added {
            if let columns {
                let column = columns + count * rows
                if feature < 0 {
                    column.update(repeating: 1, count: rows)
                } else {
                    problem.design.copy(column: feature, into: column)
                }
            }
            if feature >= 0 { contains[feature] = true }
            features.append(feature)
        }
    }

    /// Z_pᵀ·v for v [outputs × rows] and all places p.
    func slopes(_ v: [Double]) -> [Double] {
        var products = Array(repeating: 0.0, count: count * outputs)
        if count == 0 { return products }
        products.withUnsafeMutableBufferPointer {
            let products = $0.baseAddress!
            inHalves(count, team) { slopes(of: $0, v, into: products) }
        }
        return products
    }

    /// products[p·count + l] = Z_pᵀ·v_l of a sparse design, for v [count × rows] and all places p.
    func sparseSlopes(_ v: [Double], count: Int) -> [Double] {
        var products = Array(repeating: 0.0, count: self.count * count)
        products.withUnsafeMutableBufferPointer {
            let products = $0.baseAddress!
            inHalves(self.count, team) {
                sparseSlopes(Array($0), v, count: count, into: products + $0.lowerBound * count)
            }
        }
        return products
    }

    private func slopes(of places: Range<Int>, _ v: [Double], into products: UnsafeMutablePointer<Double>) {
        let products = products + places.lowerBound * outputs
        guard let columns = columns.map({ $0 + places.lowerBound * rows }) else {
            return sparseSlopes(Array(places), v, count: outputs, into: products)
        }
        BLASEngine.withPlace {
            if outputs == 1 {
                Double.gemv(
                    transpose: false, m: places.count, n: rows, alpha: 1, a: columns, lda: rows, x: v, beta: 0,
                    y: products)
            } else {
                Double.gemm(
                    transposeA: false, transposeB: true, m: places.count, n: outputs, k: rows, alpha: 1, a: columns,
                    lda: rows, b: v, ldb: rows, beta: 0, c: products, ldc: outputs)
            }
        }
    }

    /// products[p·count + l] = Z_pᵀ·v_l for the `places` of a sparse design.
    func sparseSlopes(_ places: [Int], _ v: [Double], count: Int, into products: UnsafeMutablePointer<Double>) {
        let sums = (0..<count).map { l in v[l * rows..<(l + 1) * rows].reduce(0, +) }
        // The intercept, where there is one, is in the first place.
        var start = 0
        if let first = places.first, features[first] < 0 {
            for l in 0..<count { products[l] = sums[l] }
            start = 1
        }
        places[start...].map { features[$0] }.withUnsafeBufferPointer {
            if $0.isEmpty { return }
            problem.design.dots($0, with: v, sums: sums, count: count, into: products + start * count)
        }
    }

    /// η += Z·δ, [outputs × rows]
    func add(_ delta: [Double], to eta: inout [Double]) {
        let used = features.indices.filter { place in
            (0..<outputs).contains { delta[place * outputs + $0] != 0 }
        }
        eta.withUnsafeMutableBufferPointer { eta in
            for k in 0..<outputs {
                let y = eta.baseAddress! + k * rows
                if let columns, outputs == 1, used.count * 4 > count * 3 {
                    inHalves(rows, team) { half in
                        BLASEngine.withPlace {
                            Double.gemv(
                                transpose: true, m: count, n: half.count, alpha: 1, a: columns + half.lowerBound,
                                lda: rows, x: delta, beta: 1, y: y + half.lowerBound)
                        }
                    }
                } else if let columns {
                    BLASEngine.withPlace {
                        for place in used {
                            Double.axpy(rows, delta[place * outputs + k], columns + place * rows, y)
                        }
                    }
                } else {
                    addSparse(used, used.map { delta[$0 * outputs + k] }, to: y)
                }
            }
        }
    }

    private func addSparse(_ places: [Int], _ coefficients: [Double], to y: UnsafeMutablePointer<Double>) {
        var start = 0
        if let first = places.first, features[first] < 0 {
            for i in 0..<rows { y[i] += coefficients[0] }
            start = 1
        }
        places[start...].map { features[$0] }.withUnsafeBufferPointer { selected in
            coefficients.withUnsafeBufferPointer {
                if !selected.isEmpty { problem.design.add(selected, times: $0.baseAddress! + start, to: y) }
            }
        }
    }

    /// elements[i] = Z[i, place]
    func copy(place: Int, into elements: UnsafeMutablePointer<Double>) {
        if let columns {
            elements.update(from: columns + place * rows, count: rows)
        } else if features[place] < 0 {
            elements.update(repeating: 1, count: rows)
        } else {
            problem.design.copy(column: features[place], into: elements)
        }
    }
}
