internal import ArgumentParser
internal import Lariat

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Layers, shapes, parameters, exact zeros, FLOPs, objective, data schema.")

    @Argument(help: "The model file; - is standard input.") var model: String
    @Flag(help: "Print one JSON object on stdout.") var json = false

    private struct Inspection: Encodable {
        let task: PredictionTask
        let spec: Architecture
        let parameters, exactZeros: Int
        let schema: Schema
        let objective: ModelCard
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
            try values.encodeNil(forKey: .certificate)  // networks have none
            try values.encode(load, forKey: .load)
            try values.encode(createdWith, forKey: .createdWith)
        }
    }

    func run() throws {
        let model = try Model(contentsOf: model)
        let load = ComputationalLoad(model.architecture)
        if json {
            return try Console.json(
                Inspection(
                    task: model.schema.task, spec: model.architecture, parameters: model.parameterCount,
                    exactZeros: model.exactZeros, schema: model.schema, objective: model.card, load: load,
                    createdWith: model.card.createdWith))
        }
        var text = "task        \(model.schema.task.rawValue), target \(model.schema.targets.joined(separator: ", "))\n"
        if !model.schema.labels.isEmpty { text += "classes     \(model.schema.labels.joined(separator: ", "))\n" }
        text += "features    \(model.schema.features.count) columns, \(model.schema.featureCount) encoded\n"
        text += "objective   \(model.card.objective)\n"
        text +=
            "trained     \(model.card.epochs) epochs on \(model.card.rows) rows by \(model.card.optimizer), seed \(model.card.seed)\n"
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
}
