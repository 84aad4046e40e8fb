import LariatTestSupport
import LinearAlgebra
import Testing

/// The kernels on columns against plain sums, at the awkward sizes of vectors, stretches and tiles. Columns lie one element
/// off alignment, with NaN between them: what is read there shows.
///
/// A sum of n products in Double errs by at most n·ε·Σ|xᵢvᵢ|, in whatever order it is taken.
@Suite("Column kernels")
struct ColumnKernelTests {
    static let sizes = [
        0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 255, 256, 257, 511, 512, 513, 1000, 2049, 2305,
    ]

    @Test(arguments: sizes)
    func products(rows: Int) {
        Columns<Double>(rows).checkProducts()
        Columns<Float>(rows).checkProducts()
    }

    @Test(arguments: sizes)
    func sums(rows: Int) {
        Columns<Double>(rows).checkSums()
        Columns<Float>(rows).checkSums()
    }

    @Test(arguments: sizes)
    func moments(rows: Int) {
        Columns<Double>(rows).checkMoments()
        Columns<Float>(rows).checkMoments()
    }

    @Test(arguments: sizes.prefix(19))
    func transposition(rows: Int) {
        for columns in [0, 1, 3, 8, 15, 16, 17, 64, 65, 130] {
            Transposed<Double>.check(rows, columns)
            Transposed<Float>.check(rows, columns)
        }
    }

    @Test(arguments: [0, 1, 2, 7, 64, 500])
    func sparseColumns(rows: Int) {
        for density in [0.0, 0.02, 0.3, 1] {
            Sparse<Double>(rows, density).check()
            Sparse<Float>(rows, density).check()
        }
    }
}

private func uniform(_ count: Int, seed: UInt64) -> [Double] {
    var generator = CounterGenerator(seed: seed)
    return (0..<count).map { _ in 2 * generator.nextUniform() - 1 }
}

/// Whether two numbers are within a bound, both NaN included nowhere.
private func near(_ mine: Double, _ exact: Double, _ bound: Double, _ what: @autoclosure () -> String) {
    if !(abs(mine - exact) <= bound) { Issue.record("\(what()): \(mine) is not within \(bound) of \(exact)") }
}

/// Products of columns with vectors by plain sums, and what each may err.
private func plainDots(
    _ column: [Double], _ vectors: [Double], _ l: Int
) -> (sum: Double, bound: Double) {
    let rows = column.count
    var (sum, size) = (0.0, 0.0)
    for i in 0..<rows {
        sum += column[i] * vectors[l * rows + i]
        size += abs(column[i] * vectors[l * rows + i])
    }
    return (sum, 2 * Double(rows) * Double.ulpOfOne * size)
}

private struct Columns<Scalar: BLASScalar> {
    let rows: Int
    let count = 53
    let ldx: Int
    var memory: [Scalar]
    let vectors: [Double]
    let columns: [[Double]]

    init(_ rows: Int) {
        self.rows = rows
        ldx = rows + 3
        memory = Array(repeating: .nan, count: 1 + count * ldx)
        let values = uniform(count * rows, seed: UInt64(rows)).map { Scalar($0) }
        for j in 0..<count { for i in 0..<rows { memory[1 + j * ldx + i] = values[j * rows + i] } }
        columns = (0..<count).map { j in values[(j * rows)..<((j + 1) * rows)].map { Double($0) } }
        vectors = uniform(9 * rows, seed: 1 + UInt64(rows))
    }

    func dots(_ selected: [Int], vectors: Int, ldx: Int? = nil, _ memory: [Scalar]? = nil) -> [Double] {
        var products = Array(repeating: Double.nan, count: selected.count * vectors + 1)
        selected.withUnsafeBufferPointer { selected in
            (memory ?? self.memory).withUnsafeBufferPointer { x in
                Scalar.columnDots(
                    rows: rows, selected, x.baseAddress! + 1, ldx: ldx ?? self.ldx, count: vectors,
                    vectors: self.vectors, products: &products)
            }
        }
        #expect(products.last!.isNaN)
        return products.dropLast()
    }

    func checkProducts() {
        let all = Array(0..<count)
        for vectors in 1...9 {
            let products = dots(all, vectors: vectors)
            for j in all {
                for l in 0..<vectors {
                    let plain = plainDots(columns[j], self.vectors, l)
                    near(products[j * vectors + l], plain.sum, plain.bound, "column \(j), vector \(l) of \(vectors)")
                }
            }
            // The same bits alone, in another order, and with columns on other addresses.
            for selected in [[0], [5, 2], [52, 0, 17, 3, 3], Array(all.reversed()), Array(all.prefix(13))] {
                let some = dots(selected, vectors: vectors)
                let expected = selected.flatMap { products[($0 * vectors)..<(($0 + 1) * vectors)] }
                #expect(some == expected, "\(selected.count) columns, \(vectors) vectors")
            }
            var moved = Array(repeating: Scalar.nan, count: 1 + count * (ldx + 5))
            for j in all { for i in 0..<rows { moved[1 + j * (ldx + 5) + i] = memory[1 + j * ldx + i] } }
            #expect(dots(all, vectors: vectors, ldx: ldx + 5, moved) == products)
        }
    }

    func checkSums() {
        let coefficients = uniform(count, seed: 3)
        for selected in [[], [4], [0, 1, 2, 3, 4, 5, 6, 7], Array(0..<count)] {
            var y = Array(vectors[0..<rows]) + [.nan]
            selected.withUnsafeBufferPointer { selected in
                memory.withUnsafeBufferPointer { x in
                    Scalar.columnAdd(
                        rows: rows, selected, x.baseAddress! + 1, ldx: ldx, coefficients: coefficients, &y)
                }
            }
            for i in 0..<rows {
                let terms = selected.enumerated().map { coefficients[$0] * columns[$1][i] } + [vectors[i]]
                let size = terms.reduce(0) { $0 + abs($1) }
                near(y[i], terms.reduce(0, +), 2 * Double(terms.count) * Double.ulpOfOne * size, "row \(i)")
            }
            #expect(y[rows].isNaN)
        }
        var copy = Array(repeating: Double.nan, count: rows + 1)
        memory.withUnsafeBufferPointer { Scalar.columnCopy(rows: rows, $0.baseAddress! + 1 + 7 * ldx, &copy) }
        #expect(Array(copy.prefix(rows)) == columns[7] && copy[rows].isNaN)
        let some = (0..<rows).filter { $0 % 3 != 1 }
        some.withUnsafeBufferPointer { some in
            memory.withUnsafeBufferPointer { Scalar.columnGather(some, $0.baseAddress! + 1 + 7 * ldx, &copy) }
        }
        #expect(Array(copy.prefix(some.count)) == some.map { columns[7][$0] })
    }

    /// Columns far from zero: a mean errs by n·ε of it, and a spread by n·ε of itself and what the mean's error adds.
    func checkMoments() {
        guard rows > 0 else { return }
        let offset = Scalar(1024)
        let shifted = memory.map { $0 + offset }
        let weights = (0..<rows).map { $0 % 5 == 1 ? 0 : abs(vectors[$0]) + 0.25 }
        for w in [nil, weights] {
            var (means, variances) = (Array(repeating: 0.0, count: count), Array(repeating: 0.0, count: count))
            shifted.withUnsafeBufferPointer {
                Scalar.columnMoments(
                    rows: rows, columns: count, $0.baseAddress! + 1, ldx: ldx, weights: w, means: &means,
                    variances: &variances)
            }
            for j in 0..<count {
                let x = (0..<rows).map { Double(shifted[1 + j * ldx + $0]) }
                let plain = Self.plainMoments(x, w)
                let bound = Double(rows + 4) * Double.ulpOfOne
                near(means[j], plain.mean, bound * abs(plain.mean), "mean of column \(j)")
                near(
                    variances[j], plain.variance, 4 * bound * plain.variance + bound * bound * plain.mean * plain.mean,
                    "variance of column \(j)")
            }
        }
        checkCentring(shifted)
    }

    private static func plainMoments(_ x: [Double], _ weights: [Double]?) -> (mean: Double, variance: Double) {
        let w = weights ?? x.map { _ in 1 }
        let total = w.reduce(0, +)
        // About a number in the midst of x, so that this errs by less than the bound.
        let mean = 1024 + zip(w, x).reduce(0) { $0 + $1.0 * ($1.1 - 1024) } / total
        return (mean, zip(w, x).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) } / total)
    }

    private func checkCentring(_ shifted: [Scalar]) {
        var (centred, shifts) = (shifted, Array(repeating: 0.0, count: count))
        centred.withUnsafeMutableBufferPointer {
            Scalar.columnCenter(rows: rows, columns: count, $0.baseAddress! + 1, ldx: ldx, shifts: &shifts)
        }
        for j in 0..<count {
            let x = (0..<rows).map { shifted[1 + j * ldx + $0] }
            let mean = x.reduce(0) { $0 + Double($1) } / Double(rows)
            near(shifts[j], mean, (Double(Scalar.ulpOfOne) + Double(rows) * Double.ulpOfOne) * mean, "shift \(j)")
            #expect(Scalar(shifts[j]).isFinite && Double(Scalar(shifts[j])) == shifts[j])
            #expect((0..<rows).allSatisfy { centred[1 + j * ldx + $0] == x[$0] - Scalar(shifts[j]) })
        }
        #expect(centred[0].isNaN && centred[1 + ldx - 1].isNaN)
    }
}

private enum Transposed<Scalar: BLASScalar> {
    static func check(_ rows: Int, _ columns: Int) {
        let x = GuardedBuffer<Scalar>(rows, columns) { Scalar(1000 * $0 + $1) }
        let y = GuardedBuffer<Scalar>(columns, rows)
        var means = Array(repeating: 0.0, count: columns)
        Scalar.rowMeans(rows: rows, columns: columns, x.readOnly, ldx: x.stride, means: &means)
        Scalar.transpose(
            rows: rows, columns: columns, x.readOnly, ldx: x.stride, shifts: nil, y.base, ldy: y.stride)
        let isTransposed = (0..<rows).allSatisfy { i in (0..<columns).allSatisfy { x[i, $0] == y[$0, i] } }
        #expect(isTransposed && y.isIntact)
        Scalar.transpose(
            rows: rows, columns: columns, x.readOnly, ldx: x.stride, shifts: means, y.base, ldy: y.stride)
        let isShifted = (0..<rows).allSatisfy { i in
            (0..<columns).allSatisfy { x[i, $0] - Scalar(means[$0]) == y[$0, i] }
        }
        #expect(isShifted && y.isIntact)
        for j in 0..<columns {
            // Sums of such integers are exact.
            let mean = rows == 0 ? 0 : Double(500 * (rows - 1) + j)
            #expect(means[j] == Double(Scalar(mean)))
        }
    }
}

private struct Sparse<Scalar: BLASScalar> {
    let rows: Int
    let dense: ColumnMatrix<Scalar>
    let sparse: SparseMatrix<Scalar>
    let columns: [[Double]]

    init(_ rows: Int, _ density: Double) {
        self.rows = rows
        var generator = CounterGenerator(seed: UInt64(rows), stream: UInt64(density * 100))
        var x = ColumnMatrix<Scalar>(rows: rows, columns: 21)
        for j in 0..<21 {
            for i in 0..<rows where generator.nextUniform() < density {
                x[i, j] = Scalar(2 * generator.nextUniform() - 1)
            }
        }
        dense = x
        columns = (0..<21).map { j in x.withColumn(j) { $0.map { Double($0) } } }
        var (starts, places, values) = ([0], [Int32](), [Scalar]())
        for j in 0..<21 {
            for i in 0..<rows where x[i, j] != 0 {
                places.append(Int32(i))
                values.append(x[i, j])
            }
            starts.append(places.count)
        }
        sparse = SparseMatrix(rows: rows, columnStarts: starts, rowIndices: places, values: values)
    }

    func check() {
        let vectors = uniform(11 * rows, seed: 4)
        for count in 1...11 {
            let all = dots(Array(0..<21), vectors, count)
            for j in 0..<21 {
                for l in 0..<count {
                    let plain = plainDots(columns[j], vectors, l)
                    near(all[j * count + l], plain.sum, plain.bound, "column \(j), vector \(l) of \(count)")
                }
                // Alone a column is not worth putting vectors side by side; the bits are the same.
                #expect(dots([j], vectors, count) == Array(all[(j * count)..<((j + 1) * count)]))
            }
        }
        checkSumsAndCopies(vectors)
        guard rows > 0 else { return }
        for weights in [nil, (0..<rows).map { $0 % 7 == 0 ? 0.125 : abs(vectors[$0]) }] {
            let (mine, theirs) = weights.withPointer { (sparse.moments(weights: $0), dense.moments(weights: $0)) }
            let bound = 4 * Double(rows) * Double.ulpOfOne
            for j in 0..<21 {
                near(mine.means[j], theirs.means[j], bound, "mean of column \(j)")
                near(mine.variances[j], theirs.variances[j], bound, "variance of column \(j)")
                let single = weights.withPointer { sparse.moments(of: j, weights: $0) }
                #expect(single.mean == mine.means[j] && single.variance == mine.variances[j])
            }
        }
    }

    private func checkSumsAndCopies(_ vectors: [Double]) {
        let (selected, coefficients) = ([3, 0, 20, 3], [0.5, -2, 1.25, 3])
        var (mine, theirs) = (Array(vectors.prefix(rows)), Array(vectors.prefix(rows)))
        selected.withUnsafeBufferPointer {
            sparse.add($0, times: coefficients, to: &mine)
            dense.add($0, times: coefficients, to: &theirs)
        }
        for i in 0..<rows { near(mine[i], theirs[i], 64 * Double.ulpOfOne, "row \(i)") }
        for j in 0..<21 {
            var copy = Array(repeating: Double.nan, count: rows)
            sparse.copy(column: j, into: &copy)
            #expect(copy == columns[j])
            let some = (0..<rows).filter { $0 % 3 != 1 }
            some.withUnsafeBufferPointer { sparse.gather(column: j, rows: $0, into: &copy) }
            #expect(Array(copy.prefix(some.count)) == some.map { columns[j][$0] })
        }
    }

    private func dots(_ selected: [Int], _ vectors: [Double], _ count: Int) -> [Double] {
        var products = Array(repeating: Double.nan, count: selected.count * count)
        selected.withUnsafeBufferPointer { sparse.dots($0, with: vectors, count: count, into: &products) }
        return products
    }
}

extension [Double]? {
    fileprivate func withPointer<Result>(_ body: (UnsafePointer<Double>?) -> Result) -> Result {
        guard let self else { return body(nil) }
        return self.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
