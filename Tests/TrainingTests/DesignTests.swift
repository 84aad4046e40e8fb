import Lariat
import LariatTestSupport
import Testing

/// Designs, and their columns as a solver sees them, against numbers worked out one by one.
@Suite("Designs")
struct DesignTests {
    private static let (rows, columns) = (53, 9)

    /// Column 4 is constant; the last is mostly zero.
    private static let x = Matrix<Double>(rows: rows, columns: columns) { i, j in
        let noise: Matrix<Double> = randomMatrix(1, 1, seed: UInt64(i * columns + j))
        return j == 4 ? 7.3 : j == 8 ? (i % 5 == 0 ? 3 : 0) : Double(j + 1) * noise[0, 0] + 1000 * Double(j)
    }
    private static let weights = {
        let raw = (0..<rows).map { $0 % 6 == 0 ? 0.0 : 1 + Double($0 % 3) }
        let total = raw.reduce(0, +)
        return raw.map { $0 / total }
    }()

    private static func designs() -> [(design: Design, precision: Double)] {
        let (single, epsilon) = (Matrix<Float>(x), Double(Float.ulpOfOne))
        return [
            (Design(x), 1e-13), (Design(ColumnMatrix(x)), 1e-13), (Design(SparseMatrix(x)), 1e-10),
            // Floats near 8000 in numbers of size 1.
            (Design(single), 1e4 * epsilon), (Design(ColumnMatrix(single)), 1e4 * epsilon),
        ]
    }

    @Test func denseColumnsAreStoredCentred() {
        let (rowwise, columnwise) = (Design(Self.x), Design(ColumnMatrix(Self.x)))
        for design in [rowwise, columnwise] {
            for j in 0..<Self.columns {
                var stored = [Double](repeating: 0, count: Self.rows)
                design.store.copy(column: j, into: &stored)
                let column = Self.x.column(j)
                #expect(zip(stored, column).allSatisfy { $0 == $1 - design.shifts[j] })
                let mean = column.reduce(0, +) / Double(Self.rows)
                #expect(abs(design.shifts[j] - mean) <= 1e-13 * abs(mean))
            }
        }
        #expect(Design(SparseMatrix(Self.x)).shifts.allSatisfy { $0 == 0 })
    }

    /// With and without an intercept, scaled and not.
    @Test(arguments: [(true, true), (true, false), (false, true), (false, false)])
    func standardizedColumns(centred: Bool, scaled: Bool) {
        let w = Self.weights
        for (design, precision) in Self.designs() {
            let standardized = StandardizedDesign(design, weights: w, centred: centred, scaled: scaled)
            for j in 0..<Self.columns {
                let column = Self.x.column(j)
                let mean = zip(w, column).reduce(0) { $0 + $1.0 * $1.1 }
                let spread = zip(w, column).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
                let scale = scaled && j != 4 ? spread.squareRoot() : 1
                let exact = column.map { ($0 - (centred ? mean : 0)) / scale }
                var mine = [Double](repeating: .nan, count: Self.rows)
                standardized.copy(column: j, into: &mine)
                let size = 1 + exact.reduce(0) { max($0, abs($1)) }
                #expect(zip(mine, exact).allSatisfy { abs($0 - $1) <= 8 * precision * size }, "column \(j)")
                let squares = zip(w, exact).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
                #expect(abs(standardized.squares[j] - squares) <= 32 * precision * size * size, "column \(j)")
                if centred && j == 4 { #expect(standardized.squares[j] == 0) }
            }
            checkProducts(standardized)
        }
    }

    /// Products and sums agree with the columns that `copy` gives.
    private func checkProducts(_ design: StandardizedDesign) {
        let rows = Self.rows
        let vectors: Matrix<Double> = randomMatrix(4, rows, seed: 3)
        let sums = (0..<4).map { vectors.row($0).reduce(0, +) }
        let (selected, coefficients) = ([0, 8, 3, 4, 8], [1.0, -2, 0.5, 3, 0.25])
        let columns = selected.map { j in
            var x = [Double](repeating: 0, count: rows)
            design.copy(column: j, into: &x)
            return x
        }
        var products = [Double](repeating: .nan, count: 20)
        var y = [Double](repeating: 1, count: rows)
        selected.withUnsafeBufferPointer {
            design.dots($0, with: vectors.elements, sums: sums, count: 4, into: &products)
            design.add($0, times: coefficients, to: &y)
        }
        for k in selected.indices {
            for l in 0..<4 {
                let exact = (0..<rows).reduce(0) { $0 + columns[k][$1] * vectors[l, $1] }
                // The stored numbers of a sparse column are not centred: up to 8000 times as large.
                #expect(abs(products[k * 4 + l] - exact) <= 1e-9 * (1 + abs(exact)))
            }
        }
        for i in 0..<rows {
            let exact = selected.indices.reduce(1) { $0 + coefficients[$1] * columns[$1][i] }
            #expect(abs(y[i] - exact) <= 1e-9 * (1 + abs(exact)))
        }
    }
}
