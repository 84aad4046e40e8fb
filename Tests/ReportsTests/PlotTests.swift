import LariatReports
import Testing

struct PlotTests {
    private static let x = (0..<50).map(Double.init)

    private func plot(_ marks: [Mark], x: Axis = Axis("x"), y: Axis = Axis("y")) -> Plot {
        Plot("p", x: x, y: y, marks: marks)
    }

    /// From a place in the data area back to a value, by two gridlines with labels.
    private func drawnPath(_ plot: Plot) throws -> [[(x: Double, y: Double)]] {
        let path = try #require(try ParsedMarkup(plot.svg).all("path", style: "s0").first)
        return stretches(path.attributes["d"]!)
    }

    /// The places of a line are an increasing linear function of its values, to the tenth of a unit that is written.
    @Test func placesAreTheValues() throws {
        let y = Self.x.map { 3 + 0.1 * ($0 - 20) * ($0 - 20) }
        let line = try drawnPath(plot([.line(Line("a", x: Self.x, y: y))]))[0]
        #expect(line.count == 50)
        let (low, high) = (y.min()!, y.max()!)
        let places = line.map(\.y)
        let (top, bottom) = (places.min()!, places.max()!)
        for (place, value) in zip(places, y) {
            #expect(abs((bottom - place) / (bottom - top) - (value - low) / (high - low)) < 2 * 0.1 / (bottom - top))
        }
        for (left, right) in zip(line, line.dropFirst()) {
            #expect(abs(right.x - left.x - (line[49].x - line[0].x) / 49) <= 0.11)
        }
    }

    @Test func logarithmicPlacesAreEqualForEqualRatios() throws {
        let y = Self.x.map { Double(sign: .plus, exponent: Int($0), significand: 1) }
        let line = try drawnPath(plot([.line(Line("a", x: Self.x, y: y))], y: .log("y")))[0]
        for (left, right) in zip(line, line.dropFirst()) {
            #expect(abs(left.y - right.y - (line[0].y - line[49].y) / 49) <= 0.11)
        }
    }

    @Test func whatIsNotFiniteLeavesAGap() throws {
        var y = Self.x
        (y[10], y[20], y[21]) = (.nan, .infinity, -.infinity)
        let drawn = try drawnPath(plot([.line(Line("a", x: Self.x, y: y))]))
        #expect(drawn.map(\.count) == [10, 9, 28])
        let log = try drawnPath(plot([.line(Line("a", x: Self.x, y: Self.x.map { $0 - 5 }))], y: .log("y")))
        #expect(log.map(\.count) == [44])
    }

    /// A single high and a single low value among ten thousand are drawn.
    @Test func thinningKeepsExtremes() throws {
        let x = (0..<10_000).map(Double.init)
        var y = x.map { $0.truncatingRemainder(dividingBy: 7) }
        (y[4321], y[7777]) = (1000, -500)
        let line = try drawnPath(plot([.line(Line("a", x: x, y: y))]))[0]
        #expect(line.count < 1000)
        #expect(line.count { $0.y == line.map(\.y).min()! } == 1 && line.count { $0.y == line.map(\.y).max()! } == 1)
        let (top, bottom) = (line.map(\.y).min()!, line.map(\.y).max()!)
        let zero = line[0].y
        #expect(abs((bottom - zero) / (bottom - top) - 1.0 / 3) < 0.01)
    }

    static let awkward: [[Double]] = [
        [], [0], [.nan], [.infinity, -.infinity], [1, 1, 1], [1e308, -1e308], [5e-324, 1e-323], [1e9, 1e9 + 1],
        [0.1, 0.1 + 1e-17], [-1e-300, 1e300], [.nan, 3, .nan], Array(repeating: 2, count: 10_000),
    ]

    @Test(arguments: awkward) func everyDrawingIsWellFormed(_ y: [Double]) throws {
        let x = y.indices.map(Double.init)
        for axis in [Axis("y"), .log("y"), Axis("y", including: [0])] {
            for xAxis in [Axis("x"), .log("x"), Axis("x", isReversed: true)] {
                let marks: [Mark] = [
                    .line(Line("line", x: x, y: y)), .points(Points(x: y, y: x)),
                    .band(Band(x: x, lower: y.map { $0 / 2 }, upper: y)),
                    .bars(Bars(at: .edges(Histogram(of: y).edges), values: Histogram(of: y).counts)),
                    .rule(.vertical("at", at: y.first ?? .nan)), .region(Region(x: x, y: y)),
                    .contours(Contours(x: x, y: [0, 1], values: y + y, levels: Array(y.prefix(3)))),
                ]
                let svg = plot(marks, x: xAxis, y: axis).svg
                _ = try ParsedMarkup(svg)
                #expect(!svg.contains("nan\"") && !svg.contains("inf\"") && svg.utf8.count < 200_000)
                #expect(svg == plot(marks, x: xAxis, y: axis).svg)
            }
        }
        #expect(TerminalPlot(plot([.line(Line("a", x: x, y: y))])).text.last == "\n")
    }

    @Test func aPlotWithoutDataSaysSo() throws {
        #expect(try ParsedMarkup(plot([]).svg).all("text").contains { $0.text == "no data" })
        #expect(TerminalPlot(plot([])).text == "p: no data\n")
    }

    /// The legend and every label lie outside the data area, and nothing lies outside the drawing.
    @Test func textsStandApart() throws {
        let lines = (0..<20).map {
            Mark.line(Line("curve \($0) " + hostileNames[$0 % 11], x: Self.x, y: Self.x, tint: .series($0)))
        }
        for scale in [1e-7, 1, 123_456.7, 1e40] {
            let marks = lines + [.line(Line(nil, x: Self.x, y: Self.x.map { $0 * scale }))]
            let drawing = try ParsedMarkup(plot(marks, y: Axis(hostileNames[9])).svg)
            let area = try #require(drawing.all("svg").dropFirst().first).attributes
            let (left, top) = (Double(area["x"]!)! + 4, Double(area["y"]!)! + 4)
            let (right, bottom) = (left + Double(area["width"]!)! - 8, top + Double(area["height"]!)! - 8)
            let height = Double(drawing.elements[0].attributes["height"]!)!
            for text in drawing.all("text") {
                let (x, y) = (Double(text.attributes["x"]!)!, Double(text.attributes["y"]!)!)
                #expect(x >= 0 && x <= Plot.width && y > 0 && y <= height)
                #expect(x < left || x > right || y <= top || y - 10 >= bottom - 1, "\(text)")
            }
        }
    }

    @Test(arguments: hostileNames) func namesStayTexts(_ name: String) throws {
        var plot = Plot(name, x: .categories([name, name], title: name), y: Axis(name), notes: [name])
        plot.x.farLabels = [Axis.Label(0, name)]
        plot.marks = [
            .bars(Bars(name, at: .columns, values: [1, 2])), .points(Points(name, x: [0], y: [1], labels: [name])),
        ]
        let drawing = try ParsedMarkup(plot.svg)
        let known: Set = ["svg", "style", "rect", "path", "g", "text", "title", "circle"]
        #expect(drawing.elements.allSatisfy { known.contains($0.name) })
        #expect(drawing.elements.allSatisfy { $0.attributes.keys.allSatisfy { !$0.hasPrefix("on") && $0 != "href" } })
        #expect(!plot.svg.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0.value == 0x202E })
    }

    @Test func barsAreAsLongAsTheirValues() throws {
        let bars = Bars(at: .rows, values: [4, 1, 0, -2])
        let drawing = try ParsedMarkup(plot([.bars(bars)], x: Axis("x"), y: .categories(["a", "b", "c", "d"])).svg)
        let widths = drawing.all("rect", style: "r").map { Double($0.attributes["width"]!)! }
        #expect(abs(widths[0] / widths[1] - 4) < 0.02 && widths[2] == 0 && abs(widths[3] / widths[1] - 2) < 0.02)
    }

    @Test func heatMapsAreCondensed() {
        let map = HeatMap(rows: 1000, columns: 3, values: (0..<3000).map { Double($0 / 3) }).condensed(limit: 50)
        #expect(map.rows == 50 && map.columns == 3 && map.values[0] == 9.5 && map.values[147] == 989.5)
        #expect(HeatMap(rows: 1, columns: 1, values: [1]).condensed() == HeatMap(rows: 1, columns: 1, values: [1]))
    }

    @Test func histogramsCountEveryFiniteValue() {
        let values = (0..<1000).map { Double($0 % 37) - 5 } + [.nan, .infinity]
        let histogram = Histogram(of: values)
        #expect(histogram.counts.reduce(0, +) == 1000 && histogram.edges.count == histogram.counts.count + 1)
        #expect(histogram.edges.first == -5 && histogram.edges.last == 31)
        #expect(Histogram(of: [2, 2, 2]).counts == [3] && Histogram(of: []).counts == [0])
        #expect(Histogram(of: [-1e308, 1e308]).counts.reduce(0, +) == 2)
    }

    @Test func terminalDrawing() {
        let text = TerminalPlot(plot([.line(Line("a", x: [0, 1], y: [0, 1]))]), width: 20, height: 4).text
        let lines = text.split(separator: "\n")
        #expect(lines.count == 6 && lines[1].hasPrefix("1 ┤") && lines[4].hasPrefix("0 ┤"))
        #expect(
            lines[1].last == "⠉" || lines[1].last == "⡈" || lines[1].last == "⠊" || lines[1].last == "⠁"
                || lines[1].last == "⠈" || lines[1].last == "⠋")
        #expect(lines.allSatisfy { $0.count <= 20 })
        #expect(Sparkline([0, 1, 2, 3, 4, 5, 6, 7]).text == "▁▂▃▄▅▆▇█")
        #expect(Sparkline([1, .nan, 1]).text == "▄ ▄" && Sparkline([]).text == "" && Sparkline([.nan]).text == " ")
        #expect(Sparkline((0..<1000).map(Double.init), width: 10).text.count == 10)
    }
}
