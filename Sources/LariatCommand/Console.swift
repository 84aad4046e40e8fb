internal import Foundation

/// The two streams of the command: data on stdout, everything for people on stderr.
enum Console {
    /// Whether stderr is a terminal, where a progress bar makes sense.
    static var isInteractive: Bool { isatty(2) == 1 }

    /// One line for people.
    static func error(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

    /// Text for a person at a terminal, without a line end.
    static func status(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

    /// Data on stdout.
    ///
    /// - Throws: ``Failure`` when stdout cannot take it.
    static func output(_ text: String) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        } catch {
            throw Failure(.cannotWrite, "cannot write to standard output: \(String(cString: strerror(errno)))")
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
