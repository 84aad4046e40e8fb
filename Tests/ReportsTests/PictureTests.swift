import LariatReports
import Testing

struct PictureTests {
    /// Contours of x² + y² are circles, closed, and as exact as linear interpolation is.
    @Test func contoursOfABowlAreCircles() {
        let axis = (0...60).map { Double($0) / 20 - 1.5 }
        let bowl = Contours(
            x: axis, y: axis, values: axis.flatMap { y in axis.map { x in x * x + y * y } }, levels: [1])
        let lines = bowl.lines(at: 1)
        #expect(lines.count == 1 && lines[0].first == lines[0].last)
        // Between neighbours h apart a chord of x² is off by at most h²/4.
        for point in lines[0] { #expect(abs(point.x * point.x + point.y * point.y - 1) <= 0.05 * 0.05 / 4 + 1e-12) }
        #expect(bowl.lines(at: 100).isEmpty && bowl.lines(at: -1).isEmpty)
    }

    @Test func contoursEndAtHolesAndEdges() {
        let plane = Contours(x: [0, 1, 2], y: [0, 1], values: [0, 1, 2, 0, 1, 2], levels: [])
        #expect(plane.lines(at: 0.5).map { $0.map { [$0.x, $0.y] } } == [[[0.5, 0], [0.5, 1]]])
        let hole = Contours(x: [0, 1, 2], y: [0, 1], values: [0, .nan, 2, 0, 1, 2], levels: [])
        #expect(hole.lines(at: 0.5).isEmpty)
        let saddle = Contours(x: [0, 1], y: [0, 1], values: [1, 0, 0, 1], levels: [])
        #expect(saddle.lines(at: 0.4).count == 2)
    }

    @Test(arguments: [0, 0.3, 0.5, 1]) func penaltyBallsReachTheirBound(_ ratio: Double) {
        let ball = Region.penaltyBall(l1Ratio: ratio, bound: 2)
        for (a, b) in zip(ball.x, ball.y) {
            let penalty = ratio * (abs(a) + abs(b)) + (1 - ratio) / 2 * (a * a + b * b)
            #expect(abs(penalty - 2) < 1e-12)
        }
        #expect(ball.y.contains(0) && ball.x.contains(0))
    }

    /// The optimality conditions hold to rounding, and a weight that L1 removes is exactly zero.
    @Test func solutionsOfTwoWeights() {
        for product in [-0.8, 0, 0.45, 0.95] {
            for slopes in [(3.0, 2.0), (-1, 4), (2, -2), (0, 1)] {
                let pair = QuadraticPair(
                    firstSquare: 1, product: product, secondSquare: 1, firstSlope: slopes.0, secondSlope: slopes.1)
                for ratio in [0.0, 0.5, 1] {
                    for strength in [0.01, 0.5, 1.5, 3, 10] {
                        check(pair, pair.solution(strength: strength, l1Ratio: ratio), strength, ratio)
                    }
                }
                let entry = pair.secondEntry
                let above = pair.solution(strength: entry * 1.001 + 1e-9, l1Ratio: 1)
                #expect(above.first == 0 || above.second == 0)
            }
        }
    }

    private func check(_ pair: QuadraticPair, _ w: QuadraticPair.Weights, _ strength: Double, _ ratio: Double) {
        let slopes = [
            pair.firstSlope - pair.firstSquare * w.first - pair.product * w.second,
            pair.secondSlope - pair.product * w.first - pair.secondSquare * w.second,
        ]
        for (value, slope) in zip([w.first, w.second], slopes) {
            let rest = slope - strength * (1 - ratio) * value
            if value == 0 {
                #expect(abs(rest) <= strength * ratio + 1e-12)
            } else {
                #expect(abs(rest - strength * ratio * (value > 0 ? 1 : -1)) < 1e-10)
            }
        }
    }

    @Test func lossOfData() throws {
        let (a, b) = ([1.0, 2, 3, 4, 5], [2.0, 1, 4, 3, 6])
        let y = [1.0, 3, 2, 5, 4]
        let pair = try #require(QuadraticPair(first: a, second: b, target: y))
        #expect(pair.firstSquare == 1 && abs(pair.firstSlope - 8 / 5 / 2.0.squareRoot()) < 1e-12)
        let doubled = try #require(QuadraticPair(first: a + a, second: b + b, target: y + y))
        let weighted = try #require(QuadraticPair(first: a, second: b, target: y, weights: [2, 2, 2, 2, 2]))
        #expect(abs(doubled.product - pair.product) < 1e-12 && abs(weighted.secondSlope - pair.secondSlope) < 1e-12)
        #expect(QuadraticPair(first: a, second: a, target: y) == nil)
        #expect(QuadraticPair(first: a, second: [1, 1, 1, 1, 1], target: y) == nil)
        for strength in [nil, 0.1, 1.0] {
            _ = try ParsedMarkup(pair.plot("two", names: (hostileNames[0], hostileNames[1]), strength: strength).svg)
        }
    }

    @Test func shrinkageCurves() throws {
        let table = Plot.shrinkage(strength: 0.5).table
        #expect(table.columns.count == 5 && table.rows.count == 121)
        // z = 1: 1, 1/1.5, 0.75/1.25, 0.5
        let row = try #require(table.rows.first { $0[0] == .count(1) })
        #expect(row == [.count(1), .number(1), .number(1 / 1.5), .number(0.6), .number(0.5)])
    }

    /// Ten thousand features: those with the largest coefficients have curves, the others lie in a band, and the plot says
    /// so.
    @Test func coefficientsOfManyFeatures() throws {
        let strengths = (0..<100).map { 100 - Double($0) }
        func curve(_ feature: Int) -> [Double] {
            if feature >= 9000 { return [] }
            let slope = Double(feature % 100) * (feature.isMultiple(of: 2) ? 1 : -1)
            return strengths.map { (100 - $0) * slope }
        }
        let coefficients: [[Double]] = (0..<10_000).map(curve)
        let paths = CoefficientPaths(
            strengths: strengths, supports: strengths.indices.map { $0 * 90 },
            names: (0..<10_000).map { "feature \($0)" }, coefficients: coefficients)
        let plot = paths.plot()
        let drawing = try ParsedMarkup(plot.svg)
        #expect(drawing.all("path", style: "b").count == 1 && plot.svg.utf8.count < 150_000)
        #expect(paths.ranking.count == 8910 && paths.ranking[0] == 99 && paths.ranking[1] == 199)
        #expect(plot.notes.contains("1090 of 10000 features are zero at every strength."))
        let table = plot.table
        #expect(table.rows.count == 100 && table.columns[3] == "feature 99")
        #expect(table.rows[99].dropFirst(3).first == .number(coefficients[99][99]))
        let html = Report("many", sections: [.init("path", plots: [plot, plot])]).html()
        #expect(html.utf8.count < 500_000)
    }
}
