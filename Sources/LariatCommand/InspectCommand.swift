internal import ArgumentParser
internal import Lariat

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Layers, shapes, parameters, exact zeros, FLOPs, objective, data schema.")

    @Argument(help: "The model file; - is standard input.") var model: String
    @Option(
        help:
            "Labelled data on which to compute the certificate of a path's model anew: CSV or .svm; - is standard input."
    )
    var data: String?
    @Flag(help: "Print one JSON object on stdout.") var json = false

    private struct Inspection: Encodable {
        let task: PredictionTask
        let spec: Architecture
        let parameters, exactZeros: Int
        let schema: Schema
        let objective: ModelCard
        let certificate: Certificate?
        let load: ComputationalLoad
        let createdWith: String

        enum CodingKeys: CodingKey {
            case task, spec, parameters, exactZeros, schema, objective, certificate, load, createdWith
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(task, forKey: .task)
            try values.encode(spec, forKey: .spec)
            try values.encode(parameters, forKey: .parameters)
            try values.encode(exactZeros, forKey: .exactZeros)
            try values.encode(schema, forKey: .schema)
            try values.encode(objective, forKey: .objective)
            try values.encode(certificate, forKey: .certificate)  // null: networks have none
            try values.encode(load, forKey: .load)
            try values.encode(createdWith, forKey: .createdWith)
        }
    }

    func run() throws {
        if let data { try FileUse.check([.reads("MODEL", model), .reads("--data", data)]) }
        let model = try Model(contentsOf: model)
        let certificate = try data.map { try self.certificate(of: model, on: $0) } ?? model.card.certificate
        let load = ComputationalLoad(model.architecture)
        if json {
            return try Console.json(
                Inspection(
                    task: model.schema.task, spec: model.architecture, parameters: model.parameterCount,
                    exactZeros: model.exactZeros, schema: model.schema, objective: model.card,
                    certificate: certificate, load: load,
                    createdWith: model.card.createdWith))
        }
        var text = "task        \(model.schema.task.rawValue), target \(model.schema.targets.joined(separator: ", "))\n"
        if !model.schema.labels.isEmpty { text += "classes     \(model.schema.labels.joined(separator: ", "))\n" }
        text += "features    \(model.schema.features.count) columns, \(model.schema.featureCount) encoded\n"
        text += "objective   \(model.card.objective)\n"
        text +=
            "trained     \(model.card.epochs) epochs on \(model.card.rows) rows by \(model.card.optimizer), seed \(model.card.seed)\n"
        if let certificate { text += Self.lines(certificate, from: data) }
        text += "parameters  \(model.parameterCount), \(model.exactZeros) weights exactly zero\n"
        text +=
            "load        \(load.forwardFlops) flops a row forward, \(load.backwardFlops) backward, \(load.bytes) bytes of weights\n"
        text += "made with   \(model.card.createdWith)\n"
        for layer in load.layers {
            text += "  \(layer.name.padded(to: 24))\(layer.shape.padded(to: 14))\(layer.parameters) parameters\n"
        }
        for (name, metrics) in model.card.metrics.sorted(by: { $0.key < $1.key }) {
            let values = metrics.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.formatted4)" }
            text += "\(name.padded(to: 12))\(values.joined(separator: ", "))\n"
        }
        try Console.output(text)
    }

    /// The certificate of a path's model, from labelled data.
    private func certificate(of model: Model, on path: String) throws -> Certificate {
        guard let linear = model.card.linear, let family = Family(rawValue: linear.family) else {
            throw Failure(
                .badData, "\(self.model) is no model of a regularisation path, and only those have a certificate")
        }
        let certificate: Certificate?
        if PathCommand.isSparse(path) {
            let file = try SVMLight(contentsOf: path, featureCount: model.schema.featureCount)
            certificate = try model.certificate(on: LinearData(file, for: family))
        } else {
            let table = try Table(contentsOf: path, text: model.schema.textColumns)
            let data = try table.dataset(like: model.schema, weights: linear.weightsColumn)
            let offsets = try linear.offsetColumn.map {
                try table.numbers(of: $0, as: "the offsets", rows: data.tableRows ?? Array(0..<data.count))
            }
            certificate = try model.certificate(on: data, offsets: offsets)
        }
        return certificate!
    }

    private static func lines(_ certificate: Certificate, from data: String?) -> String {
        "certificate gap \(certificate.relativeGap) of the null model's objective"
            + ", violation \(certificate.violation) of the strength, \(certificate.stop.rawValue)"
            + (data.map { ", on \($0)\n" } ?? "\n")
    }
}
