import LariatDatasets
import LinearAlgebra
import Testing

/// Random tables, written in every way that RFC 4180 and its looser relatives allow, come back as they were.
@Suite("Random CSV files")
struct CSVRandomFileTests {
    @Test(arguments: UInt64(0)..<10)
    func smallFiles(seed: UInt64) throws {
        var generator = CounterGenerator(seed: seed)
        for _ in 0..<1000 {
            try RandomFile(rows: 1 + generator.next(below: 5), columns: 1 + generator.next(below: 4), &generator)
                .check()
        }
    }

    /// Files of several blocks, so that every kind of thing lies across the end of one.
    @Test(arguments: UInt64(10)..<26)
    func longFiles(seed: UInt64) throws {
        var generator = CounterGenerator(seed: seed)
        try RandomFile(rows: 30_000 + Int(seed), columns: 3, &generator).check()
    }
}

private struct RandomFile {
    let names: [String]
    var cells: [[String]]
    var bytes: [UInt8] = []

    private static let pieces = ["a", "b", "1", ".", " ", "\t", "é", "🙂", ",", "\"", "\n", "\r\n", "\r", "NA", "-"]

    init(rows: Int, columns: Int, _ generator: inout CounterGenerator) {
        names = (0..<columns).map { "c\($0)" }
        cells = []
        for _ in 0..<rows {
            cells.append(
                (0..<columns).map { _ in
                    (0..<generator.next(below: 6)).map { _ in Self.pieces[generator.next(below: Self.pieces.count)] }
                        .joined()
                })
        }
        write(&generator)
    }

    private mutating func write(_ generator: inout CounterGenerator) {
        let ending = ["\n", "\r\n", "\r"][generator.next(below: 3)]
        let (hasBlankLines, hasMark) = (generator.next(below: 4) == 0, generator.next(below: 4) == 0)
        if hasMark { bytes += [0xEF, 0xBB, 0xBF] }
        for (index, record) in ([names] + cells).enumerated() {
            if index > 0 { bytes += ending.utf8 }
            if hasBlankLines && generator.next(below: 3) == 0 { bytes += ending.utf8 }
            for (column, cell) in record.enumerated() {
                if column > 0 { bytes.append(0x2C) }
                // An empty field alone on its line would be a blank line.
                let mustQuote =
                    cell.utf8.contains { [0x2C, 0x22, 0x0A, 0x0D].contains($0) } || (cell.isEmpty && names.count == 1)
                append(cell, isQuoted: mustQuote || generator.next(below: 4) == 0)
            }
        }
        if generator.next(below: 2) == 0 { bytes += ending.utf8 }
    }

    private mutating func append(_ cell: String, isQuoted: Bool) {
        guard isQuoted else { return bytes += cell.utf8 }
        bytes.append(0x22)
        for byte in cell.utf8 { bytes += byte == 0x22 ? [0x22, 0x22] : [byte] }
        bytes.append(0x22)
    }

    func check() throws {
        let table = try Table(csv: bytes, text: Set(names))
        #expect(table.rowCount == cells.count && table.columns.map(\.name) == names)
        for (column, name) in names.enumerated() {
            guard case .text(let indices, let categories)? = table.column(name)?.values else {
                Issue.record("\(name) is no text")
                continue
            }
            let read = indices.map { $0 < 0 ? nil : categories[Int($0)] }
            let expected = cells.map { Self.isMissing($0[column]) ? nil : $0[column] }
            if read != expected { Issue.record("\(name) in \(String(decoding: bytes.prefix(2000), as: UTF8.self))") }
        }
    }

    private static func isMissing(_ cell: String) -> Bool {
        let scalars = cell.unicodeScalars.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }
        return scalars.isEmpty || String(String.UnicodeScalarView(scalars.reversed())) == "NA"
    }
}
