/// Named columns of equal length, as a file holds them.
public struct Table: Sendable, Equatable {
    /// The columns, in the order of the file.
    public let columns: [Column]
    /// The number of rows.
    public let rowCount: Int
    /// The file's name, for errors.
    public let source: String
    /// What reading asked to be said: a last line that may be cut.
    public let warnings: [String]
    private let lines: RowLines

    /// A table of the given columns.
    ///
    /// - Throws: ``DataError`` when columns differ in length or share a name.
    public init(columns: [Column], source: String = "table") throws(DataError) {
        rowCount = columns.first?.count ?? 0
        (self.columns, self.source, warnings, lines) = (columns, source, [], RowLines())
        try Self.check(names: columns.map(\.name), source: source, line: nil)
        if let odd = columns.first(where: { $0.count != rowCount }) {
            throw DataError("\(source): column \(quoted(odd.name)) has \(odd.count) rows, the first has \(rowCount)")
        }
    }

    /// Reads a CSV file with a header; "-" is standard input.
    ///
    /// - Parameters:
    ///   - text: columns to read as text whatever they hold.
    ///   - labels: a column whose numbers are to be classified: each is remembered as it first stands in the data, so
    ///     that the class of 1.0 is called "1.0". Others are called by their shortest form, "1".
    /// - Throws: ``DataError`` with line, column and text.
    /// - Complexity: one pass; memory for 8 bytes a number, and for distinct texts.
    public init(contentsOf path: String, text: Set<String> = [], labels: String? = nil) throws(DataError) {
        try self.init(TableReader(CSVTokenizer(ByteSource(path: path)), text: text, labels: labels))
    }

    /// Reads CSV with a header from memory.
    public init(
        csv bytes: [UInt8], name: String = "data", text: Set<String> = [], labels: String? = nil
    ) throws(DataError) {
        try self.init(TableReader(CSVTokenizer(ByteSource(name: name, bytes: bytes)), text: text, labels: labels))
    }

    private init(_ reader: consuming TableReader) throws(DataError) {
        try reader.readAll()
        source = reader.source
        (rowCount, warnings, lines) = (reader.rows, reader.warnings, reader.lines)
        columns = try reader.finish()
    }

    static func check(names: [String], source: String, line: Int?) throws(DataError) {
        let place = line.map { "\(source), line \($0)" } ?? source
        var seen: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            if name.isEmpty {
                throw DataError(
                    "\(place): column \(index + 1) has no name", hint: "The first line must name the columns.")
            }
            if let earlier = seen[name] {
                throw DataError(
                    "\(place): columns \(earlier + 1) and \(index + 1) are both named \(quoted(name))",
                    hint: "Give every column a name of its own.")
            }
            seen[name] = index
        }
    }

    /// Where a row, counted from 0, stands, for errors: "data.csv, line 7"; of a table that was not read from a file
    /// "table, row 6", counted from 1.
    package func place(ofRow row: Int) -> String {
        lines.line(ofRow: row).map { "\(source), line \($0)" } ?? "\(source), row \(row + 1)"
    }

    /// The column of that name, or nil.
    public func column(_ name: String) -> Column? { columns.first { $0.name == name } }

    /// The column of that name.
    ///
    /// - Throws: ``DataError`` that lists the names there are.
    package func require(_ name: String, as what: String) throws(DataError) -> Column {
        if let column = column(name) { return column }
        let names = columns.prefix(12).map(\.name).joined(separator: ", ") + (columns.count > 12 ? ", …" : "")
        throw DataError("\(source) has no column \(quoted(name)) for \(what)", hint: "Its columns are: \(names)")
    }
}
