internal import Lariat
internal import LariatReports

/// The curves of a path.
struct PathPlots {
    let path: RegularizationPath
    let names: [String]
    /// The labels of a multinomial family's classes.
    let labels: [String]
    let curve: CrossValidationCurve?
    let tolerance: Double
    /// What coefficients are multiplied by, so that they can be compared: the deviations of the features; nil leaves them
    /// on the original scale.
    let deviations: [Double]?

    /// The most classes that are drawn.
    private static let mostOutputs = 6

    private var axis: Axis { Axis("strength λ", scale: .log, isReversed: true) }

    /// The coefficients, one plot a linear predictor.
    var coefficients: [Plot] {
        (0..<min(path.outputs, Self.mostOutputs)).map { output in
            var columns = Array(repeating: [Double](), count: names.count)
            for (index, point) in path.enumerated() {
                for (feature, value) in zip(point.support, point.coefficients[output]) {
                    if columns[feature].isEmpty { columns[feature] = Array(repeating: 0, count: path.count) }
                    columns[feature][index] = value * (deviations?[feature] ?? 1)
                }
            }
            let paths = CoefficientPaths(
                strengths: path.strengths, supports: path.map(\.support.count), names: names, coefficients: columns)
            let title = path.outputs == 1 ? "" : " of class \(labels[output])"
            var plot = paths.plot("Coefficients\(title) along the path", marking: choices(isQuiet: true))
            plot.y.title = deviations == nil ? "coefficient" : "coefficient · deviation of its feature"
            if path.outputs > Self.mostOutputs {
                plot.notes.append("\(Self.mostOutputs) of \(path.outputs) classes are drawn.")
            }
            return plot
        }
    }

    /// What cross-validation measured, with one standard error on either side.
    var validation: Plot? {
        guard let curve else { return nil }
        let (lower, upper) = (
            zip(curve.means, curve.standardErrors).map { $0 - $1 },
            zip(curve.means, curve.standardErrors).map { $0 + $1 }
        )
        return Plot(
            "Cross-validation", x: axis, y: Axis(curve.measure.rawValue),
            marks: [
                .band(Band("one standard error", x: curve.strengths, lower: lower, upper: upper)),
                .line(Line("mean of \(curve.foldWeights.count) folds", x: curve.strengths, y: curve.means)),
            ] + choices(isQuiet: false).map { .rule($0) })
    }

    /// How much of the null deviance each strength explains.
    var deviance: Plot {
        Plot(
            "Deviance explained", x: axis, y: Axis("1 − deviance / null deviance", including: [0]),
            marks: [.line(Line("share", x: path.strengths, y: path.map(\.devianceRatio), tint: .series(2)))])
    }

    /// The proof of each point, and the bound it was asked to keep.
    var gaps: Plot {
        let gaps = path.map(\.dualityGap)
        let atRounding = gaps.count { $0 <= 0 }
        var notes = ["Of the objective of the null model: no solution can be better by more."]
        if atRounding > 0 {
            notes.append("Points with a gap of zero, to rounding, have no place on this axis: \(atRounding).")
        }
        return Plot(
            "Relative duality gap", x: axis, y: .log("gap"),
            marks: [
                .rule(.horizontal("asked: \(shortNumber(tolerance))", at: tolerance, tint: .muted)),
                .points(Points("gap", x: path.strengths, y: gaps)),
            ], notes: notes)
    }

    /// Lines at what cross-validation chose.
    private func choices(isQuiet: Bool) -> [Rule] {
        guard let curve else { return [] }
        func rule(_ name: String, _ index: Int, _ tint: Tint) -> Rule {
            let strength = curve.strengths[index]
            return .vertical(isQuiet ? name : "\(name): \(shortNumber(strength))", at: strength, tint: tint)
        }
        return [
            rule("min", curve.minimumIndex, .ink), rule("one-se", curve.oneStandardErrorIndex, .muted),
        ]
    }
}
