/// Data that cannot be used, with its place and what to do.
public struct DataError: Error, Equatable, CustomStringConvertible {
    /// What kind of failure: decides the exit code of the command.
    public enum Kind: Sendable, Equatable {
        /// There is no such file, or it cannot be read.
        case noInput
        /// The file or the numbers are not usable.
        case badData
    }

    /// The kind.
    public let kind: Kind
    /// What is wrong and where: "data.csv, line 3, column 'age': 'abc' is not a number".
    public let message: String
    /// What to do, or nil.
    public let hint: String?

    package init(_ message: String, hint: String? = nil, kind: Kind = .badData) {
        (self.kind, self.message, self.hint) = (kind, message, hint)
    }

    /// One or two lines: what and where; what to do.
    public var description: String { hint.map { "\(message)\n\($0)" } ?? message }
}

/// Text of a file as an error shows it: at most 40 characters, control characters escaped, in quotes.
package func quoted(_ text: some StringProtocol) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(40) {
        switch scalar {
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case _ where scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format:
            result += "\\u{\(String(scalar.value, radix: 16))}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return "'\(result)\(text.unicodeScalars.count > 40 ? "…" : "")'"
}
