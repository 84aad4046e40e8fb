internal import Glibc

/// Splits bytes into records and fields by RFC 4180.
///
/// Fields are separated by commas; a field in double quotes may hold commas, line ends and doubled quotes;
/// records end with LF, CRLF or CR; a byte-order mark at the start and blank lines are skipped; a last record may
/// lack its line end. Memory holds one block, or one record where that is longer.
///
/// A record without quotes takes the fast path: memchr to its line end, one pass for its commas.
struct CSVTokenizer: ~Copyable {
    /// A record longer than this is no table row but a file without line ends.
    static var longestRecord: Int { 1 << 28 }

    /// The line on which the current record starts, counted from 1.
    private(set) var line = 0
    /// The fields of the current record: ranges of `buffer`, without their quotes.
    private(set) var fields: [Range<Int>] = []
    private(set) var buffer: [UInt8]
    /// Whether the data ended inside the current record: neither a line end nor a closing quote ends its last field,
    /// which may be the half of one.
    private(set) var endsOpen = false
    private var source: ByteSource
    /// The unread bytes are buffer[position ..< filled]; buffer[0] is byte `bufferOffset` of the data.
    private var (position, filled, bufferOffset) = (0, 0, 0)
    private var nextLine = 1
    private var watchedCell = 0..<0
    /// Whether some record ended with a lone CR, so that looking for LF may run far.
    private var endsWithCarriageReturns = false
    /// Whether the current record has a quoted field: a lone "" is an empty field, not a blank line.
    private var hasQuotedField = false

    /// The name of the data in errors.
    var name: String { source.name }

    init(_ source: consuming ByteSource) throws(DataError) {
        self.source = source
        buffer = [UInt8](repeating: 0, count: ByteSource.blockSize)
        while filled < 3 { if try !refill() { break } }
        if filled >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { position = 3 }
    }

    /// Moves to the next record that is not blank; false at the end of the data.
    mutating func next() throws(DataError) -> Bool {
        while true {
            line = nextLine
            fields.removeAll(keepingCapacity: true)
            if position == filled { guard try refill() else { return false } }
            let isQuoted = try !scanPlainRecord()
            if isQuoted { try scanQuotedRecord() }
            let isBlank = fields.count == 1 && fields[0].isEmpty && !(isQuoted && hasQuotedField)
            if !isBlank { return true }
        }
    }

    /// Reads the next record if it is nothing but `count` plain numbers and lies in the buffer, in one pass; else
    /// returns false and leaves it to ``next()``. The text of the field number `watched` is then there for ``withWatchedCell(_:)``.
    mutating func nextNumbers(_ count: Int, into numbers: UnsafeMutablePointer<Double>, watching watched: Int) -> Bool {
        let (start, end) = (position, filled)
        var cell = start..<start
        let behind: Int? = buffer.withUnsafeBufferPointer { bytes in
            let bytes = UnsafeBufferPointer(rebasing: bytes[..<end])
            var index = start
            for field in 0..<count {
                let from = index
                guard let number = DecimalParser.scanQuickly(bytes, &index), index < end else { return nil }
                numbers[field] = number
                if field == watched { cell = from..<index }
                if field == count - 1 { break }
                if bytes[index] != UInt8(ascii: ",") { return nil }
                index += 1
            }
            if bytes[index] == UInt8(ascii: "\r") && index + 1 < end { index += 1 }
            return bytes[index] == UInt8(ascii: "\n") ? index + 1 : nil
        }
        guard let behind else { return false }
        line = nextLine
        nextLine += 1
        position = behind
        watchedCell = cell
        return true
    }

    /// The bytes of the watched field of the record that ``nextNumbers(_:into:watching:)`` read, valid for the call only.
    func withWatchedCell<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        buffer.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[watchedCell])) }
    }

    /// How many records there may be in all, judging by the `count` read so far; nil when the data's size is unknown.
    func estimatedRecords(after count: Int) -> Int? {
        source.size.map { Int(Double($0) / Double(max(bufferOffset + position, 1)) * Double(count) * 1.02) }
    }

    /// The bytes of the current record's fields, valid for the call only.
    func withCells<Result>(_ body: (Cells) -> Result) -> Result {
        buffer.withUnsafeBufferPointer { bytes in
            fields.withUnsafeBufferPointer { body(Cells(bytes: bytes, fields: $0)) }
        }
    }

    /// The fields of a record.
    struct Cells {
        fileprivate let bytes: UnsafeBufferPointer<UInt8>
        fileprivate let fields: UnsafeBufferPointer<Range<Int>>

        subscript(field: Int) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[fields[field]]) }
    }

    /// The place in the data where a field's text starts.
    func offset(of field: Int) -> Int { bufferOffset + fields[field].lowerBound }

    // MARK: Records without quotes

    /// Splits the record at `position` if it has no quotes and ends with LF, CRLF or the data; else returns false.
    private mutating func scanPlainRecord() throws(DataError) -> Bool {
        if endsWithCarriageReturns { return false }
        guard let end = try findLineFeed() else { return false }
        let (start, fileEnds) = (position, end == filled)
        var (fieldStart, isPlain) = (start, true)
        buffer.withUnsafeBufferPointer { bytes in
            for index in start..<end {
                let byte = bytes[index]
                if byte > 0x2C { continue }
                if byte == 0x2C {
                    fields.append(fieldStart..<index)
                    fieldStart = index &+ 1
                } else if byte == 0x22 || byte == 0 || (byte == 0x0D && index &+ 1 != end) {
                    isPlain = false
                    return
                }
            }
        }
        guard isPlain else {
            fields.removeAll(keepingCapacity: true)
            return false
        }
        let trimmed = end > start && buffer[end - 1] == 0x0D ? end - 1 : end
        fields.append(fieldStart..<max(trimmed, fieldStart))
        endsOpen = fileEnds && trimmed == end
        position = fileEnds ? end : end + 1
        nextLine += 1
        return true
    }

    /// The place of the next LF, or of the end of the data; nil when lone CRs come first.
    private mutating func findLineFeed() throws(DataError) -> Int? {
        var searched = position
        while true {
            let (from, to) = (searched, filled)
            let place: Int? = buffer.withUnsafeBufferPointer { bytes in
                memchr(bytes.baseAddress! + from, 0x0A, to - from).map {
                    bytes.baseAddress!.distance(to: $0.assumingMemoryBound(to: UInt8.self))
                }
            }
            if let place { return place }
            // A CR that is not the last byte cannot be the first half of a CRLF: without an LF it ends a record.
            let hasCarriageReturn = buffer[from..<to].dropLast().contains(0x0D)
            if hasCarriageReturn { return nil }
            let unread = filled - position
            guard try refill() else { return filled }
            searched = position + unread
        }
    }

    // MARK: Records with quotes, or that end with a lone CR

    private mutating func scanQuotedRecord() throws(DataError) {
        let end = try findRecordEnd()
        hasQuotedField = false
        var index = position
        while true {
            index = try splitField(from: index, recordEnd: end)
            if index == end { break }
            index += 1  // the comma
        }
        try consumeLineEnd(at: end)
    }

    /// The place where the record ends: a line end outside quotes, or the end of the data.
    private mutating func findRecordEnd() throws(DataError) -> Int {
        // A quote opens a field at its start, and reopens one that the quote before it seemed to close.
        var (distance, inQuotes, mayOpen) = (0, false, true)
        while true {
            while position + distance < filled {
                let byte = buffer[position + distance]
                switch byte {
                case 0x22:
                    if !inQuotes && !mayOpen {
                        throw error(
                            "a quote inside an unquoted field", at: position + distance,
                            "Quote the whole field and double the quotes inside it.")
                    }
                    inQuotes.toggle()
                case 0x0A, 0x0D: if !inQuotes { return position + distance }
                case 0: throw error("a NUL byte", at: position + distance, "This is no text file in UTF-8.")
                default: break
                }
                mayOpen = byte == 0x2C || byte == 0x22
                distance += 1
            }
            if try !refill() { break }
        }
        if inQuotes {
            throw error(
                "a quoted field that is never closed", at: position,
                "Close the quote, or double it inside a quoted field.")
        }
        return filled
    }

    /// Appends the field at `start`; returns the place of the comma behind it, or the record's end.
    private mutating func splitField(from start: Int, recordEnd end: Int) throws(DataError) -> Int {
        guard start < end, buffer[start] == 0x22 else {
            var index = start
            while index < end, buffer[index] != 0x2C { index += 1 }
            fields.append(start..<index)
            return index
        }
        hasQuotedField = true
        // Doubled quotes shrink in place: the text moves up to `write`.
        var (read, write) = (start + 1, start + 1)
        while read < end {
            if buffer[read] == 0x22 {
                if read + 1 < end, buffer[read + 1] == 0x22 { read += 1 } else { break }
            }
            if buffer[read] == 0x0A || (buffer[read] == 0x0D && buffer[read + 1] != 0x0A) { nextLine += 1 }
            buffer[write] = buffer[read]
            (read, write) = (read + 1, write + 1)
        }
        fields.append(start + 1..<write)
        read += 1  // the closing quote, which findRecordEnd has seen
        if read < end, buffer[read] != 0x2C {
            throw error(
                "text behind a closing quote", at: read, "Quote the whole field and double the quotes inside it.")
        }
        return read
    }

    private mutating func consumeLineEnd(at end: Int) throws(DataError) {
        nextLine += 1
        if end == filled {
            endsOpen = buffer[end - 1] != 0x22
            position = end
            return
        }
        let isCarriageReturn = buffer[end] == 0x0D
        if isCarriageReturn && end + 1 == filled {
            // The LF of a CRLF may lie in the next block; the record stays where it is.
            try appendBlock()
        }
        let isPair = isCarriageReturn && end + 1 < filled && buffer[end + 1] == 0x0A
        if isCarriageReturn && !isPair { endsWithCarriageReturns = true }
        position = end + (isPair ? 2 : 1)
    }

    // MARK: Blocks

    /// Moves the unread bytes to the front and reads more behind them; false at the end of the data.
    private mutating func refill() throws(DataError) -> Bool {
        if position > 0 {
            let (from, count) = (position, filled - position)
            buffer.withUnsafeMutableBufferPointer { bytes in
                if count > 0 { memmove(bytes.baseAddress!, bytes.baseAddress! + from, count) }
            }
            bufferOffset += position
            (position, filled) = (0, count)
        }
        return try appendBlock()
    }

    /// Reads more bytes behind the ones in the buffer, which grows when it is full.
    @discardableResult
    private mutating func appendBlock() throws(DataError) -> Bool {
        if filled == buffer.count {
            if buffer.count >= Self.longestRecord {
                throw error(
                    "a record longer than \(Self.longestRecord >> 20) MiB", at: position,
                    "Is a quote not closed, or are the line ends missing?")
            }
            buffer.append(contentsOf: repeatElement(0, count: buffer.count))
        }
        let count = try source.read(into: &buffer, from: filled)
        filled += count
        return count > 0
    }

    private func error(_ what: String, at index: Int, _ hint: String) -> DataError {
        DataError("\(source.name), line \(nextLine), byte \(bufferOffset + index): \(what)", hint: hint)
    }
}
