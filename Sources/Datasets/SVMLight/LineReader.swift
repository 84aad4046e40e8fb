internal import Glibc

/// The lines of a text, one at a time, with LF or CRLF at their ends; memory holds one block, or one line where that is
/// longer.
struct LineReader: ~Copyable {
    /// A longer line is no line but a file without line ends.
    static var longestLine: Int { 1 << 28 }

    /// The number of the current line, counted from 1.
    private(set) var line = 0
    /// Whether the data ended without an end of the current line: it may be the half of one.
    private(set) var endsOpen = false
    private var source: ByteSource
    private var buffer = [UInt8](repeating: 0, count: ByteSource.blockSize)
    /// The unread bytes are buffer[position ..< filled].
    private var (position, filled) = (0, 0)
    private var current = 0..<0

    /// The name of the data in errors.
    var name: String { source.name }

    init(_ source: consuming ByteSource) throws(DataError) {
        self.source = source
        while filled < 3 { if try !refill() { break } }
        // A byte-order mark is no part of the first line.
        if filled >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { position = 3 }
    }

    /// Moves to the next line; false at the end of the data.
    mutating func next() throws(DataError) -> Bool {
        guard let end = try findLineEnd() else { return false }
        line += 1
        endsOpen = end == filled
        let text = end > position && buffer[end - 1] == 0x0D ? end - 1 : end
        current = position..<text
        position = endsOpen ? end : end + 1
        return true
    }

    /// Calls `body` with `state` and the bytes of the current line without its end, valid for the call only.
    func withLine<State, Result>(
        _ state: inout State, _ body: (inout State, UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        buffer.withUnsafeBufferPointer { body(&state, UnsafeBufferPointer(rebasing: $0[current])) }
    }

    /// The place of the next LF, or of the end of the data; nil when nothing is left.
    private mutating func findLineEnd() throws(DataError) -> Int? {
        var searched = position
        while true {
            let (from, to) = (searched, filled)
            let place: Int? = buffer.withUnsafeBufferPointer { bytes in
                memchr(bytes.baseAddress! + from, 0x0A, to - from).map {
                    bytes.baseAddress!.distance(to: $0.assumingMemoryBound(to: UInt8.self))
                }
            }
            if let place { return place }
            let unread = filled - position
            guard try refill() else { return unread == 0 ? nil : filled }
            searched = position + unread
        }
    }

    /// Moves the unread bytes to the front and reads more behind them; false at the end of the data.
    private mutating func refill() throws(DataError) -> Bool {
        let (from, count) = (position, filled - position)
        if from > 0 && count > 0 {
            buffer.withUnsafeMutableBufferPointer { _ = memmove($0.baseAddress!, $0.baseAddress! + from, count) }
        }
        (position, filled) = (0, count)
        if filled == buffer.count {
            if buffer.count >= Self.longestLine {
                throw DataError(
                    "\(name), line \(line + 1): a line longer than \(Self.longestLine >> 20) MiB",
                    hint: "Are the line ends missing?")
            }
            buffer.append(contentsOf: repeatElement(0, count: buffer.count))
        }
        let read = try source.read(into: &buffer, from: filled)
        filled += read
        return read > 0
    }
}
