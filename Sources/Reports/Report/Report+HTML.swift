extension Report {
    func html(tableRows: Int, tableColumns: Int) -> String {
        var html = MarkupWriter()
        html.appendMarkup("<!DOCTYPE html>\n")
        html.element("html", ["lang": "en"]) { html in
            html.element("head") { html in
                html.element("meta", ["charset": "utf-8"])
                html.element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                html.element("meta", ["name": "color-scheme", "content": "light dark"])
                html.element(
                    "meta",
                    [
                        "http-equiv": "Content-Security-Policy",
                        "content": "default-src 'none'; style-src 'unsafe-inline'",
                    ])
                html.element("title", text: title)
                html.appendMarkup("<style>")
                html.appendMarkup(Style.plot)
                html.appendMarkup(Style.page)
                html.appendMarkup("</style>")
            }
            html.breakLine()
            html.element("body") { html in
                html.element("h1", text: title)
                writeFacts(facts, into: &html)
                writeContents(into: &html)
                html.element("main") { html in
                    for (index, section) in sections.enumerated() {
                        section.write(index, tableRows: tableRows, tableColumns: tableColumns, into: &html)
                    }
                }
            }
        }
        return html.text + "\n"
    }

    private func writeContents(into html: inout MarkupWriter) {
        if sections.count < 3 { return }
        html.element("nav", ["aria-label": "Contents"]) { html in
            for (index, section) in sections.enumerated() {
                html.element("a", ["href": "#part-\(index + 1)"], text: section.title)
                html.append(" ")
            }
        }
    }
}

private func writeFacts(_ facts: [Report.Fact], into html: inout MarkupWriter) {
    if facts.isEmpty { return }
    html.element("dl") { html in
        for fact in facts {
            html.element("dt", text: fact.name)
            html.element("dd", text: fact.value)
        }
    }
}

extension Report.Section {
    fileprivate func write(_ index: Int, tableRows: Int, tableColumns: Int, into html: inout MarkupWriter) {
        html.breakLine()
        html.element("section", ["id": "part-\(index + 1)"]) { html in
            html.element("h2", text: title)
            for paragraph in paragraphs { html.element("p", text: paragraph) }
            writeFacts(facts, into: &html)
            if !listing.isEmpty { html.element("pre") { $0.element("code") { $0.appendLines(listing) } } }
            if !plots.isEmpty {
                html.element("div", ["class": "plots"]) { html in
                    for plot in plots { write(plot, tableRows, tableColumns, &html) }
                }
            }
            for table in tables {
                // Open tables are content and not a second view of it.
                table.shortened(rows: max(tableRows, 25), columns: max(tableColumns, 12)).write(
                    into: &html, label: title)
            }
        }
    }

    private func write(_ plot: Plot, _ tableRows: Int, _ tableColumns: Int, _ html: inout MarkupWriter) {
        html.breakLine()
        html.element("figure") { html in
            html.element("figcaption", text: plot.title)
            PlotDrawing(plot, isAlone: false).draw(into: &html)
            for note in plot.notes { html.element("p", ["class": "note"], text: note) }
            let table = plot.table
            guard !table.columns.isEmpty, tableRows > 0 else { return }
            html.element("details") { html in
                html.element("summary", text: "Values")
                table.shortened(rows: tableRows, columns: tableColumns).write(
                    into: &html, label: "Values of " + plot.title)
            }
        }
    }
}

extension MarkupWriter {
    /// A text whose line ends stay.
    fileprivate mutating func appendLines(_ text: String) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { breakLine() }
            append(String(line))
        }
    }
}
