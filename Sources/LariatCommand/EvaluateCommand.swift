internal import ArgumentParser
internal import Lariat

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Metrics of a model on labelled data.")

    @Argument(help: "The model file; - is standard input.") var model: String
    @Argument(help: "A CSV file with the model's columns and its target; - is standard input.") var data: String
    @Flag(help: "Print one JSON object on stdout.") var json = false
    @Flag(help: "Print no warnings.") var quiet = false

    func run() throws {
        try FileUse.check([.reads("MODEL", model), .reads("DATA", data)])
        let model = try Model(contentsOf: model)
        let table = try Table(contentsOf: data, text: model.schema.textColumns)
        let prediction = try model.predict(table)
        if !quiet { prediction.warnings.forEach { Console.error("warning: \($0)") } }
        let targets = try model.schema.encodeTargets(of: table, rows: prediction.rows)
        let metrics = Metrics(prediction, targets: targets, task: model.schema.task)
        if json {
            var values = metrics.dictionary
            values["rows"] = Double(metrics.rows)
            return try Console.json(values.mapValues(JSONNumber.init))
        }
        var text = "rows      \(metrics.rows)\n"
        for (name, value) in metrics.values { text += "\(name.padded(to: 10))\(value.formatted4)\n" }
        try Console.output(text)
    }
}

/// A number that is written without a fraction when it has none.
struct JSONNumber: Encodable {
    let value: Double

    init(_ value: Double) { self.value = value }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let whole = Int(exactly: value), abs(whole) < 1 << 53 {
            try container.encode(whole)
        } else {
            try container.encode(value)
        }
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}

extension Double {
    /// Four significant decimals, for tables that people read.
    var formatted4: String {
        let scaled = (self * 1e4).rounded() / 1e4
        return "\(scaled)"
    }
}
