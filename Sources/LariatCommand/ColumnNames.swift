internal import Lariat
internal import LariatDatasets

/// The names in a list of columns: fields of one CSV record, so that a name may hold a comma in quotes. Spaces
/// around a name without quotes do not belong to it, and one of nothing else is none.
func columnNames(in list: String, of flag: String) throws -> [String] {
    var names: [String] = []
    var rest = list[...]
    while !rest.isEmpty {
        rest = rest.drop { $0 == " " }
        guard rest.first == "\"" else {
            let name = rest.prefix { $0 != "," }
            rest = rest[name.endIndex...].dropFirst()
            let length = name.lastIndex { $0 != " " }.map { name.index(after: $0) } ?? name.startIndex
            if length > name.startIndex { names.append(String(name[..<length])) }
            continue
        }
        guard let (name, behind) = quotedName(rest.dropFirst()) else {
            throw Failure(
                .usage,
                "\(flag) has a quote that is not closed in front of a comma or the end: \(quoted(list))\nWrite a name with a comma as '\"a,b\",c', and a quote in it twice."
            )
        }
        names.append(name)
        rest = behind
    }
    return names
}

/// A name up to its closing quote, and what follows the comma behind it.
private func quotedName(_ text: Substring) -> (name: String, behind: Substring)? {
    var (name, rest) = ("", text)
    while let character = rest.popFirst() {
        if character != "\"" {
            name.append(character)
        } else if rest.first == "\"" {
            name.append(rest.removeFirst())
        } else {
            rest = rest.drop { $0 == " " }
            return rest.isEmpty || rest.removeFirst() == "," ? (name, rest) : nil
        }
    }
    return nil
}
