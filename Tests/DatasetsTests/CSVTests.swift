import LariatDatasets
import LinearAlgebra
import Testing

@Suite("CSV")
struct CSVTests {
    private func table(_ text: String, text names: Set<String> = []) throws -> Table {
        try Table(csv: Array(text.utf8), name: "t.csv", text: names)
    }

    @Test(arguments: [
        "a,b\n1,x\n2,y\n", "a,b\r\n1,x\r\n2,y\r\n", "a,b\r1,x\r2,y\r", "a,b\n1,x\n2,y", "\u{FEFF}a,b\n1,x\n2,y\n",
        "a,b\n\n1,x\n\n\n2,y\n\n", "a,b\n\"1\",\"x\"\n\"2\",\"y\"\n", "\"a\",\"b\"\r\n1,x\r\n2,\"y\"",
    ])
    func readsTheSameTable(text: String) throws {
        let table = try table(text)
        #expect(table.rowCount == 2)
        #expect(table.column("a")?.values == .numeric([1, 2]))
        #expect(table.column("b")?.values == .text([0, 1], categories: ["x", "y"]))
    }

    @Test func keepsWhatQuotesProtect() throws {
        let table = try table("a,b\n\"x,1\",\"line\nbreak\"\n\"say \"\"hi\"\"\",\"\"\n")
        #expect(table.column("a")?.values == .text([0, 1], categories: ["x,1", "say \"hi\""]))
        #expect(table.column("b")?.values == .text([0, -1], categories: ["line\nbreak"]))
    }

    @Test(arguments: [
        "1,5", "0x1p3", "1_000", "--5", "1e", "+", "-", ".", "1.2.3", "1e+", "1f", "0b1", "1 2", "e5", "٣", "1,000",
        "½", "1e5.5", "++1", "1-", "$1", "1%", "(1)", "0x10", "1e 5", "infinity", "inf", "-inf", "1e999", "nan1",
    ])
    func refusesWhatIsNoNumber(spelling: String) {
        let rows = (0..<20).map { "\($0)\n" }.joined()
        let error = #expect(throws: DataError.self) { try table("a\n\(rows)\"\(spelling)\"\n") }
        #expect(error?.message.hasPrefix("t.csv, line 22, column 'a': '\(spelling)' is ") == true)
    }

    @Test(arguments: ["1", "-1", "+1", "1.", ".5", "1e5", "1E-5", "  7 ", "0", "-0", "1e308", "4.9e-324", "00012"])
    func acceptsNumbers(spelling: String) throws {
        let expected = Double(spelling.split(separator: " ").first!)!
        #expect(try table("a\n\(spelling)\n").column("a")?.values == .numeric([expected]))
    }

    @Test func numbersAreTheNearestDoubles() throws {
        var generator = CounterGenerator(seed: 5)
        var (texts, expected) = ([String](), [Double]())
        for _ in 0..<200_000 {
            let value = Double(bitPattern: generator.next())
            if !value.isFinite { continue }
            texts.append("\(value)")
            expected.append(value)
            let digits = (0..<(1 + generator.next(below: 25))).map { _ in "\(generator.next(below: 10))" }.joined()
            let text = "\(digits).\(generator.next(below: 1000))e\(generator.next(below: 60) - 30)"
            texts.append(text)
            expected.append(Double(text)!)
        }
        let table = try table("a\n" + texts.joined(separator: "\n"))
        guard case .numeric(let numbers)? = table.column("a")?.values else { return #expect(Bool(false)) }
        #expect(numbers.count == expected.count)
        #expect(zip(numbers, expected).allSatisfy { $0.bitPattern == $1.bitPattern })
    }

    @Test(arguments: [
        ("a,b\n1,2\n3\n", "t.csv, line 3: expected 2 fields, found 1"),
        ("a,b\n1,2,3\n", "t.csv, line 2: expected 2 fields, found 3"),
        ("", "t.csv is empty"), ("a,a\n1,2\n", "t.csv, line 1: columns 1 and 2 are both named 'a'"),
        ("a,\n1,2\n", "t.csv, line 1: column 2 has no name"),
        ("a\n\"open\n", "t.csv, line 2, byte 2: a quoted field that is never closed"),
        ("a\nx\"y\n", "t.csv, line 2, byte 3: a quote inside an unquoted field"),
        ("a\n\"x\"y\n", "t.csv, line 2, byte 5: text behind a closing quote"),
        ("a\n1\u{0}\n", "t.csv, line 2, byte 3: a NUL byte"),
    ])
    func namesThePlace(text: String, message: String) {
        let error = #expect(throws: DataError.self) { try table(text) }
        #expect(error?.message == message)
    }

    @Test func refusesInvalidUTF8() {
        let error = #expect(throws: DataError.self) { try Table(csv: [0x61, 0x0A, 0xE9, 0x0A], name: "t.csv") }
        #expect(error?.message == "t.csv, line 2, column 'a': the text is not valid UTF-8")
    }

    /// Random fields written by an independent writer come back as they were, at any place of a block's end.
    @Test func readsBackWhatWasWritten() throws {
        var generator = CounterGenerator(seed: 9)
        let alphabet = ["a", "b", ",", "\"", "\n", "\r\n", "é", " ", "x1"]
        for _ in 0..<2000 {
            let (rows, columns) = (1 + generator.next(below: 4), 1 + generator.next(below: 3))
            let fields = (0..<rows).map { _ in
                (0..<columns).map { _ in
                    "k"
                        + (0..<generator.next(below: 6)).map { _ in alphabet[generator.next(below: alphabet.count)] }
                        .joined()
                }
            }
            let ending = ["\n", "\r\n"][generator.next(below: 2)]
            let header = (0..<columns).map { "c\($0)" }
            let lines = [header] + fields
            let text = lines.map { $0.map(Self.written).joined(separator: ",") }.joined(separator: ending)
            let table = try table(text, text: Set(header))
            for column in 0..<columns {
                guard case .text(let indices, let categories)? = table.column("c\(column)")?.values else { continue }
                #expect(indices.map { categories[Int($0)] } == fields.map { $0[column] })
            }
        }
    }

    private static func written(_ field: String) -> String {
        "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    @Test func anyCutIsAnErrorOrAPrefix() throws {
        let whole = "a,b,c\n" + (0..<60).map { "\($0).25,word\($0 % 3),\"q,\($0)\"\n" }.joined()
        let full = try table(whole)
        for cut in 0..<whole.utf8.count {
            guard let part = try? Table(csv: Array(whole.utf8.prefix(cut)), name: "cut") else { continue }
            #expect(part.rowCount <= full.rowCount)
        }
    }

    @Test func blocksOfTheFileDoNotShow() throws {
        // Long enough for several blocks, with quotes that cross their ends.
        let rows = 60_000
        let text = "n,t\n" + (0..<rows).map { "\($0),\"w\($0 % 7)\"\n" }.joined()
        let table = try table(text)
        #expect(table.rowCount == rows)
        #expect(table.column("n")?.values == .numeric((0..<rows).map(Double.init)))
    }

    @Test func missingCells() throws {
        let table = try table("a,b\n1,x\nNA,\n,?\nnan,null\n5,y\n")
        guard case .numeric(let numbers)? = table.column("a")?.values else { return #expect(Bool(false)) }
        #expect(numbers.map(\.isNaN) == [false, true, true, true, false])
        #expect(table.column("b")?.values == .text([0, -1, -1, -1, 1], categories: ["x", "y"]))
    }

    @Test func ninetyPercentRule() throws {
        let numbers = (0..<90).map { "\($0)\n" }.joined()
        #expect(throws: DataError.self) { try table("a\n" + numbers + "x\n") }
        let words = (0..<12).map { "w\($0)\n" }.joined()
        guard case .text? = try table("a\n" + numbers + words).column("a")?.values else { return #expect(Bool(false)) }
    }
}
