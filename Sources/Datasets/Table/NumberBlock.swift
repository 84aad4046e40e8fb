/// The numbers of some rows on their way into columns: rows are written side by side where they stay in the cache, and
/// each column grows by many numbers at once.
struct NumberBlock {
    private let columns, rowsAtMost: Int
    private var numbers: [Double]
    private var rows = 0

    init(columns: Int) {
        self.columns = columns
        rowsAtMost = max(1, 8192 / max(columns, 1))
        numbers = Array(repeating: 0, count: rowsAtMost * columns)
    }

    var isFull: Bool { rows == rowsAtMost }

    /// Writes one row: `body` gets its place, and says whether it wrote one.
    mutating func appendRow(_ body: (UnsafeMutablePointer<Double>) -> Bool) -> Bool {
        let start = rows * columns
        guard numbers.withUnsafeMutableBufferPointer({ body($0.baseAddress! + start) }) else { return false }
        rows += 1
        return true
    }

    /// Hands the rows over to the columns and is empty.
    mutating func flush(into builders: inout [ColumnBuilder]) {
        let (numbers, rows, columns) = (numbers, rows, columns)
        for column in 0..<columns {
            builders[column].append(numbers: (0..<rows).lazy.map { numbers[$0 * columns + column] })
        }
        self.rows = 0
    }
}
