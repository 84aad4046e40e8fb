/// Writes elements of XML, which browsers also read as HTML; every text and attribute is escaped on its way.
struct MarkupWriter {
    private(set) var text = ""

    /// An element around others. Attributes that are nil are left out.
    mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:],
        _ content: (inout MarkupWriter) -> Void
    ) {
        open(name, attributes)
        text += ">"
        content(&self)
        text += "</\(name)>"
    }

    /// An element around a text.
    mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], text content: String
    ) {
        element(name, attributes) { $0.append(content) }
    }

    /// An element without content.
    mutating func element(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>) {
        open(name, attributes)
        text += "/>"
    }

    /// A text between elements.
    mutating func append(_ content: String) { text += escaped(content) }

    /// A line end, which means nothing in markup and helps who reads the source.
    mutating func breakLine() { text += "\n" }

    /// Markup of this module's own, never of data.
    mutating func appendMarkup(_ markup: StaticString) { text += "\(markup)" }

    private mutating func open(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>) {
        text += "<\(name)"
        for (key, value) in attributes {
            guard let value else { continue }
            text += " \(key)=\"\(escaped(value))\""
        }
    }
}

/// A text that cannot leave its place in XML or HTML.
///
/// Markup characters become entities. Line ends and tabs become spaces. What XML forbids, and what would turn the
/// direction of the text behind it, becomes U+FFFD.
func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        case "\t", "\n", "\r": result += " "
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}",
            "\u{FFFE}"..."\u{FFFF}":
            result += "\u{FFFD}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
