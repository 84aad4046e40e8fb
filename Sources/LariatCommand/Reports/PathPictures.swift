internal import Lariat
internal import LariatReports
internal import LariatTraining
internal import LinearAlgebra

/// The report of a path.
struct PathPictures {
    let plots: PathPlots
    private let result: PathResult
    private let input: PathInput
    private let settings: ElasticNetPath
    /// Of the model that the path offers first: the best one by cross-validation, or the one in its middle.
    private let card: ModelCard
    private let file: String
    /// The two features whose penalties are drawn.
    private let pair: (Int, Int)?

    init(_ result: PathResult, _ input: PathInput, _ fitted: FittedPath, file: String) {
        (self.result, self.input, self.file) = (result, input, file)
        settings = fitted.settings
        card = fitted.model(of: result.path[result.curve?.minimumIndex ?? result.path.count / 2]).card
        let names = input.data.schema.encodedNames
        let deviations = settings.standardizes ? input.deviations : nil
        plots = PathPlots(
            path: result.path, names: names, labels: input.data.schema.labels, curve: result.curve,
            tolerance: settings.tolerance, deviations: deviations)
        pair = Self.firstPair(result.path)
    }

    /// The two features that enter the path first; of those that enter at one strength the ones with the lower places.
    private static func firstPair(_ path: RegularizationPath) -> (Int, Int)? {
        guard path.family == .gaussian else { return nil }
        var entered: [Int] = []
        for point in path where entered.count < 2 {
            entered += point.support.filter { !entered.contains($0) }
        }
        return entered.count < 2 ? nil : (entered[0], entered[1])
    }

    /// What `--report` writes. It says nothing of time, so that the same path gives the same bytes.
    func report() -> Report {
        var sections = [
            Report.Section(
                "Path", plots: plots.coefficients + [plots.validation, plots.deviance, plots.gaps].compactMap { $0 })
        ]
        let penalties = penaltyPlots
        if !penalties.isEmpty {
            sections.append(
                Report.Section(
                    "What the penalties do",
                    paragraphs: [
                        "L1 is not differentiable where a weight is zero: its diamond has corners there, which a contour of the loss touches first. L2 is a circle, and shrinks weights without ever making one zero."
                    ], plots: penalties))
        }
        sections.append(Report.Section("Points of the path", tables: [table]))
        sections.append(
            Report.Section(
                "How to run it again", facts: [Report.Fact("made with", card.createdWith)], listing: Invocation.text))
        return Report("Path on \(ReportFiles.shortName(of: file))", facts: facts, sections: sections)
    }

    private var facts: [Report.Fact] {
        let path = result.path
        var facts = [
            Report.Fact("family", path.family.rawValue),
            Report.Fact("data", "\(result.rows) rows, \(path.featureCount) features"),
            Report.Fact("objective", card.objective),
            Report.Fact(
                "strengths",
                "\(path.count), from \(shortNumber(path.strengths[0])) to \(shortNumber(path.strengths[path.count - 1]))"
            ),
            Report.Fact(
                "converged",
                path.isConverged
                    ? "all points" : "\(path.count { $0.certificate.stop == .converged }) of \(path.count) points"),
        ]
        if let curve = result.curve {
            for (name, index) in [("min", curve.minimumIndex), ("one-se", curve.oneStandardErrorIndex)] {
                facts.append(
                    Report.Fact(
                        name,
                        "strength \(shortNumber(curve.strengths[index])), \(path[index].support.count) features, \(curve.measure.rawValue) \(shortNumber(curve.means[index])) ± \(shortNumber(curve.standardErrors[index]))"
                    ))
            }
        }
        return facts
    }

    private var penaltyPlots: [Plot] {
        var plots: [Plot] = []
        if settings.family == .gaussian, settings.fitsIntercept, let pair, let quadratic = input.quadratic(pair) {
            let names = (self.plots.names[pair.0], self.plots.names[pair.1])
            let note = "The model of these two standardised features alone."
            let entry = quadratic.secondEntry
            var corner = quadratic.plot("Two weights: L1 at a corner", names: names)
            if entry == 0 { corner.title = "Two weights: the penalties touch" }
            corner.notes.append(note)
            plots.append(corner)
            if entry > 0 {
                var edge = quadratic.plot("Two weights: a weaker penalty", names: names, strength: entry / 4)
                edge.notes.append(note)
                plots.append(edge)
            }
        }
        let strengths = result.path.strengths
        let strength = result.curve.map { $0.strengths[$0.minimumIndex] } ?? strengths[strengths.count / 2]
        if settings.groups == nil && strength > 0 {
            plots.append(
                .shrinkage(strength: strength, l1Ratio: (0.01..<1).contains(settings.l1Ratio) ? settings.l1Ratio : 0.5))
        }
        return plots
    }

    private var table: DataTable {
        let path = result.path
        var columns = ["strength", "features", "deviance explained", "gap", "epochs", "ended"]
        if result.curve != nil { columns += ["cv mean", "cv se"] }
        return DataTable(
            columns: columns,
            rows: path.enumerated().map { index, point in
                var row: [DataTable.Cell] = [
                    .number(point.strength), .count(point.support.count), .number(point.devianceRatio),
                    .number(point.dualityGap), .count(point.certificate.epochs), .text(point.certificate.stop.rawValue),
                ]
                if let curve = result.curve {
                    row += [.number(curve.means[index]), .number(curve.standardErrors[index])]
                }
                return row
            })
    }
}

extension PathInput {
    /// The standard deviation of each feature.
    fileprivate var deviations: [Double] {
        let store = data.design.store
        let variances =
            data.weights.map { weights in
                weights.withUnsafeBufferPointer { store.moments(weights: $0.baseAddress).variances }
            }
            ?? store.moments(weights: nil).variances
        return variances.map { $0.squareRoot() }
    }

    /// The loss of two features alone.
    fileprivate func quadratic(_ pair: (Int, Int)) -> QuadraticPair? {
        func column(_ index: Int) -> [Double] {
            Array(unsafeUninitializedCapacity: data.design.rows) { buffer, count in
                count = data.design.rows
                if let base = buffer.baseAddress { data.design.store.copy(column: index, into: base) }
            }
        }
        let targets = offsets.map { zip(data.targets, $0).map { $0 - $1 } } ?? data.targets
        return QuadraticPair(first: column(pair.0), second: column(pair.1), target: targets, weights: data.weights)
    }
}
