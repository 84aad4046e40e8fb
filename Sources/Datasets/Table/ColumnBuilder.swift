/// Collects the cells of one column and decides at the end whether it is numeric.
///
/// A column is numeric when at least 90 % of its cells that are not missing are numbers. While all of them are, only
/// the numbers are kept; from the first other cell on the texts are, too. Should the column turn out to be text,
/// the ``TableHead`` has the cells before.
struct ColumnBuilder {
    private let isForcedText: Bool
    private var missing: Int32 = 0
    private var numbers: [Double] = []
    /// What the column holds if it is text: nil as long as nothing speaks for it.
    private var texts: TextCells?

    init(isForcedText: Bool) {
        self.isForcedText = isForcedText
        if isForcedText { texts = TextCells(firstRow: 0) }
    }

    /// Whether all cells so far are numbers or missing: nothing but ``append(numbers:)`` needs to know of a number then.
    var isNumeric: Bool { texts == nil }

    /// Takes in a cell of any kind; returns its number, NaN where it is none, or nil when it is not valid UTF-8.
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, row: Int, line: Int) -> Double? {
        let cell = bytes.trimmingSpaces
        if Missing.matches(cell) {
            missing += 1
            texts?.indices.append(-1)
            return .nan
        }
        let result = isForcedText ? .number(.nan) : DecimalParser.parse(cell)
        if case .number(let number) = result {
            return texts?.append(bytes) == false ? nil : number
        }
        if texts == nil { texts = TextCells(firstRow: row) }
        texts!.noteOther(cell, line: line, isOverflow: result == .overflow)
        return texts!.append(bytes) ? .nan : nil
    }

    /// Makes room for as many rows.
    mutating func reserve(_ rows: Int) { if !isForcedText { numbers.reserveCapacity(rows) } }

    /// Takes in the numbers of the next rows, whose other cells were appended before.
    mutating func append(numbers block: some Collection<Double>) {
        if isForcedText { return }
        // Of a million columns with a few rows each, doubling would waste the most.
        let count = numbers.count + block.count
        if count < 1024 && count > numbers.capacity {
            numbers.reserveCapacity(max(count, numbers.count + numbers.count / 4 + 2))
        }
        numbers.append(contentsOf: block)
    }

    /// The values, or the error of the first cell that does not suit the column.
    ///
    /// - Parameters:
    ///   - place: "data.csv" and the column's name, for errors.
    ///   - head: the texts of the column's first rows, at most as many as asked for.
    consuming func finish(
        _ place: (file: String, column: String), head: (Int) -> [String]?
    ) throws(DataError) -> Column.Values {
        guard let texts else { return .numeric(numbers) }
        let present = texts.indices.count + texts.firstRow - Int(missing)
        let isText = isForcedText || Double(present - texts.otherCount) < 0.9 * Double(present)
        guard isText else {
            let other = texts.firstOther!
            throw DataError(
                "\(place.file), line \(other.line), column \(quoted(place.column)): \(quoted(other.text)) is "
                    + (other.isOverflow ? "beyond the range of numbers" : "not a number"),
                hint: "Correct the cell, leave it empty if it is missing, or make the column text with --text.")
        }
        guard let first = head(texts.firstRow) else {
            let other = texts.firstOther!
            throw DataError(
                "\(place.file), line \(other.line), column \(quoted(place.column)): \(quoted(other.text)) after many numbers",
                hint: "If this is a column of text, name it with --text.")
        }
        return texts.values(after: first)
    }
}

/// The cells of a column that may be text, as indices into its categories, from `firstRow` on.
private final class TextCells {
    let firstRow: Int
    var indices: [Int32] = []
    /// How many cells are neither missing nor numbers, and the first of them.
    private(set) var otherCount = 0
    private(set) var firstOther: (line: Int, text: String, isOverflow: Bool)?
    private var categories: [String] = []
    private var lookup: [String: Int32] = [:]

    init(firstRow: Int) { self.firstRow = firstRow }

    /// Takes in one cell. Returns false when it is not valid UTF-8.
    func append(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        indices.append(index(of: text))
        return true
    }

    func noteOther(_ cell: UnsafeBufferPointer<UInt8>, line: Int, isOverflow: Bool) {
        otherCount += 1
        if firstOther == nil { firstOther = (line, String(decoding: cell, as: UTF8.self), isOverflow) }
    }

    private func index(of text: String) -> Int32 {
        if let index = lookup[text] { return index }
        let index = Int32(categories.count)
        lookup[text] = index
        categories.append(text)
        return index
    }

    /// All values, given the texts of the rows before `firstRow`; categories in order of first appearance.
    func values(after first: [String]) -> Column.Values {
        if first.isEmpty { return .text(indices, categories: categories) }
        let rest = TextCells(firstRow: 0)
        for text in first {
            let isMissing = Array(text.utf8).withUnsafeBufferPointer { Missing.matches($0.trimmingSpaces) }
            rest.indices.append(isMissing ? -1 : rest.index(of: text))
        }
        let moved = categories.map { rest.index(of: $0) }
        return .text(rest.indices + indices.map { $0 < 0 ? -1 : moved[Int($0)] }, categories: rest.categories)
    }
}
