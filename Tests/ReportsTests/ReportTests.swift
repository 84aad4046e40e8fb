import LariatReports
import Testing

struct ReportTests {
    private func report(_ name: String, rows: Int = 3) -> Report {
        let x = (0..<rows).map(Double.init)
        let plot = Plot(
            name, x: Axis(name), y: Axis("loss"),
            marks: [.line(Line(name, x: x, y: x.map { $0 == 1 ? .nan : 1 / ($0 + 1) }))], notes: [name])
        return Report(
            name, facts: [.init(name, name)],
            sections: ["one", "two", name].map {
                .init(
                    $0, paragraphs: [name], facts: [.init(name, name)], listing: "run \(name)\nagain", plots: [plot],
                    tables: [DataTable(columns: [name, "n"], rows: [[.text(name), 3]], note: name)])
            })
    }

    @Test(arguments: hostileNames) func pagesAreWellFormedAndReferToNothing(_ name: String) throws {
        let html = report(name).html()
        let page = try ParsedMarkup(html)
        let forbidden: Set = ["script", "img", "link", "iframe", "object", "embed", "base", "form", "use", "image"]
        for element in page.elements {
            #expect(!forbidden.contains(element.name))
            for (key, value) in element.attributes {
                #expect(!key.hasPrefix("on") && key != "src" && key != "style")
                if key.hasSuffix("href") { #expect(value.hasPrefix("#part-")) }
            }
        }
        let style = page.all("style").map(\.text).joined()
        #expect(!style.contains("url(") && !style.contains("@import") && style.contains("prefers-color-scheme:dark"))
        #expect(html == report(name).html())
        // Every part of the contents leads somewhere, and every plot has its table.
        let ids = Set(page.elements.compactMap { $0.attributes["id"] })
        #expect(page.all("a").allSatisfy { ids.contains(String($0.attributes["href"]!.dropFirst())) })
        #expect(page.all("figure").count == 3 && page.all("details").count == 3 && page.all("summary").count == 3)
        #expect(page.all("div", style: "scroll").allSatisfy { $0.attributes["tabindex"] == "0" })
    }

    @Test func tablesHoldTheValues() throws {
        let page = try ParsedMarkup(report("p").html())
        let cells = page.all("td").map(\.text)
        #expect(cells.prefix(6) == ["0", "1", "1", "nan", "2", "0.333333"])
    }

    @Test func longTablesAreThinnedToTheLimit() throws {
        let long = report("p", rows: 200_000)
        let html = long.html()
        #expect(html.utf8.count < 500_000)
        let page = try ParsedMarkup(html)
        #expect(page.all("p", style: "note").contains { $0.text == "400 of 200000 rows, evenly spread." })
        let cells = page.all("td").map(\.text)
        #expect(cells.contains("199999"))
        #expect(long.html(limit: 60_000).utf8.count < 60_000)
    }

    /// 10 000 columns of a heat map, 300 plots of a point: size stays in bounds, and nothing is dropped silently.
    @Test func wideTablesAreCut() throws {
        let map = Plot(
            "m", x: Axis("x"), y: Axis("y"),
            marks: [.heatMap(HeatMap(rows: 4, columns: 10_000, values: (0..<40_000).map(Double.init)))])
        let html = Report("wide", sections: [.init("s", plots: [map])]).html()
        #expect(html.utf8.count < 100_000 && html.contains("9961 of 10001 columns are left out."))
        let many = (0..<100).map { Plot("\($0)", x: Axis("x"), y: Axis("y"), marks: [.points(Points(x: [1], y: [1]))]) }
        #expect(Report("many", sections: [.init("s", plots: many)]).html().utf8.count < 500_000)
    }

    @Test func emptyReport() throws {
        _ = try ParsedMarkup(Report("").html())
        _ = try ParsedMarkup(Report("x", sections: [.init("", tables: [DataTable(columns: [], rows: [])])]).html())
    }
}
