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

    @Test(arguments: ["1", "-1", "+1", "1.", ".5", "1e5", "1E-5", "  7 ", "0", "-0", "1e308", "4.9e-324", "00012"])
    func acceptsNumbers(spelling: String) throws {
        let expected = Double(spelling.split(separator: " ").first!)!
        #expect(try table("a\n\(spelling)\n").column("a")?.values == .numeric([expected]))
    }

    @Test func blocksOfTheFileDoNotShow() throws {
        // Long enough for several blocks, with quotes that cross their ends.
        let rows = 60_000
        let text = "n,t\n" + (0..<rows).map { "\($0),\"w\($0 % 7)\"\n" }.joined()
        let table = try table(text)
        #expect(table.rowCount == rows)
        #expect(table.column("n")?.values == .numeric((0..<rows).map(Double.init)))
    }

    /// Long enough for the quick way through plain numbers, which must not show either: not beside cells that go the
    /// long way, nor at the ends of blocks.
    @Test(arguments: ["\n", "\r\n", "\r"], [true, false])
    func longNumericFiles(ending: String, hasOddCells: Bool) throws {
        var generator = CounterGenerator(seed: 3)
        var (text, expected) = ("a,b,c" + ending, [[Double]](repeating: [], count: 3))
        for _ in 0..<40_000 {
            var cells: [String] = []
            for column in 0..<3 {
                let number = Double(generator.next(below: 2_000_000) - 1_000_000) / 1000
                let kind = hasOddCells ? generator.next(below: 200) : 200
                cells.append(kind == 0 ? "" : kind == 1 ? "\"\(number)\"" : kind == 2 ? " \(number)\t" : "\(number)")
                expected[column].append(kind == 0 ? .nan : number)
            }
            text += cells.joined(separator: ",") + ending
            if hasOddCells && generator.next(below: 100) == 0 { text += ending }
        }
        let table = try table(text)
        for (column, name) in ["a", "b", "c"].enumerated() {
            guard case .numeric(let numbers)? = table.column(name)?.values else { return #expect(Bool(false)) }
            #expect(numbers.map(\.bitPattern) == expected[column].map(\.bitPattern))
        }
    }

    /// A column that begins with numbers keeps their spelling when it turns out to be text.
    @Test(arguments: [1, 100, 9_999])
    func textBehindNumbers(rows: Int) throws {
        let numbers = (0..<rows).map { $0 % 7 == 3 ? "NA" : "0\($0 % 5).0" }
        let texts = numbers + (0..<rows).map { "w\($0 % 3)" } + ["04.0"]
        let table = try table("a,b\n" + texts.map { "1,\($0)\n" }.joined())
        guard case .text(let indices, let categories)? = table.column("b")?.values else { return #expect(Bool(false)) }
        #expect(indices.map { $0 < 0 ? "NA" : categories[Int($0)] } == texts)
    }

    @Test func textFarBehindNumbers() throws {
        let text = "a\n" + String(repeating: "1\n", count: 12_000) + String(repeating: "x\n", count: 12_000)
        let error = #expect(throws: DataError.self) { try table(text) }
        #expect(error?.message == "t.csv, line 12002, column 'a': 'x' after many numbers")
        #expect(try table(text, text: ["a"]).column("a")?.count == 24_000)
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
