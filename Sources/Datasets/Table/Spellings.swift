/// How the numbers of one column first stood in the data: the labels of a class are told as they were written, and
/// "1.0" and "1" are one class by the name of the first.
///
/// - Complexity: a look-up a row, until the column has more values than a target can have classes; for the first eight
///   values, which are all that most targets have, a comparison.
struct Spellings {
    static let mostLabels = 10_000

    private(set) var texts: [Double: String] = [:]
    private var first = InlineArray<8, Double>(repeating: .nan)
    private var isOpen = true

    mutating func note(_ number: Double, _ cell: UnsafeBufferPointer<UInt8>) {
        if !isOpen || number.isNaN { return }
        for index in first.indices where first[index] == number { return }
        if texts[number] != nil { return }
        if texts.count < first.count { first[texts.count] = number }
        texts[number] = String(decoding: cell.trimmingSpaces, as: UTF8.self)
        if texts.count > Self.mostLabels { (texts, isOpen) = ([:], false) }
    }
}
