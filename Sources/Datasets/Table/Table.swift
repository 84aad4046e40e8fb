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

    /// A table of the given columns.
    ///
    /// - Throws: ``DataError`` when columns differ in length or share a name.
    public init(columns: [Column], source: String = "table") throws(DataError) {
        rowCount = columns.first?.count ?? 0
        (self.columns, self.source, warnings) = (columns, source, [])
        try Self.check(names: columns.map(\.name), source: source, line: nil)
        if let odd = columns.first(where: { $0.count != rowCount }) {
            throw DataError("\(source): column \(quoted(odd.name)) has \(odd.count) rows, the first has \(rowCount)")
        }
    }

    /// Reads a CSV file with a header; "-" is standard input.
    ///
    /// - Parameter text: columns to read as text whatever they hold.
    /// - Throws: ``DataError`` with line, column and text.
    /// - Complexity: one pass; memory for 8 bytes a number, and for distinct texts.
    public init(contentsOf path: String, text: Set<String> = []) throws(DataError) {
        try self.init(CSVTokenizer(ByteSource(path: path)), text: text)
    }

    /// Reads CSV with a header from memory.
    public init(csv bytes: [UInt8], name: String = "data", text: Set<String> = []) throws(DataError) {
        try self.init(CSVTokenizer(ByteSource(name: name, bytes: bytes)), text: text)
    }

    private init(_ tokenizer: consuming CSVTokenizer, text: Set<String>) throws(DataError) {
        var tokenizer = tokenizer
        let source = tokenizer.name
        guard try tokenizer.next() else {
            throw DataError("\(source) is empty", hint: "The first line must name the columns.")
        }
        let names = try Self.header(tokenizer)
        var builders = names.map { ColumnBuilder(name: $0, isForcedText: text.contains($0)) }
        var (rows, lastLine) = (0, 0)
        while try tokenizer.next() {
            if tokenizer.fields.count != names.count {
                throw DataError(
                    "\(source), line \(tokenizer.line): expected \(names.count) fields, found \(tokenizer.fields.count)",
                    hint: "Every line needs as many fields as the header.")
            }
            for column in names.indices {
                let line = tokenizer.line
                let isValid = tokenizer.withBytes(of: column) { builders[column].append($0, line: line) }
                if !isValid {
                    throw DataError(
                        "\(source), line \(line), byte \(tokenizer.offset(of: column)), column \(quoted(names[column])): the text is not valid UTF-8",
                        hint: "Convert the file to UTF-8.")
                }
            }
            (rows, lastLine) = (rows + 1, tokenizer.line)
        }
        var columns: [Column] = []
        for builder in builders { columns.append(try builder.finish(file: source)) }
        (self.columns, self.source, rowCount) = (columns, source, rows)
        warnings =
            rows > 0 && tokenizer.endsOpen
            ? ["\(source), line \(lastLine): the last line has no line end; was the file cut?"] : []
    }

    private static func header(_ tokenizer: borrowing CSVTokenizer) throws(DataError) -> [String] {
        var names: [String] = []
        for index in tokenizer.fields.indices {
            let name = tokenizer.withBytes(of: index) { String(validating: $0.trimmingSpaces, as: UTF8.self) }
            guard let name else {
                throw DataError(
                    "\(tokenizer.name), line \(tokenizer.line), byte \(tokenizer.offset(of: index)): the name of column \(index + 1) is not valid UTF-8",
                    hint: "Convert the file to UTF-8.")
            }
            names.append(name)
        }
        try check(names: names, source: tokenizer.name, line: tokenizer.line)
        return names
    }

    private static func check(names: [String], source: String, line: Int?) throws(DataError) {
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
