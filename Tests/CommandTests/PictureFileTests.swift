import Foundation
import FoundationXML
import LariatBench
import LariatReports
import Testing

/// The files of `--report` and `--plot`.
struct PictureFileTests {
    /// The cells of a page's tables, by the name of the plot above; throws when the page is no XML.
    private final class Page: NSObject, XMLParserDelegate {
        var names: Set<String> = []
        var tables: [String: [[String]]] = [:]
        private var (text, caption, row) = ("", "", [String]())

        init(_ markup: String) throws {
            super.init()
            let parser = XMLParser(data: Data(markup.replacingOccurrences(of: "<!DOCTYPE html>\n", with: "").utf8))
            parser.delegate = self
            if !parser.parse() { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
        }

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String] = [:]
        ) {
            names.insert(name)
            text = ""
            if name == "section" { caption = "" }
            if name == "tr" { row = [] }
        }

        func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }

        func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
            if name == "figcaption" || name == "h2" { caption = text }
            if name == "td" || name == "th" { row.append(text) }
            if name == "tr" { tables[caption, default: []].append(row) }
        }

        /// The numbers of a column of a table.
        func column(_ name: String, of table: String) throws -> [Double] {
            let rows = try #require(tables[table])
            let index = try #require(rows[0].firstIndex(of: name))
            return try rows.dropFirst().map { try #require(Double($0[index])) }
        }
    }

    /// Equal to the six digits that a table shows.
    private func same(_ a: [Double], _ b: [Double]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 6e-6 * max(abs($0), abs($1)) }
    }

    private func column(_ name: String, of csv: String) throws -> [Double] {
        let lines = csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let index = try #require(lines[0].firstIndex { $0 == name })
        return try lines.dropFirst().map { try #require(Double($0[index])) }
    }

    @Test func trainingReportsHoldTheHistory() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let arguments = [
            "train", CommandRun.data("digits.csv"), "--target", "target", "--epochs", "4", "--hidden", "16", "--l1",
            "0.01", "--output", "m", "--history", "h.csv", "--report", "r.html", "--plot", "p.svg", "--quiet",
        ]
        #expect(try run.run(arguments).code == 0)
        let (html, svg, history) = (try run.read("r.html"), try run.read("p.svg"), try run.read("h.csv"))
        let page = try Page(html)
        #expect(html.utf8.count < 500_000 && !html.contains("://"))
        for (name, table, shown) in [
            ("loss", "Loss", "training"), ("validation_loss", "Loss", "validation"), ("rate", "Learning rate", "rate"),
            ("accuracy", "Validation: accuracy", "accuracy"),
        ] {
            #expect(same(try page.column(shown, of: table), try column(name, of: history)), "\(name)")
        }
        let zeros = try page.column("layers.0 (dense)", of: "Weights that are exactly zero")
        let inspected = try run("inspect", "m", "--json").json
        let kept = try page.column("layers.3 (dense)", of: "Weights that are exactly zero")
        #expect(zeros.count == 4 && Int(zeros[3] + kept[3]) == inspected["exactZeros"] as? Int)
        let load = try #require(page.tables["Computational load by layer"])
        #expect(load.last?[2] == "\(try #require(inspected["parameters"] as? Int))")
        _ = try Page(svg)
        // The same training, the same bytes.
        #expect(try run.run(arguments).code == 0)
        #expect(try run.read("r.html") == html && run.read("p.svg") == svg)
    }

    /// One epoch, names that want to be markup, one row to validate on, a constant column.
    @Test func hostileNamesStayTexts() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let names = ["<script>alert(1)</script>", "\"a\"\"b\"", "a&amp;b", "</title><img src=x>"]
        var csv = (names + ["]]>", "y<i>"]).joined(separator: ",") + "\n"
        for row in 0..<12 { csv += "\(row),\(row % 3),<b>\(row % 2)</b>,1,\(row * row % 7),<u>\(row % 2)\n" }
        try run.write("<&>.csv", csv)
        for hidden in ["", "4"] {
            let result = try run(
                "train", "<&>.csv", "--target", "y<i>", "--epochs", "1", "--hidden", hidden, "--batch-size", "5",
                "--validation", "0.1", "--output", "m", "--report", "r.html", "--plot", "p.svg", "--quiet")
            #expect(result.code == 0, "\(result.errors)")
            let page = try Page(try run.read("r.html"))
            #expect(page.names.isDisjoint(with: ["script", "img", "i", "b", "u"]))
            #expect(page.tables["Inputs with the largest weights"]?.contains { $0[0] == names[0] } == true)
            _ = try Page(try run.read("p.svg"))
        }
    }

    @Test func regressionsAreDrawnAgainstTheTruth() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let result = try run(
            "train", CommandRun.data("diabetes.csv"), "--target", "target", "--epochs", "3", "--validation", "0",
            "--output", "m", "--report", "r.html", "--quiet")
        #expect(result.code == 0, "\(result.errors)")
        let page = try Page(try run.read("r.html"))
        let predicted = try run("predict", "m", CommandRun.data("diabetes.csv")).output
        let rows = try #require(page.tables["target: predicted against true, training data"])
        let shown = rows.filter { $0[0] == "rows" }.compactMap { Double($0[2]) }
        let all = try column("prediction", of: predicted)
        #expect(shown.count > 300 && shown.allSatisfy { value in all.contains { same([$0], [value]) } })
    }

    @Test func pathReportsHoldThePath() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let arguments = [
            "path", CommandRun.data("diabetes.csv"), "--target", "target", "--folds", "5", "--no-standardize",
            "--output",
            "path.csv", "--report", "r.html", "--plot", "p.svg", "--quiet",
        ]
        let result = try run.run(arguments)
        #expect(result.code == 0, "\(result.errors)")
        let (html, csv) = (try run.read("r.html"), try run.read("path.csv"))
        let page = try Page(html)
        #expect(html.utf8.count < 500_000 && !html.contains("://"))
        for name in ["bmi", "s5", "age"] {
            let shown = try page.column(name, of: "Coefficients along the path")
            #expect(same(shown, try column(name, of: csv)), "\(name)")
        }
        #expect(same(try page.column("cv mean", of: "Points of the path"), try column("cv_mean", of: csv)))
        #expect(page.tables["Two weights: L1 at a corner"] != nil)
        _ = try Page(try run.read("p.svg"))
        #expect(try run.run(arguments).code == 0)
        #expect(try run.read("r.html") == html)
    }

    /// The L1 solution of bmi and s5 touches at a corner exactly where the path of these two features has a zero.
    @Test func cornersAreTheZerosOfThePath() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let others = "age,sex,bp,s1,s2,s3,s4,s6"
        let result = try run(
            "path", CommandRun.data("diabetes.csv"), "--target", "target", "--drop", others, "--output", "path.csv",
            "--tolerance", "1e-12", "--quiet")
        #expect(result.code == 0, "\(result.errors)")
        let csv = try run.read("path.csv")
        let table = try String(contentsOfFile: CommandRun.data("diabetes.csv"), encoding: .utf8)
        let (bmi, s5) = (try column("bmi", of: table), try column("s5", of: table))
        let pair = try #require(QuadraticPair(first: bmi, second: s5, target: try column("target", of: table)))
        let strengths = try column("strength", of: csv)
        let (first, second) = (try column("bmi", of: csv), try column("s5", of: csv))
        func deviation(_ values: [Double]) -> Double {
            let mean = values.reduce(0, +) / Double(values.count)
            return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
        }
        for (index, strength) in strengths.enumerated() {
            let w = pair.solution(strength: strength, l1Ratio: 1)
            #expect((w.first == 0) == (first[index] == 0) && (w.second == 0) == (second[index] == 0))
            #expect(abs(w.first - first[index] * deviation(bmi)) < 1e-4)
            #expect(abs(w.second - second[index] * deviation(s5)) < 1e-4)
        }
        #expect(second.contains(0) && first.contains { $0 != 0 })
    }

    @Test func picturesGoToStandardOutput() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let training = [
            "train", CommandRun.data("diabetes.csv"), "--target", "target", "--epochs", "1", "--output", "m",
        ]
        let plot = try run.run(training + ["--plot", "-"])
        #expect(plot.code == 0 && plot.output.hasPrefix("<svg") && plot.output.hasSuffix("</svg>\n"))
        _ = try Page(plot.output)
        let both = try run.run(training + ["--plot", "-", "--json"])
        #expect(
            both.code == 64 && both.errors.contains("--plot and the result of --json cannot both be standard output"))
    }

    @Test func benchReports() throws {
        let report = try Bench(.small, budget: 0.002, longestNaive: 0.01, largestBuffer: 1 << 20).run()
        let plots = BenchPlots(report, invocation: "lariat bench --report 'a b.html'")
        let page = try Page(plots.document.html())
        let shares = try page.column("share", of: "All measurements")
        #expect(same(shares, report.rows.map(\.share)))
        _ = try Page(plots.overview.svg)
        #expect(plots.overview.table.rows.count == report.rows.count)
    }
}
