/// Reads the records of a CSV file into columns.
struct TableReader: ~Copyable {
    private var tokenizer: CSVTokenizer
    private let names: [String]
    private var builders: [ColumnBuilder]
    private var head: TableHead
    private var block: NumberBlock
    /// The rows read.
    private(set) var rows = 0
    private var lastLine = 0
    /// Whether no cell of any column has been text.
    private var isNumeric: Bool
    /// The column whose spellings are kept, −1 for none.
    private let labelColumn: Int
    private var spellings = Spellings()
    /// On which line each row starts.
    private(set) var lines = RowLines()

    /// Reads the header.
    init(_ tokenizer: consuming CSVTokenizer, text: Set<String>, labels: String?) throws(DataError) {
        guard try tokenizer.next() else {
            throw DataError("\(tokenizer.name) is empty", hint: "The first line must name the columns.")
        }
        let names = try Self.header(tokenizer)
        self.names = names
        labelColumn = labels.flatMap { names.firstIndex(of: $0) } ?? -1
        self.tokenizer = tokenizer
        builders = names.map { ColumnBuilder(isForcedText: text.contains($0)) }
        isNumeric = builders.allSatisfy(\.isNumeric)
        (head, block) = (TableHead(columns: names.count), NumberBlock(columns: names.count))
    }

    var source: String { tokenizer.name }

    var warnings: [String] {
        rows > 0 && tokenizer.endsOpen
            ? ["\(source), line \(lastLine): the last line has no line end; was the file cut?"] : []
    }

    mutating func readAll() throws(DataError) {
        while true {
            if !appendNumbers() { guard try appendRecord() else { break } }
            lines.append(row: rows, line: tokenizer.line)
            (rows, lastLine) = (rows + 1, tokenizer.line)
            if block.isFull { block.flush(into: &builders) }
        }
        block.flush(into: &builders)
    }

    /// Takes in the next record if it is nothing but numbers, as all before it were.
    private mutating func appendNumbers() -> Bool {
        guard head.isFull, isNumeric else { return false }
        let (count, watched) = (names.count, labelColumn)
        var label = Double.nan
        let isNumeric = block.appendRow { numbers in
            guard tokenizer.nextNumbers(count, into: numbers, watching: watched) else { return false }
            if watched >= 0 { label = numbers[watched] }
            return true
        }
        if isNumeric && watched >= 0 { tokenizer.withWatchedCell { spellings.note(label, $0) } }
        return isNumeric
    }

    /// Takes in the next record, whatever its fields hold; false at the end of the data.
    private mutating func appendRecord() throws(DataError) -> Bool {
        guard try tokenizer.next() else { return false }
        if tokenizer.fields.count != names.count {
            throw DataError(
                "\(source), line \(tokenizer.line): expected \(names.count) fields, found \(tokenizer.fields.count)",
                hint: "Every line needs as many fields as the header.")
        }
        if !head.isFull {
            head.append(tokenizer)
            if head.isFull, let rows = tokenizer.estimatedRecords(after: rows) { reserve(rows) }
        }
        if let column = appendCells() {
            throw DataError(
                "\(source), line \(tokenizer.line), byte \(tokenizer.offset(of: column)), column \(quoted(names[column])): the text is not valid UTF-8",
                hint: "Convert the file to UTF-8.")
        }
        if isNumeric { isNumeric = builders.allSatisfy(\.isNumeric) }
        return true
    }

    /// Room for as many rows as the file seems to have, so that long columns need not move.
    private mutating func reserve(_ rows: Int) {
        for column in builders.indices { builders[column].reserve(rows) }
    }

    /// Takes in the cells of the current record; returns the first column that is not valid UTF-8.
    private mutating func appendCells() -> Int? {
        let (row, line) = (rows, tokenizer.line)
        var invalid: Int?
        _ = block.appendRow { numbers in
            tokenizer.withCells { cells in
                for column in builders.indices {
                    guard let number = builders[column].append(cells[column], row: row, line: line) else {
                        invalid = column
                        return false
                    }
                    numbers[column] = number
                    if column == labelColumn { spellings.note(number, cells[column]) }
                }
                return true
            }
        }
        return invalid
    }

    /// The columns of all rows read.
    consuming func finish() throws(DataError) -> [Column] {
        var columns: [Column] = []
        columns.reserveCapacity(names.count)
        for (index, name) in names.enumerated() {
            let values = try builders[index].finish((source, name)) { head.texts(of: index, rows: $0) }
            columns.append(Column(name: name, values: values, spellings: index == labelColumn ? spellings.texts : [:]))
        }
        return columns
    }

    private static func header(_ tokenizer: borrowing CSVTokenizer) throws(DataError) -> [String] {
        var names: [String] = []
        for index in tokenizer.fields.indices {
            let name = tokenizer.withCells { String(validating: $0[index].trimmingSpaces, as: UTF8.self) }
            guard let name else {
                throw DataError(
                    "\(tokenizer.name), line \(tokenizer.line), byte \(tokenizer.offset(of: index)): the name of column \(index + 1) is not valid UTF-8",
                    hint: "Convert the file to UTF-8.")
            }
            names.append(name)
        }
        try Table.check(names: names, source: tokenizer.name, line: tokenizer.line)
        return names
    }
}
