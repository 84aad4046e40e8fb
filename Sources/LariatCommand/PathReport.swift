internal import Foundation
internal import Lariat
internal import LariatDatasets

/// What `path` found, for its CSV, its JSON and its table.
struct PathResult {
    let path: RegularizationPath
    let schema: Schema
    let rows: Int
    /// The cross-validation of the path, if there was one.
    let curve: CrossValidationCurve?
    /// The strength of the model that was written.
    let chosen: Double?
    let seconds: Double
}

extension PathCommand {
    /// The path as CSV where asked, then one JSON object or a table for people, which gives way on stdout to a file there.
    func printResult(of result: PathResult) throws {
        if let output { try Console.write(Array(result.csv.utf8), to: output) }
        if json { return try Console.json(PathSummary(result, output: output, model: model)) }
        let text = result.table + files
        if reportFiles.takesOutput || [output, model].contains(where: { $0.map(Console.isOutput) ?? false }) {
            if !quiet { Console.status(text) }
        } else {
            try Console.output(text)
        }
    }

    private var files: String {
        [("path", output), ("model", model)].reduce(into: "") { text, file in
            guard let path = file.1, !Console.isOutput(path) else { return }
            text += "\(file.0.padded(to: 12))\(path)\n"
        }
    }
}

extension PathResult {
    private var isMultinomial: Bool { path.family == .multinomial }

    /// One line a strength, largest first, or for multinomial one a strength and class.
    var csv: String {
        let names = schema.encodedNames
        var header = ["strength"] + (isMultinomial ? ["class"] : [])
        header += ["nonzero", "deviance_ratio", "duality_gap", "epochs", "intercept"] + names
        header += curve == nil ? [] : ["cv_mean", "cv_se"]
        var text = header.map(csvField).joined(separator: ",") + "\n"
        for (index, point) in path.enumerated() {
            for output in 0..<path.outputs {
                let coefficients = point.dense(featureCount: path.featureCount, output: output)
                let nonzero = coefficients.reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
                var fields = ["\(point.strength)"] + (isMultinomial ? [csvField(schema.labels[output])] : [])
                fields += ["\(nonzero)", "\(point.devianceRatio)", "\(point.dualityGap)"]
                fields += ["\(point.certificate.epochs)", "\(point.intercepts[output])"]
                fields += coefficients.map { $0 == 0 ? "0" : "\($0)" }
                if let curve { fields += ["\(curve.means[index])", "\(curve.standardErrors[index])"] }
                text += fields.joined(separator: ",") + "\n"
            }
        }
        return text
    }

    /// At most some twenty of the strengths, and what was chosen.
    var table: String {
        var text = "\(path.family.rawValue): \(path.count) strengths from \(path[0].strength.short)"
        text += " to \(path[path.count - 1].strength.short), \(rows) rows, \(path.featureCount) features"
        text += " in \(String(format: "%.3f", seconds)) s\n"
        text += "strength    nonzero   deviance  gap" + (curve == nil ? "\n" : "        cv mean    cv se\n")
        let step = max(1, (path.count + 19) / 20)
        for index in stride(from: 0, to: path.count, by: step) {
            let point = path[index]
            text += point.strength.short.padded(to: 12) + "\(point.support.count)".padded(to: 10)
            text += String(format: "%.4f", point.devianceRatio).padded(to: 10)
            text += String(format: "%.1e", max(point.dualityGap, 0))
            if let curve {
                text += "    " + curve.means[index].short.padded(to: 11) + curve.standardErrors[index].short
            }
            text += "\n"
        }
        if let curve {
            for (name, index) in [("min", curve.minimumIndex), ("one-se", curve.oneStandardErrorIndex)] {
                text += "\(name.padded(to: 12))strength \(path[index].strength), "
                text += "\(path[index].support.count) nonzero, \(curve.measure.rawValue) \(curve.means[index].short)\n"
            }
        }
        let open = path.filter { $0.certificate.stop != .converged }
        if let first = open.first {
            text += "\(open.count) strengths did not reach the tolerance: from \(first.strength.short) on"
            text += " (\(first.certificate.stop.rawValue)), the largest gap "
            text += String(format: "%.1e\n", open.map(\.dualityGap).max()!)
        }
        return text
    }
}

/// What `path --json` prints.
private struct PathSummary: Encodable {
    let family: String
    let rows, features: Int
    let largestStrength: Double
    let strengths: [Double]
    let nonzero: [Int]
    let devianceRatios, dualityGaps: [Double]
    let converged: Bool
    let strengthMin, strengthOneSE: Double?
    let cvMean, cvSE: [Double]?
    let strengthChosen: Double?
    let output, model: String?
    let seconds: Double

    init(_ result: PathResult, output: String?, model: String?) {
        let path = result.path
        (family, rows, features) = (path.family.rawValue, result.rows, path.featureCount)
        (largestStrength, strengths) = (path.largestStrength, path.strengths)
        (nonzero, devianceRatios) = (path.map(\.support.count), path.map(\.devianceRatio))
        (dualityGaps, converged) = (path.map(\.dualityGap), path.isConverged)
        strengthMin = result.curve.map { $0.strengths[$0.minimumIndex] }
        strengthOneSE = result.curve.map { $0.strengths[$0.oneStandardErrorIndex] }
        (cvMean, cvSE) = (result.curve?.means, result.curve?.standardErrors)
        strengthChosen = result.chosen
        (self.output, self.model, seconds) = (output, model, result.seconds)
    }
}

extension Double {
    /// Four significant digits.
    fileprivate var short: String { String(format: "%.4g", self) }
}
