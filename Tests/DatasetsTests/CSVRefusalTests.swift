import LariatDatasets
import Testing

/// Files that are no table: an error with the place, whatever stands around it.
@Suite("CSV refusals")
struct CSVRefusalTests {
    private func message(_ bytes: [UInt8]) -> String? {
        #expect(throws: DataError.self) { try Table(csv: bytes, name: "t.csv") }?.message
    }

    /// Every width, every other number of fields, every row.
    @Test(arguments: 2...6, ["\n", "\r\n", "\r"])
    func raggedRows(width: Int, ending: String) {
        for found in 1...8 where found != width {
            for ragged in 1...10 {
                var lines = [(0..<width).map { "c\($0)" }.joined(separator: ",")]
                for row in 1...10 {
                    lines.append((0..<(row == ragged ? found : width)).map { "\($0)" }.joined(separator: ","))
                }
                #expect(
                    message(Array(lines.joined(separator: ending).utf8))
                        == "t.csv, line \(ragged + 1): expected \(width) fields, found \(found)")
            }
        }
    }

    @Test(arguments: [
        "1,5", "0x1p3", "1_000", "--5", "1e", "+", "-", ".", "1.2.3", "1e+", "1f", "0b1", "1 2", "e5", "٣", "1,000",
        "½", "1e5.5", "++1", "1-", "$1", "1%", "(1)", "0x10", "1e 5", "infinity", "inf", "-inf", "+inf", "Infinity",
        "1'000", "1.000.000", "1,000.5", "+-1", "1e--5", "1E", "E", "e", ".e5", "-.", "+.", "..5", "1..", "1e5e5",
        "1d5", "0o7", "1L", "#1", "1/2", "1:30", "2020-01-01", "true", "∞", "nan1", "-nan", "nan(0)", "1\u{A0}", "１",
        "−1", "1e+-5", "0x", "infinit", "1 000",
    ])
    func spellingsThatAreNoNumbers(spelling: String) {
        let rows = (0..<20).map { "\($0)\n" }.joined()
        let text = "a\n\(rows)\"\(spelling)\"\n"
        #expect(message(Array(text.utf8)) == "t.csv, line 22, column 'a': '\(spelling)' is not a number")
    }

    @Test(arguments: ["1e999", "-1e999", "1e309", "179769313486231580793e289", "1e99999999999999999999"])
    func numbersBeyondTheRange(spelling: String) {
        let text = "a\n1\n\(spelling)\n"
        let rows = String(repeating: "1\n", count: 20)
        #expect(
            message(Array(("a\n" + rows + spelling).utf8))
                == "t.csv, line 22, column 'a': '\(spelling)' is beyond the range of numbers")
        #expect(throws: Never.self) { try Table(csv: Array(text.utf8), text: ["a"]) }
    }

    @Test(arguments: [
        ("a,a\n1,2\n", "t.csv, line 1: columns 1 and 2 are both named 'a'"),
        ("a,b,c,b\n", "t.csv, line 1: columns 2 and 4 are both named 'b'"),
        ("a, a \n1,2\n", "t.csv, line 1: columns 1 and 2 are both named 'a'"),
        ("a,\"a\"\n1,2\n", "t.csv, line 1: columns 1 and 2 are both named 'a'"),
        ("a,\n1,2\n", "t.csv, line 1: column 2 has no name"), (",a\n1,2\n", "t.csv, line 1: column 1 has no name"),
        ("\n\na,,b\n1,2,3\n", "t.csv, line 3: column 2 has no name"),
        (",\n", "t.csv, line 1: column 1 has no name"), ("a, \t,b\n", "t.csv, line 1: column 2 has no name"),
        ("\"\"\n1\n", "t.csv, line 1: column 1 has no name"), ("", "t.csv is empty"), ("\n\r\n\r\n", "t.csv is empty"),
        ("\u{FEFF}", "t.csv is empty"),
    ])
    func headersThatNameNoColumns(text: String, expected: String) { #expect(message(Array(text.utf8)) == expected) }

    @Test(arguments: [
        ("a,b\n1,2\n", ["a", "b"]), (" a ,\tb\n1,2\n", ["a", "b"]), ("\"a,b\",c\n1,2\n", ["a,b", "c"]),
        ("\"a\nb\",c\n1,2\n", ["a\nb", "c"]), ("A,a\n1,2\n", ["A", "a"]), ("1,2\n3,4\n", ["1", "2"]),
        ("é,🙂\n1,2\n", ["é", "🙂"]), ("\"say \"\"x\"\"\",b\n1,2\n", ["say \"x\"", "b"]), ("a b,c\n1,2\n", ["a b", "c"]),
        ("nan,NA\n1,2\n", ["nan", "NA"]), ("__metadata__,b\n1,2\n", ["__metadata__", "b"]),
    ])
    func headersThatDo(text: String, names: [String]) throws {
        #expect(try Table(csv: Array(text.utf8)).columns.map(\.name) == names)
    }

    @Test func targetsThatAreNotThereOrConstant() throws {
        let table = try Table(csv: Array("a,b\n1,x\n2,x\n".utf8), name: "t.csv")
        let missing = #expect(throws: DataError.self) { try table.dataset(target: "c") }
        #expect(missing?.description == "t.csv has no column 'c' for the target\nIts columns are: a, b")
        let constant = #expect(throws: DataError.self) { try table.dataset(target: "b") }
        #expect(constant?.message == "t.csv: every row of target 'b' is 'x'")
    }

    /// A quote that is never closed, a NUL, bytes that are no UTF-8: at different places, in all kinds of fields.
    @Test(arguments: [0, 1, 2, 7])
    func damagedBytes(rows: Int) {
        let head = "id,name\n" + (0..<rows).map { "\($0),word\n" }.joined()
        let (line, start) = (rows + 2, head.utf8.count)
        func error(_ bytes: [UInt8]) -> String? { message(Array(head.utf8) + bytes + Array("\n9,end\n".utf8)) }
        for quote in ["7,\"open", "\"7,open", "7,\"open \"\" still", "7,\"", "\"\"\",open"] {
            #expect(
                error(Array(quote.utf8))
                    == "t.csv, line \(line), byte \(start): a quoted field that is never closed")
        }
        for (bytes, place) in [(Array("7,a\0".utf8), 3), (Array("\0,a".utf8), 0), (Array("7,\"a\0\"".utf8), 4)] {
            #expect(error(bytes) == "t.csv, line \(line), byte \(start + place): a NUL byte")
        }
        for (text, place) in [("7,a\"b\"", 3), ("7, \"b\"", 3)] {
            #expect(
                error(Array(text.utf8))
                    == "t.csv, line \(line), byte \(start + place): a quote inside an unquoted field")
        }
        #expect(
            error(Array("7,\"a\"b".utf8)) == "t.csv, line \(line), byte \(start + 5): text behind a closing quote")
        let invalid: [[UInt8]] = [
            [0xE9], [0xFF], [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3],
            [0xF0, 0x9F, 0x99],
        ]
        for sequence in invalid {
            for (before, after, place) in [("7,caf", "", 2), ("7,\"caf", "x\"", 3), ("7,", "", 2)] {
                let bytes = Array(before.utf8) + sequence + Array(after.utf8)
                #expect(
                    error(bytes)
                        == "t.csv, line \(line), byte \(start + place), column 'name': the text is not valid UTF-8")
            }
        }
    }

    @Test func damagedHeaders() {
        #expect(
            message([0x61, 0x2C, 0xE9, 0x0A, 0x31, 0x2C, 0x32])
                == "t.csv, line 1, byte 2: the name of column 2 is not valid UTF-8")
        #expect(message(Array("a,\"b\n1,2\n".utf8)) == "t.csv, line 1, byte 0: a quoted field that is never closed")
        #expect(message(Array("a,\0\n1,2\n".utf8)) == "t.csv, line 1, byte 2: a NUL byte")
    }
}
