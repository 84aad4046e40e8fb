/// A report: one HTML file with plots, a table under each, and nothing that comes from elsewhere.
///
/// ```swift
/// var report = Report("Digits")
/// report.sections = [Report.Section("Training", plots: [losses, rates])]
/// try report.html().write(toFile: "report.html", atomically: true, encoding: .utf8)
/// ```
/// It has no scripts and no references; a policy in it forbids both to whatever a text could contain. The same report gives
/// the same bytes.
public struct Report: Sendable, Hashable {
    /// A fact with its name.
    public struct Fact: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// What is so.
        public var value: String

        /// A fact.
        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// A part with a heading.
    public struct Section: Sendable, Hashable {
        /// The heading.
        public var title: String
        /// Paragraphs in front of everything else.
        public var paragraphs: [String]
        /// Facts behind the paragraphs.
        public var facts: [Fact]
        /// Command lines or other texts that are shown as they are.
        public var listing: String
        /// Plots, each with its values in a table that opens beneath it.
        public var plots: [Plot]
        /// Tables that are always open.
        public var tables: [DataTable]

        /// A part with a heading.
        public init(
            _ title: String, paragraphs: [String] = [], facts: [Fact] = [], listing: String = "", plots: [Plot] = [],
            tables: [DataTable] = []
        ) {
            (self.title, self.paragraphs, self.facts, self.listing) = (title, paragraphs, facts, listing)
            (self.plots, self.tables) = (plots, tables)
        }
    }

    /// What the report is about.
    public var title: String
    /// The most important facts, at its top.
    public var facts: [Fact]
    /// Its parts.
    public var sections: [Section]

    /// A report.
    public init(_ title: String, facts: [Fact] = [], sections: [Section] = []) {
        (self.title, self.facts, self.sections) = (title, facts, sections)
    }

    /// The file, of at most so many bytes: where tables make it longer their rows are thinned, and say so.
    ///
    /// - Parameter limit: plots and texts alone may exceed it; they are never left out.
    public func html(limit: Int = 500_000) -> String {
        var rows = 400
        while true {
            let text = html(tableRows: rows, tableColumns: rows >= 100 ? 40 : 12)
            if text.utf8.count <= limit || rows == 0 { return text }
            rows = rows > 6 ? rows / 2 : 0
        }
    }
}
