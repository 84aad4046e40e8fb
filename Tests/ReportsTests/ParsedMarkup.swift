import Foundation
import FoundationXML

/// A drawing or a page, read back by a parser of XML.
final class ParsedMarkup: NSObject, XMLParserDelegate {
    struct Element {
        let name: String
        let attributes: [String: String]
        var text = ""
    }

    private(set) var elements: [Element] = []
    private var open: [Int] = []
    private var fault: String?

    /// - Throws: what the parser complained of.
    init(_ markup: String) throws {
        super.init()
        let document = markup.replacingOccurrences(of: "<!DOCTYPE html>\n", with: "")
        let parser = XMLParser(data: Data(document.utf8))
        parser.delegate = self
        if !parser.parse() || fault != nil {
            throw Fault(text: fault ?? "\(parser.parserError.map { "\($0)" } ?? "?")")
        }
    }

    struct Fault: Error { let text: String }

    func all(_ name: String, style: String? = nil) -> [Element] {
        elements.filter { element in
            let styles = element.attributes["class"]?.split(separator: " ").map(String.init) ?? []
            return element.name == name && (style.map(styles.contains) ?? true)
        }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        open.append(elements.count)
        elements.append(Element(name: name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if let last = open.last { elements[last].text += text }
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
        open.removeLast()
    }

    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) { fault = "\(error)" }
}

/// The points of "M1 2L3 4", each stretch by itself.
func stretches(_ path: String) -> [[(x: Double, y: Double)]] {
    path.split(separator: "M").map { stretch in
        stretch.split(separator: "L").map { point in
            let numbers = point.split { $0 == " " || $0 == "Z" }.compactMap { Double($0) }
            return (numbers[0], numbers[1])
        }
    }
}

/// Names that want to leave their place.
let hostileNames = [
    "<script>alert('x')</script>", "\"/><img src=x onerror=y>", "a & b < c", "]]>", "\u{0}\u{1B}[31m",
    "\u{202E}reversed",
    "line\nend\tand tab", "&amp;&#x41;", "漢字と🙂と é", String(repeating: "long ", count: 500), "",
]
