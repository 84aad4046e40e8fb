/// A table of a report.
public struct DataTable: Sendable, Hashable {
    /// One cell.
    public enum Cell: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByFloatLiteral,
        ExpressibleByIntegerLiteral
    {
        /// A text, to the left.
        case text(String)
        /// A number, to the right, in six significant digits.
        case number(Double)
        /// A whole number.
        case count(Int)
        /// Nothing.
        case empty

        /// A text.
        public init(stringLiteral value: String) { self = .text(value) }
        /// A number.
        public init(floatLiteral value: Double) { self = .number(value) }
        /// A whole number.
        public init(integerLiteral value: Int) { self = .count(value) }

        var shown: String {
            switch self {
            case .text(let text): text
            case .number(let value): shortNumber(value, digits: 6)
            case .count(let count): "\(count)"
            case .empty: ""
            }
        }

        var isText: Bool { if case .text = self { true } else { false } }
    }

    /// The titles of the columns.
    public var columns: [String]
    /// The rows, each with a cell a column.
    public var rows: [[Cell]]
    /// What else there is to say.
    public var note: String

    /// A table.
    ///
    /// - Precondition: every row has a cell for each column.
    public init(columns: [String], rows: [[Cell]], note: String = "") {
        if let row = rows.first(where: { $0.count != columns.count }) {
            preconditionFailure("a row of \(row.count) cells in a table of \(columns.count) columns")
        }
        (self.columns, self.rows, self.note) = (columns, rows, note)
    }

    /// At most so many rows and columns, rows evenly spread, with a note of what is left out.
    func shortened(rows limit: Int, columns most: Int) -> DataTable {
        var copy = self
        if columns.count > most {
            copy.columns = Array(columns.prefix(most))
            copy.rows = rows.map { Array($0.prefix(most)) }
            copy.say("\(columns.count - most) of \(columns.count) columns are left out.")
        }
        if rows.count > limit {
            copy.rows = evenly(rows.count, limit: limit).map { copy.rows[$0] }
            copy.say("\(limit) of \(rows.count) rows, evenly spread.")
        }
        return copy
    }

    private mutating func say(_ sentence: String) { note += (note.isEmpty ? "" : " ") + sentence }
}

extension DataTable {
    func write(into html: inout MarkupWriter, label: String) {
        let isText = columns.indices.map { column in rows.contains { $0[column].isText } }
        html.element("div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": label]) { html in
            html.element("table") { html in
                html.element("thead") { html in
                    html.element("tr") { html in
                        for (title, isText) in zip(columns, isText) {
                            html.element("th", ["class": isText ? "w" : nil, "scope": "col"], text: title)
                        }
                    }
                }
                html.element("tbody") { html in
                    for row in rows {
                        html.element("tr") { html in
                            for (cell, isText) in zip(row, isText) {
                                html.element("td", ["class": isText ? "w" : nil], text: cell.shown)
                            }
                        }
                        html.breakLine()
                    }
                }
            }
        }
        if !note.isEmpty { html.element("p", ["class": "note"], text: note) }
    }
}
