// Nothing here can ask a browser for the width of a text, so that it is estimated from above: wide enough for the
// common sans-serif fonts.

/// About the width of a text in units of the font's size.
func textWidth(_ text: String, size: Double) -> Double { text.reduce(0) { $0 + width(of: $1) } * size }

/// The longest beginning of a text that fits into a width, with … where something is left out.
func fitted(_ text: String, into limit: Double, size: Double) -> String {
    var (used, end) = (0.0, text.startIndex)
    let mark = width(of: "…") * size
    var lastFit = text.startIndex
    for (index, character) in zip(text.indices, text) {
        used += width(of: character) * size
        if used + mark <= limit { lastFit = text.index(after: index) }
        if used > limit { return String(text[..<lastFit]) + "…" }
        end = text.index(after: index)
    }
    return String(text[..<end])
}

/// A text that fits into a width, with … in its middle where something is left out: names often differ at their ends.
func shortened(_ text: String, into limit: Double, size: Double) -> String {
    if textWidth(text, size: size) <= limit { return text }
    var (start, end) = (text.startIndex, text.endIndex)
    var (before, after) = (width(of: "…") * size, 0.0)
    while start < end {
        let takesStart = before <= after
        let next = takesStart ? start : text.index(before: end)
        let more = width(of: text[next]) * size
        if before + after + more > limit { break }
        if takesStart {
            (before, start) = (before + more, text.index(after: start))
        } else {
            (after, end) = (after + more, next)
        }
    }
    return text[..<start] + "…" + text[end...]
}

private func width(of character: Character) -> Double {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar {
    case "i", "j", "l", "I", "t", "f", "r", ".", ",", ":", ";", "|", "!", "'", "(", ")", "[", "]", " ", "-", "/":
        return 0.36
    case "⁰"..."₎", "²", "³", "¹": return 0.4
    case "m", "w", "M", "W", "%", "@", "…", "—": return 0.95
    case "A"..."Z", "<", ">", "=", "+", "−", "×", "~": return 0.72
    case "\u{0}"..."\u{24F}": return 0.58
    case "\u{370}"..."\u{52F}": return 0.68
    default: return 1.1
    }
}
