internal import Lariat
internal import LariatReports

/// The curves of a training, from its history.
struct TrainingPlots {
    let history: [EpochRecord]
    /// What the best epoch goes by.
    let monitored: MonitoredMetric
    /// Names of the layers, by their index.
    let layerName: (Int) -> String

    private var epochs: [Double] { history.map { Double($0.epoch) } }
    private var axis: Axis { Axis("epoch") }

    /// The epoch with the best value of what is watched, the first of equals; nil without validation data.
    var best: EpochRecord? {
        func loss(_ record: EpochRecord) -> Double? {
            if monitored == .loss { return record.validationLoss }
            return record.validation[monitored.rawValue].map { monitored.rises ? -$0 : $0 }
        }
        let measured = history.filter { loss($0) != nil }
        return measured.min { loss($0)! < loss($1)! }
    }

    private var bestRule: [Mark] {
        best.map { [.rule(.vertical("best epoch: \($0.epoch)", at: Double($0.epoch), tint: .muted))] } ?? []
    }

    /// Loss on training and validation data.
    var losses: Plot {
        let validation = history.map { $0.validationLoss ?? .nan }
        var marks = bestRule + [.line(Line("training", x: epochs, y: history.map(\.loss)))]
        if validation.contains(where: { !$0.isNaN }) {
            marks.append(.line(Line("validation", x: epochs, y: validation, tint: .series(1))))
        }
        let values = (history.map(\.loss) + validation).filter(\.isFinite)
        let isWide = (values.min() ?? 0) > 0 && values.max()! > 5 * values.min()!
        return Plot(
            "Loss", x: axis, y: isWide ? .log("mean loss") : Axis("mean loss"), marks: marks,
            notes: ["The training loss is the mean over an epoch's steps, while the weights change."])
    }

    /// One plot for each metric on the validation data.
    var metrics: [Plot] {
        (history.first?.validation.keys.sorted() ?? []).map { name in
            Plot(
                "Validation: \(name)", x: axis, y: Axis(name),
                marks: bestRule + [
                    .line(Line(name, x: epochs, y: history.map { $0.validation[name] ?? .nan }, tint: .series(1)))
                ])
        }
    }

    /// The learning rate.
    var rates: Plot {
        Plot(
            "Learning rate", x: axis, y: Axis("rate", including: [0]),
            marks: [.line(Line("rate", x: epochs, y: history.map(\.rate), tint: .series(2)))],
            notes: ["The rate of the last step of each epoch."])
    }

    /// The norm of each layer's weights.
    var norms: Plot {
        Plot(
            "Size of the weights", x: axis, y: Axis("‖w‖₂", including: [0]),
            marks: perLayer(history.map { $0.weights.map { ($0.layer, $0.norm) } }))
    }

    /// How many weights of each layer are exactly zero.
    var zeros: Plot {
        Plot(
            "Weights that are exactly zero", x: axis, y: Axis("exact zeros", including: [0]),
            marks: perLayer(history.map { $0.weights.map { ($0.layer, Double($0.exactZeros)) } }))
    }

    /// Place and spread of what enters each batch normalisation.
    var inputs: [Plot] {
        guard history.contains(where: { !$0.inputs.isEmpty }) else { return [] }
        let note =
            "By the running statistics, over the columns of each layer: what the layer behind would have to follow without batch normalisation."
        return [
            Plot(
                "Inputs of batch normalisation: distance from zero", x: axis, y: Axis("√mean μ²", including: [0]),
                marks: perLayer(history.map { $0.inputs.map { ($0.layer, $0.shift) } }), notes: [note]),
            Plot(
                "Inputs of batch normalisation: spread", x: axis, y: Axis("√mean σ²", including: [0]),
                marks: perLayer(history.map { $0.inputs.map { ($0.layer, $0.deviation) } })),
        ]
    }

    /// A curve for each layer; an epoch without a value leaves a gap.
    private func perLayer(_ values: [[(layer: Int, value: Double)]]) -> [Mark] {
        let layers = Set(values.flatMap { $0.map(\.layer) }).sorted()
        return layers.enumerated().map { index, layer in
            let curve = values.map { epoch in epoch.first { $0.layer == layer }?.value ?? .nan }
            return .line(Line(layerName(layer), x: epochs, y: curve, tint: .series(index)))
        }
    }
}
