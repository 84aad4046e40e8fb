/// The texts of a table's first rows, for columns that begin with numbers and turn out to be text.
struct TableHead {
    /// It ends with the row that reaches one of these.
    private static let mostRows = 10_000
    private static let mostBytes = 1 << 23

    private let columns: Int
    private var bytes: [UInt8] = []
    /// Where each cell ends in `bytes`, row after row.
    private var ends: [UInt32] = []
    private(set) var isFull = false

    init(columns: Int) { self.columns = columns }

    /// Takes in the tokenizer's current record.
    ///
    /// - Precondition: it is not full.
    mutating func append(_ tokenizer: borrowing CSVTokenizer) {
        tokenizer.withCells { cells in
            for column in 0..<columns {
                bytes.append(contentsOf: cells[column])
                ends.append(UInt32(bytes.count))
            }
        }
        isFull = ends.count >= Self.mostRows * columns || bytes.count + 4 * ends.count >= Self.mostBytes
    }

    /// The first `rows` cells of a column; nil when there are not so many here.
    func texts(of column: Int, rows: Int) -> [String]? {
        if rows * columns > ends.count { return nil }
        return (0..<rows).map { row in
            let cell = row * columns + column
            return String(decoding: bytes[(cell == 0 ? 0 : Int(ends[cell - 1]))..<Int(ends[cell])], as: UTF8.self)
        }
    }
}
