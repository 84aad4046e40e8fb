import Foundation
import LariatDatasets
import LinearAlgebra
import Testing

@Suite("svmlight files")
struct SVMLightTests {
    private static func read(
        _ text: String, _ numbering: SVMLight.Numbering = .automatic, featureCount: Int? = nil
    ) throws -> SVMLight {
        try SVMLight(bytes: Array(text.utf8), name: "t.svm", numbering: numbering, featureCount: featureCount)
    }

    @Test func rowsLabelsAndComments() throws {
        let data = try Self.read(
            """
            # made by hand
            +1 1:0.5 3:-2e1 # the first

            -1\t2:7  4:+.25\t
               \t
            3#nothing
            0.5 4:1e-320 5:123456789012345678901234567890

            """)
        #expect(data.labels == [1, -1, 3, 0.5] && !data.countsFromZero && data.warnings.isEmpty)
        let expected: [[Double]] = [
            [0.5, 0, -20, 0, 0], [0, 7, 0, 0.25, 0], [0, 0, 0, 0, 0],
            [0, 0, 0, 1e-320, 123456789012345678901234567890],
        ]
        #expect(Matrix(data.features) == Matrix(expected))
    }

    @Test func lineEnds() throws {
        let expected = try Self.read("1 1:2\n2 2:3\n")
        #expect(try Self.read("1 1:2\r\n2 2:3\r\n") == expected)
        #expect(try Self.read("\u{FEFF}1 1:2\n\r\n2 2:3\n") == expected)
        let open = try Self.read("1 1:2\r\n2 2:3")
        #expect(open.features == expected.features && open.labels == expected.labels)
        #expect(open.warnings == ["t.svm, line 2: the last line has no line end; was the file cut?"])
    }

    /// From 0 where a 0 occurs, else from 1.
    @Test func numbering() throws {
        #expect(try Self.read("1 0:5 2:6\n").features == SparseMatrix(Matrix([[5, 0, 6]])))
        #expect(try Self.read("1 1:5 2:6\n").features == SparseMatrix(Matrix([[5, 6]])))
        #expect(try Self.read("1 1:5 2:6\n", .fromZero).features == SparseMatrix(Matrix([[0, 5, 6]])))
        #expect(try Self.read("1 1:5\n1 0:0\n").countsFromZero)
        #expect(try Self.read("1 2:5\n", featureCount: 4).features == SparseMatrix(Matrix([[0, 5, 0, 0]])))
        // A zero is not stored, and yet says how many features there are.
        let data = try Self.read("1 2:5 7:0\n")
        #expect(data.features.columns == 7 && data.features.count == 1)
    }

    @Test func queryIdsAreReadOver() throws {
        let data = try Self.read("3 qid:1 1:5\n2 qid:1 2:6\n1 qid:22\n")
        #expect(data.labels == [3, 2, 1] && data.features == SparseMatrix(Matrix([[5, 0], [0, 6], [0, 0]])))
        #expect(data.warnings == ["t.svm, line 1: query ids are read over; rows are taken one by one"])
    }

    @Test(arguments: [
        ("", "t.svm has no rows"), ("# nothing\n\n", "t.svm has no rows"),
        ("1 1:1\nx 1:1\n", "t.svm, line 2, column 1: the label, 'x', is not a number"),
        ("1,2 1:1\n", "t.svm, line 1, column 1: the label, '1,2', is not a number"),
        ("  1:1\n", "t.svm, line 1, column 3: the label, '1:1', is not a number"),
        ("nan 1:1\n", "t.svm, line 1, column 1: the label, 'nan', is not a number"),
        ("1e999 1:1\n", "t.svm, line 1, column 1: the label, '1e999', is beyond the largest double"),
        ("1 1:inf\n", "t.svm, line 1, column 5: the value of feature 1, 'inf', is not a number"),
        ("1 1:1 2:-1e400\n", "t.svm, line 1, column 9: the value of feature 2, '-1e400', is beyond the largest double"),
        ("1 1:\n", "t.svm, line 1, column 5: the value of feature 1, is missing"),
        ("1 1: 2\n", "t.svm, line 1, column 5: the value of feature 1, is missing"),
        ("1 1:2:3\n", "t.svm, line 1, column 5: the value of feature 1, '2:3', is not a number"),
        ("1 1 :2\n", "t.svm, line 1, column 3: '1' is no feature"),
        ("1 :2\n", "t.svm, line 1, column 3: ':2' is no feature"),
        ("1 a:2\n", "t.svm, line 1, column 3: 'a:2' is no feature"),
        ("1 -1:2\n", "t.svm, line 1, column 3: '-1:2' is no feature"),
        ("1 1.5:2\n", "t.svm, line 1, column 3: '1.5:2' is no feature"),
        ("1 3", "t.svm, line 1, column 3: '3' is no feature"),
        ("1 1:1 3:1 3:2\n", "t.svm, line 1, column 11: feature 3 for a second time"),
        ("1 1:1\n\n-1 4:1 2:1\n", "t.svm, line 3, column 8: feature 2 behind feature 4"),
        ("1 134217729:1\n", "t.svm, line 1, column 3: '134217729:1': a feature beyond 134217728"),
        (
            "1 99999999999999999999999:1\n",
            "t.svm, line 1, column 3: '99999999999999999999999:1': a feature beyond 134217728"
        ),
        ("1 1:1 qid:3\n", "t.svm, line 1, column 7: 'qid:3' is not behind the label"),
        ("1 qid:a 1:1\n", "t.svm, line 1, column 3: 'qid:a' is no query id"),
        ("1 1:1\r2 1:1\n", "t.svm, line 1, column 5: the value of feature 1, '1\\r2', is not a number"),
        ("1 1:1\u{0}\n", "t.svm, line 1, column 5: the value of feature 1, '1\\u{0}', is not a number"),
    ])
    func refusals(text: String, message: String) throws {
        let error = #expect(throws: DataError.self) { try Self.read(text) }
        #expect(error?.message == message && error?.kind == .badData)
    }

    @Test func refusedNumbering() throws {
        let zero = #expect(throws: DataError.self) { try Self.read("1 1:1\n1 0:1\n", .fromOne) }
        #expect(zero?.message == "t.svm, line 2, column 3: feature 0, though features count from 1")
        let many = #expect(throws: DataError.self) { try Self.read("1 1:1\n1 1:1 9:0\n", featureCount: 8) }
        #expect(many?.message == "t.svm, line 2, column 7: feature 9 is beyond the 8 that there are")
        let missing = #expect(throws: DataError.self) { try SVMLight(contentsOf: "/nonexistent/t.svm") }
        #expect(missing?.kind == .noInput)
    }

    /// Files longer than a block of reading, with one line longer than that, come back as they were written.
    @Test(arguments: UInt64(0)..<4)
    func longFiles(seed: UInt64) throws {
        var generator = CounterGenerator(seed: seed)
        var (text, labels, i, j, values) = ("", [Double](), [Int](), [Int](), [Double]())
        for row in 0..<3000 {
            labels.append(Double(generator.next(below: 5)) - 2)
            text += "\(labels[row])"
            var feature = 0
            for _ in 0..<(row == 1500 ? 30_000 : generator.next(below: 20)) {
                feature += 1 + generator.next(below: 3)
                let value = Double(1 + generator.next(below: 1000)) / 128
                i.append(row)
                j.append(feature - 1)
                values.append(value)
                text += " \(feature):\(value)"
            }
            text += seed % 2 == 0 ? "\n" : "\r\n"
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("lariat-\(UUID().uuidString).svm")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let data = try SVMLight(contentsOf: file.path)
        #expect(data.labels == labels)
        #expect(
            try data.features
                == SparseMatrix(
                    rows: 3000, columns: data.features.columns, rowIndices: i, columnIndices: j, values: values))
        // Cut anywhere, a file is an error, or its first rows with a warning.
        for cut in stride(from: 1, to: 4000, by: 7) {
            guard let part = try? SVMLight(bytes: Array(text.utf8.prefix(cut)), numbering: .fromOne) else { continue }
            let rows = part.labels.count
            #expect(part.labels.dropLast() == data.labels.prefix(rows).dropLast())
            #expect(!part.warnings.isEmpty || part.labels.last == data.labels[rows - 1])
        }
    }

    /// Whatever bytes come, there is a matrix within its bounds or an error with a place; never a trap.
    @Test(arguments: UInt64(0)..<8)
    func mutatedFiles(seed: UInt64) throws {
        let pieces = [
            "1", "-1", "+", "0", "9", ":", " ", "\t", "\n", "\r\n", "#", "qid:", "1:2", "3:4.5", "1e5", ".", "e", "nan",
            "99999999", "\u{0}", "é", ",", "-",
        ]
        var generator = CounterGenerator(seed: seed)
        let start = Array("+1 1:0.5 3:-2e1 # c\n-1 qid:2 2:7 4:.25\r\n\n3 5:1\n".utf8)
        var read = 0
        for _ in 0..<4000 {
            var bytes = start
            for _ in 0..<(1 + generator.next(below: 4)) {
                let place = generator.next(below: bytes.count + 1)
                switch generator.next(below: 4) {
                case 0: if place < bytes.count { bytes[place] = UInt8(generator.next(below: 256)) }
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + generator.next(below: 5)))
                default:
                    bytes.insert(contentsOf: pieces[generator.next(below: pieces.count)].utf8, at: place)
                }
            }
            do {
                let count = generator.next(below: 2) == 0 ? 1000 : nil
                if count == nil && bytes.split(separator: UInt8(ascii: ":")).contains(where: { $0.count > 9 }) {
                    continue  // a feature beyond the millions takes long
                }
                let data = try SVMLight(bytes: bytes, featureCount: count)
                let x = data.features
                #expect(data.labels.count == x.rows && data.labels.allSatisfy { $0.isFinite })
                _ = try SparseMatrix(
                    checking: x.rows, columnStarts: x.columnStarts, rowIndices: x.rowIndices, values: x.values)
                read += 1
            } catch let error as DataError {
                #expect(error.message.hasPrefix("data, line ") || error.message == "data has no rows")
            }
        }
        #expect(read > 100)
    }
}
