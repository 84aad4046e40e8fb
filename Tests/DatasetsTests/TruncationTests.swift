import Foundation
import LariatDatasets
import Testing

/// A file that ends too early is an error, or a whole number of its first rows, or is said to be open at its end.
@Suite("Truncated files")
struct TruncationTests {
    private static func text(rows: Int) -> String {
        "a,b,c,d\n"
            + (0..<rows).map { "\($0).25,word\($0 % 3),\"q,\($0)\(["", "\n", "\"\""][$0 % 3])\",\($0 * 37)\n" }.joined()
    }

    /// A row as text, whatever the columns became.
    private static func row(_ table: Table, _ row: Int) -> [String] {
        table.columns.map {
            switch $0.values {
            case .numeric(let numbers): "\(numbers[row])"
            case .text(let indices, let texts): indices[row] < 0 ? "" : texts[Int(indices[row])]
            }
        }
    }

    private static func isPrefix(_ part: Table, of full: Table) -> Bool {
        guard part.rowCount <= full.rowCount else { return false }
        return (0..<part.rowCount).allSatisfy { index in
            row(part, index) == row(full, index) || (index == part.rowCount - 1 && !part.warnings.isEmpty)
        }
    }

    @Test func everyCutIsAnErrorOrFirstRows() throws {
        let whole = Array(Self.text(rows: 170).utf8)
        #expect(whole.count >= 4096)
        let full = try Table(csv: whole)
        #expect(full.warnings.isEmpty)
        var read = 0
        for cut in 0..<whole.count {
            guard let part = try? Table(csv: Array(whole.prefix(cut)), name: "cut") else { continue }
            read += 1
            if !Self.isPrefix(part, of: full) { Issue.record("cut at byte \(cut)") }
        }
        #expect(read > 170)
    }

    @Test(arguments: [
        ("a,b\n1,2\n3,4", true), ("a,b\n1,2\n3,4\n", false), ("a,b\n1,2\n3,4\r\n", false), ("a,b\n1,2\n3,\"4\"", false),
        ("a,b\n1,2\n\"3\",4", true), ("a,b\n1,2\n3,4\n\n", false), ("a,b\r1,2\r3,4", true), ("a,b\r1,2\r3,4\r", false),
    ])
    func anOpenEndIsSaid(text: String, isOpen: Bool) throws {
        let table = try Table(csv: Array(text.utf8), name: "t.csv")
        #expect(
            table.warnings == (isOpen ? ["t.csv, line 3: the last line has no line end; was the file cut?"] : []))
        #expect(try table.dataset(target: "b").notes.contains { $0.hasPrefix("warning: t.csv, line 3") } == isOpen)
    }

    /// Another process cuts the file and writes it anew while it is read: never a signal, never a wrong row.
    @Test func cutsWhileReading() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lariat-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let bytes = Data(Self.text(rows: 20_000).utf8)
        for name in ["whole", "data"] { try bytes.write(to: folder.appendingPathComponent(name)) }
        let process = Process()
        (process.executableURL, process.currentDirectoryURL) = (URL(fileURLWithPath: "/bin/sh"), folder)
        process.arguments = [
            "-c",
            """
            i=0
            while :; do
                i=$(( (i * 7919 + 300007) % \(bytes.count) ))
                truncate -s $i data
                dd if=whole of=data bs=1M conv=notrunc 2> /dev/null
            done
            """,
        ]
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        let full = try Table(csv: Array(bytes))
        // At least 200 reads, and so many that some of them met the other process.
        var (lengths, reads) = (Set<Int>(), 0)
        while reads < 200 || (lengths.count < 3 && reads < 100_000) {
            reads += 1
            do {
                let table = try Table(contentsOf: folder.appendingPathComponent("data").path)
                lengths.insert(table.rowCount)
                #expect(Self.isPrefix(table, of: full))
            } catch { #expect(error.kind == .badData) }
        }
        #expect(lengths.count > 2)
    }
}
