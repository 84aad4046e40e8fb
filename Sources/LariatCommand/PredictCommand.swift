internal import ArgumentParser
internal import Lariat

struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "predict", abstract: "Predictions as CSV.")

    @Argument(help: "The model file; - is standard input.") var model: String
    @Argument(help: "A CSV file with the model's columns; - is standard input.") var data: String
    @Option(help: "Where to write; - is standard output.") var output = "-"
    @Flag(help: "Print no warnings.") var quiet = false

    func run() throws {
        try FileUse.check([.reads("MODEL", model), .reads("DATA", data), .writes("--output", output)])
        let model = try Model(contentsOf: model)
        let table = try Table(contentsOf: data, text: model.schema.textColumns)
        let prediction = try model.predict(table)
        if !quiet {
            prediction.warnings.forEach { Console.error("warning: \($0)") }
            if prediction.rows.count < table.rowCount {
                Console.error(
                    "warning: \(table.rowCount - prediction.rows.count) rows with missing values were left out")
            }
        }
        let text = csv(prediction, model.schema)
        try Console.write(Array(text.utf8), to: output)
    }

    /// Regression: `prediction`, or one column a target. Classification: the label, and the probability of each.
    private func csv(_ prediction: Prediction, _ schema: Schema) -> String {
        let values = prediction.values
        var text: String
        if schema.task == .regression {
            let names = schema.targets.count == 1 ? ["prediction"] : schema.targets.map { "prediction_\($0)" }
            text = names.map(csvField).joined(separator: ",") + "\n"
            for row in 0..<values.rows { text += values.row(row).map { "\($0)" }.joined(separator: ",") + "\n" }
            return text
        }
        let header = ["prediction"] + schema.labels.map { "probability_\($0)" }
        text = header.map(csvField).joined(separator: ",") + "\n"
        for row in 0..<values.rows {
            text += csvField(schema.labels[prediction.classes[row]])
            for value in values.row(row) { text += ",\(value)" }
            text += "\n"
        }
        return text
    }
}

/// A field by RFC 4180: quoted where it needs to be.
func csvField(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) || text.isEmpty else {
        return text
    }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
