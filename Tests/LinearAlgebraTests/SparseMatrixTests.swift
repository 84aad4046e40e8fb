import LariatTestSupport
import LinearAlgebra
import Testing

/// Sparse matrices are made, taken apart and checked.
@Suite("Sparse matrices")
struct SparseMatrixTests {
    /// About a fifth of the elements are not zero.
    private static func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Double> {
        var generator = CounterGenerator(seed: seed)
        return Matrix(rows: rows, columns: columns) { _, _ in
            generator.next(below: 5) == 0 ? 2 * generator.nextUniform() - 1 : 0
        }
    }

    @Test(arguments: [(0, 0), (0, 3), (3, 0), (1, 1), (7, 5), (40, 23)])
    func denseAndBack(rows: Int, columns: Int) {
        let dense = Self.random(rows, columns, seed: UInt64(rows))
        let sparse = SparseMatrix(dense)
        #expect(sparse.rows == rows && sparse.columns == columns)
        #expect(sparse.count == dense.elements.count { $0 != 0 })
        #expect(Matrix(sparse) == dense && ColumnMatrix(sparse) == ColumnMatrix(dense))
    }

    @Test func negativeZeroIsNotStored() {
        #expect(SparseMatrix(Matrix<Float>([[-0.0, 1], [0, -0.0]])).count == 1)
    }

    @Test(arguments: UInt64(0)..<20)
    func tripletsInAnyOrder(seed: UInt64) throws {
        var generator = CounterGenerator(seed: seed)
        let (rows, columns) = (1 + generator.next(below: 9), 1 + generator.next(below: 9))
        var sums = Matrix<Double>(rows: rows, columns: columns)
        var (i, j, values) = ([Int](), [Int](), [Double]())
        for _ in 0..<generator.next(below: 60) {
            i.append(generator.next(below: rows))
            j.append(generator.next(below: columns))
            values.append(Double(generator.next(below: 9) - 4))
            sums[i.last!, j.last!] += values.last!
        }
        let sparse = try SparseMatrix(rows: rows, columns: columns, rowIndices: i, columnIndices: j, values: values)
        #expect(Matrix(sparse) == sums)
        #expect(sparse.count == Set(zip(i, j).map { [$0, $1] }).count)
        // What comes out meets what the parts of a matrix must.
        let again = try SparseMatrix(
            checking: rows, columnStarts: sparse.columnStarts, rowIndices: sparse.rowIndices, values: sparse.values)
        #expect(again == sparse)
    }

    @Test(arguments: UInt64(0)..<20)
    func selectedRows(seed: UInt64) {
        var generator = CounterGenerator(seed: seed, stream: 1)
        let dense = Self.random(12, 7, seed: seed)
        var rows = (0..<generator.next(below: 30)).map { _ in generator.next(below: 12) }
        if seed % 2 == 0 { rows.sort() }
        #expect(SparseMatrix(dense).selecting(rows: rows) == SparseMatrix(dense.selecting(rows: rows)))
    }

    @Test(
        arguments: [
            (-1, [0], [], [], "a sparse matrix cannot have -1 rows"),
            (2, [], [], [], "0 column starts do not fit 0 rows and 0 values"),
            (2, [0, 1], [0], [], "2 column starts do not fit 1 rows and 0 values"),
            (2, [0, 2, 1, 2], [0, 1], [1, 1], "the starts of columns 1 and 2 do not ascend"),
            (2, [0, 5, 2], [0, 1], [1, 1], "the starts of columns 0 and 1 do not ascend"),
            (2, [0, 2], [1, 0], [1, 1], "the rows of column 0 do not ascend in 0 ..< 2"),
            (2, [0, 0, 2], [1, 1], [1, 1], "the rows of column 1 do not ascend in 0 ..< 2"),
            (2, [0, 1], [2], [1], "the rows of column 0 do not ascend in 0 ..< 2"),
            (2, [0, 1], [-1], [1], "the rows of column 0 do not ascend in 0 ..< 2"),
            (2, [0, 0, 1, 1], [1], [.infinity], "the value in row 1 of column 1 is inf"),
        ] as [(Int, [Int], [Int32], [Double], String)])
    func partsThatDoNotFit(
        rows: Int, starts: [Int], places: [Int32], values: [Double], message: String
    ) throws {
        let error = #expect(throws: SparseMatrixError.self) {
            try SparseMatrix(checking: rows, columnStarts: starts, rowIndices: places, values: values)
        }
        #expect(error?.description == message)
    }

    @Test(
        arguments: [
            (2, -1, [], [], [], "a sparse matrix cannot be [2 × -1]"),
            (2, 2, [0], [0, 1], [1], "1 rows and 2 columns do not fit 1 values"),
            (2, 2, [0, 2], [0, 1], [1, 1], "triplet 1, 1.0 in row 2 and column 1, does not fit [2 × 2]"),
            (2, 2, [0], [-1], [1], "triplet 0, 1.0 in row 0 and column -1, does not fit [2 × 2]"),
            (2, 2, [0], [0], [.nan], "triplet 0, nan in row 0 and column 0, does not fit [2 × 2]"),
        ] as [(Int, Int, [Int], [Int], [Double], String)])
    func tripletsThatDoNotFit(
        rows: Int, columns: Int, i: [Int], j: [Int], values: [Double], message: String
    ) throws {
        let error = #expect(throws: SparseMatrixError.self) {
            try SparseMatrix(rows: rows, columns: columns, rowIndices: i, columnIndices: j, values: values)
        }
        #expect(error?.description == message)
    }
}
