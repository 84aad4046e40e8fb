/// Collects the cells of one column and decides at the end whether it is numeric.
///
/// A column is numeric when at least 90 % of its cells that are not missing are numbers. Numbers are stored as
/// doubles only; the text of other cells is kept with its place. A column that turns out to be text needs the
/// text of its numbers too: they are kept as text until `keptCells` cells have been numbers with none other
/// among them, which no column of text survives in practice; should one, it is an error that names --text.
struct ColumnBuilder {
    static var keptCells: Int { 10_000 }

    let name: String
    let isForcedText: Bool
    private(set) var numbers: [Double] = []
    private var others: [(row: Int, line: Int, text: String, overflow: Bool)] = []
    /// Indices of text by row, while the column may still be text.
    private var indices: [Int32] = []
    private var categories: [String] = []
    private var lookup: [String: Int32] = [:]
    private var keepsText = true
    private var missing = 0

    init(name: String, isForcedText: Bool) { (self.name, self.isForcedText) = (name, isForcedText) }

    private var count: Int { isForcedText ? indices.count : numbers.count }

    /// Takes in one cell. Returns false when it is not valid UTF-8.
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) -> Bool {
        let cell = bytes.trimmingSpaces
        if Missing.matches(cell) {
            missing += 1
            if !isForcedText { numbers.append(.nan) }
            if keepsText { indices.append(-1) }
            return true
        }
        if !isForcedText {
            switch DecimalParser.parse(cell) {
            case .number(let number):
                numbers.append(number)
                if keepsText {
                    guard numbers.count <= Self.keptCells || !others.isEmpty else {
                        (keepsText, indices, categories, lookup) = (false, [], [], [:])
                        return true
                    }
                    return appendText(bytes)
                }
                return true
            case let other:
                guard let text = String(validating: cell, as: UTF8.self) else { return false }
                if others.count < 1000 || !keepsText {
                    others.append((numbers.count, line, text, other == .overflow))
                }
                otherCount += 1
                numbers.append(.nan)
            }
        }
        return keepsText ? appendText(bytes) : true
    }

    private var otherCount = 0

    private mutating func appendText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        if let index = lookup[text] {
            indices.append(index)
        } else {
            lookup[text] = Int32(categories.count)
            indices.append(Int32(categories.count))
            categories.append(text)
        }
        return true
    }

    /// The column, or the error of its first cell that does not suit it.
    func finish(file: String) throws(DataError) -> Column {
        let present = count - missing
        if isForcedText || (otherCount > 0 && Double(present - otherCount) < 0.9 * Double(present)) {
            guard keepsText else {
                throw DataError(
                    "\(file), line \(others[0].line), column \(quoted(name)): \(quoted(others[0].text)) after many numbers",
                    hint: "If this is a column of text, name it with --text.")
            }
            return Column(name: name, values: .text(indices, categories: categories))
        }
        if let bad = others.first {
            throw DataError(
                "\(file), line \(bad.line), column \(quoted(name)): \(quoted(bad.text)) is "
                    + (bad.overflow ? "beyond the range of numbers" : "not a number"),
                hint: "Correct the cell, leave it empty if it is missing, or make the column text with --text.")
        }
        return Column(name: name, values: .numeric(numbers))
    }
}

/// The spellings of a missing value: empty, NA, N/A, NaN, null, ? (letters in any case).
enum Missing {
    static func matches(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        switch bytes.count {
        case 0: true
        case 1: bytes[0] == UInt8(ascii: "?")
        case 2: equals(bytes, "na")
        case 3: equals(bytes, "nan") || equals(bytes, "n/a")
        case 4: equals(bytes, "null")
        default: false
        }
    }

    private static func equals(_ bytes: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
        (0..<bytes.count).allSatisfy { (bytes[$0] | 0x20) == (word.utf8Start[$0] | 0x20) }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Without spaces and tabs at either end.
    var trimmingSpaces: UnsafeBufferPointer<UInt8> {
        var (start, end) = (0, count)
        while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
        while end > start, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
        return start == 0 && end == count ? self : UnsafeBufferPointer(rebasing: self[start..<end])
    }
}
