internal import Foundation
internal import LariatReports

/// Where a command writes its pictures: `--report FILE.html` and `--plot FILE.svg`.
struct ReportFiles {
    let report, plot: String?

    /// What is written, for the checks of ``FileUse``.
    var uses: [FileUse] {
        (report.map { [.writes("--report", $0)] } ?? []) + (plot.map { [.writes("--plot", $0)] } ?? [])
    }

    /// Whether either goes to standard output.
    var takesOutput: Bool { [report, plot].contains { $0.map(Console.isOutput) ?? false } }

    /// Whether neither is asked for.
    var isEmpty: Bool { report == nil && plot == nil }

    /// A file's name without its folders, for titles.
    static func shortName(of path: String) -> String {
        path == "-" ? "standard input" : path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Writes what is asked for, and makes nothing else.
    func write(report makeReport: () throws -> Report, plot makePlot: () throws -> Plot) throws {
        if let report { try Console.write(Array(try makeReport().html().utf8), to: report) }
        if let plot { try Console.write(Array(try makePlot().svg.utf8), to: plot) }
    }
}

/// How this process was called, for who wants to do it again.
enum Invocation {
    /// The command line, quoted for a shell.
    static var text: String { (["lariat"] + CommandLine.arguments.dropFirst().map(quoted)).joined(separator: " ") }

    /// An argument as a shell reads it back.
    static func quoted(_ argument: String) -> String {
        let plain = argument.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./,=:+@%".utf8.contains(byte)
            }
        }
        if plain && !argument.isEmpty { return argument }
        return "'" + argument.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
