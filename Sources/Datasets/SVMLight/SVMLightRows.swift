/// The rows of an svmlight file, side by side, as its lines are parsed.
struct SVMLightRows {
    /// What is wrong with a line, and where.
    struct Fault {
        let column: Int
        let what: String
        let hint: String?
    }

    let mayCountFromZero: Bool
    private(set) var labels: [Double] = []
    /// Where each row starts in `indices` and `values`.
    private(set) var starts = [0]
    /// As written.
    private(set) var indices: [Int32] = []
    private(set) var values: [Double] = []
    /// Of all indices, those of zeros included, which are not stored.
    private(set) var (smallest, largest) = (Int.max, -1)
    /// Where the largest index is.
    private(set) var largestPlace = (line: 0, column: 0)
    /// The first line with a query id.
    private(set) var queryLine: Int?
    private var line = 0

    init(mayCountFromZero: Bool) { self.mayCountFromZero = mayCountFromZero }

    /// Appends the row on a line, if there is one.
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) -> Fault? {
        self.line = line
        var index = 0
        skipSpaces(bytes, &index)
        if isEnd(bytes, index) { return nil }
        if labels.count == Int32.max - 1 {
            return Fault(column: 1, what: "more than \(Int32.max - 1) rows", hint: "Take a part of the rows.")
        }
        switch Self.number(bytes, &index) {
        case .success(let value): labels.append(value)
        case .failure(let what): return labelFault(bytes, index, what)
        }
        skipSpaces(bytes, &index)
        if startsQuery(bytes, index) { if let fault = parseQuery(bytes, &index) { return fault } }
        var previous = -1
        while !isEnd(bytes, index) {
            if let fault = parseFeature(bytes, &index, &previous) { return fault }
            skipSpaces(bytes, &index)
        }
        starts.append(values.count)
        return nil
    }

    /// Reads `index:value`.
    @inline(__always)
    private mutating func parseFeature(
        _ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int, _ previous: inout Int
    ) -> Fault? {
        let start = index
        var feature = 0
        while index < bytes.count, bytes[index] &- UInt8(ascii: "0") <= 9, feature <= SVMLight.mostFeatures {
            feature = feature &* 10 &+ Int(bytes[index] &- UInt8(ascii: "0"))
            index &+= 1
        }
        if index == start || index == bytes.count || bytes[index] != UInt8(ascii: ":")
            || feature > SVMLight.mostFeatures || feature <= previous || (feature == 0 && !mayCountFromZero)
        {
            return featureFault(bytes, start, index, feature, previous)
        }
        index &+= 1
        let valueStart = index
        switch Self.number(bytes, &index) {
        case .success(let value):
            if feature > largest { (largest, largestPlace) = (feature, (line, start + 1)) }
            if previous < 0 && feature < smallest { smallest = feature }
            previous = feature
            if value == 0 { return nil }
            indices.append(Int32(truncatingIfNeeded: feature))
            values.append(value)
            return nil
        case .failure(let what):
            return Fault(
                column: valueStart + 1, what: "the value of feature \(feature), \(what)",
                hint: "A feature is index:value, without spaces in it.")
        }
    }

    private enum Number {
        case success(Double)
        case failure(String)
    }

    /// The number at `index`, which moves behind it; it must end with the line, a space or a comment.
    @inline(__always)
    private static func number(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Number {
        let start = index
        if let value = DecimalParser.scanQuickly(bytes, &index), index == bytes.count || isBreak(bytes[index]) {
            return .success(value)
        }
        index = start
        return unusualNumber(bytes, &index)
    }

    @inline(never)
    private static func unusualNumber(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Number {
        var end = index
        while end < bytes.count, !isBreak(bytes[end]) { end += 1 }
        let token = UnsafeBufferPointer(rebasing: bytes[index..<end])
        switch DecimalParser.parse(token) {
        case .number(let value):
            index = end
            return .success(value)
        case .overflow: return .failure("\(text(token)), is beyond the largest double")
        case .notANumber: return .failure(token.isEmpty ? "is missing" : "\(text(token)), is not a number")
        }
    }

    // MARK: Query ids

    func startsQuery(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        index + 4 <= bytes.count && bytes[index..<(index + 4)].elementsEqual("qid:".utf8)
    }

    private mutating func parseQuery(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Fault? {
        let start = index
        index += 4
        let digits = index
        while index < bytes.count, bytes[index] &- UInt8(ascii: "0") <= 9 { index += 1 }
        if index == digits || (index < bytes.count && !Self.isBreak(bytes[index])) {
            return Fault(
                column: start + 1, what: "\(Self.token(bytes, start)) is no query id",
                hint: "A query id is qid:number behind the label.")
        }
        queryLine = queryLine ?? line
        skipSpaces(bytes, &index)
        return nil
    }

    // MARK: Bytes

    @inline(__always)
    private static func isBreak(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "#")
    }

    @inline(__always)
    private func isEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        index == bytes.count || bytes[index] == UInt8(ascii: "#")
    }

    @inline(__always)
    private func skipSpaces(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
        while index < bytes.count, bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: "\t") {
            index &+= 1
        }
    }

    /// What stands at `start` up to the next space, as errors show it.
    static func token(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> String {
        var end = start
        while end < bytes.count, !isBreak(bytes[end]), end - start < 200 { end += 1 }
        return text(UnsafeBufferPointer(rebasing: bytes[start..<end]))
    }

    static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        quoted(String(decoding: bytes.prefix(200), as: UTF8.self))
    }
}
