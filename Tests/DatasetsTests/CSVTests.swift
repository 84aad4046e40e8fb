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
