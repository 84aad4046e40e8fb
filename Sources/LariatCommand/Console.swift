internal import Foundation
internal import Lariat

/// The two streams of the command: data on stdout, everything for people on stderr.
enum Console {
    /// Whether stderr is a terminal, where a progress bar makes sense.
    static var isInteractive: Bool { isatty(2) == 1 }

    /// Whether stdout is a terminal, where colours make sense.
    static var outputIsInteractive: Bool { isatty(1) == 1 }

    /// One line for people.
    static func error(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

    /// Text for a person at a terminal, without a line end.
    static func status(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

    /// Data on stdout.
    ///
    /// - Throws: ``Failure`` when stdout cannot take it.
    static func output(_ text: String) throws { try output(Array(text.utf8)) }

    /// Bytes on stdout; a reader that has seen enough (`| head`) is told nothing.
    static func output(_ bytes: [UInt8]) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(bytes))
        } catch {
            if errno == EPIPE { Foundation.exit(Failure.Code.cannotWrite.rawValue) }
            throw Failure(.cannotWrite, "cannot write to standard output: \(String(cString: strerror(errno)))")
        }
    }

    /// Bytes to a file, whole or not at all, or to stdout for "-".
    static func write(_ bytes: [UInt8], to path: String) throws {
        if path == "-" { try output(bytes) } else { try AtomicFile.write(bytes, to: path) }
    }

    /// Checks that of all that would read stdin, or write stdout, there is at most one.
    ///
    /// - Parameter users: the name of each, as on the command line, and its path.
    static func checkOne(_ stream: String, _ users: [(name: String, path: String?)]) throws {
        let names = users.filter { $0.path == "-" }.map(\.name)
        if names.count > 1 {
            throw Failure(.usage, "\(names[0]) and \(names[1]) cannot both be \(stream)\nName a file for one of them.")
        }
    }

    /// One JSON object on stdout.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        try output(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
    }
}
