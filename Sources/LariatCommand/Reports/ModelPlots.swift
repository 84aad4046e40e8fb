internal import Lariat
internal import LariatReports

/// Pictures of a model: its weights, and what it says about data.
struct ModelPlots {
    let model: Model

    /// The most histograms, and the most targets of a regression, that are drawn.
    private static let (mostLayers, mostTargets) = (12, 4)

    /// The weights of each dense layer, zeros apart.
    var weights: [Plot] {
        weightMatrices.prefix(Self.mostLayers).map { tensor, values in
            let others = values.filter { $0 != 0 }
            let histogram = Histogram(of: others)
            let zeros = values.count - others.count
            return Plot(
                "Weights of \(model.architecture.name(of: tensor.layer))", x: Axis("weight"),
                y: Axis("how many", including: [0]),
                marks: others.isEmpty ? [] : [.bars(Bars(at: .edges(histogram.edges), values: histogram.counts))],
                notes: ["\(zeros) of \(values.count) weights are exactly zero, and not drawn."], height: 140)
        }
    }

    /// The columns of the data with the largest weights in the first layer, largest first.
    var inputs: Plot? {
        guard let first = weightMatrices.first, first.tensor.layer == 0 else { return nil }
        let columns = first.tensor.columns
        let sizes = model.schema.columnGroups.map { group in
            let part = first.values[(group.lowerBound * columns)..<(group.upperBound * columns)]
            return part.reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        let ranking = sizes.indices.sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }
        let shown = ranking.prefix(24)
        let zeros = sizes.count { $0 == 0 }
        var notes = ["‖w‖₂ of each column's weights in the first layer, on standardised inputs."]
        if sizes.count > shown.count { notes.append("The \(shown.count) largest of \(sizes.count) columns.") }
        if zeros > 0 { notes.append("\(zeros) columns have no weight but zero: the model does not use them.") }
        return Plot(
            "Inputs with the largest weights", x: Axis("‖w‖₂", including: [0]),
            y: .categories(shown.map { model.schema.features[$0].name }, title: "column"),
            marks: [.bars(Bars(at: .rows, values: shown.map { sizes[$0] }))], notes: notes,
            height: max(60, Double(shown.count) * 16))
    }

    /// How often each class was taken for each.
    func confusion(_ metrics: Metrics, of name: String) -> Plot? {
        let counts = metrics.confusion
        guard !counts.isEmpty else { return nil }
        let labels = model.schema.labels
        return Plot(
            "Predicted against true classes, \(name) data", x: .categories(labels, title: "predicted"),
            y: .categories(labels, title: "true"),
            marks: [
                .heatMap(
                    HeatMap(rows: counts.count, columns: counts.count, values: counts.flatMap { $0.map(Double.init) }))
            ],
            notes: counts.count > 48 ? ["Cells are means of neighbouring classes."] : [],
            height: counts.count < 4 ? 160 : 320)
    }

    /// Predictions of a regression against the truth, a plot a target.
    func predictions(on data: Dataset, of name: String) throws -> [Plot] {
        guard model.schema.task == .regression else { return [] }
        let predicted = try model.predict(data.features).values
        return (0..<min(predicted.columns, Self.mostTargets)).map { column in
            let (truth, guess) = (data.targets.column(column), predicted.column(column))
            let all = truth + guess
            let (low, high) = (all.min() ?? 0, all.max() ?? 1)
            return Plot(
                "\(model.schema.targets[column]): predicted against true, \(name) data", x: Axis("true"),
                y: Axis("predicted"),
                marks: [
                    .line(Line("equal", x: [low, high], y: [low, high], tint: .muted)),
                    .points(Points("rows", x: truth, y: guess)),
                ], height: 260)
        }
    }

    /// The load by layer.
    var load: DataTable {
        let load = ComputationalLoad(model.architecture)
        let zeros = Dictionary(
            weightMatrices.map { ($0.tensor.layer, $0.values.count { $0 == 0 }) }, uniquingKeysWith: { $1 })
        var rows: [[DataTable.Cell]] = load.layers.enumerated().map { index, layer in
            [
                .text(layer.name), .text(layer.shape), .count(layer.parameters),
                zeros[index].map { .count($0) } ?? .empty,
                .count(layer.forwardFlops), .count(layer.backwardFlops), .count(4 * layer.parameters),
            ]
        }
        rows.append([
            "total", "", .count(model.parameterCount), .count(model.exactZeros), .count(load.forwardFlops),
            .count(load.backwardFlops), .count(load.bytes),
        ])
        return DataTable(
            columns: ["layer", "shape", "parameters", "exact zeros", "flops forward", "flops backward", "bytes"],
            rows: rows,
            note: "Operations are those of one row in training; bytes are those of parameters in single precision.")
    }

    /// The weights of the dense layers in Double, row by row.
    private var weightMatrices: [(tensor: ParameterTensor, values: [Double])] {
        func matrices<Scalar>(_ network: NeuralNetwork<Scalar>) -> [(tensor: ParameterTensor, values: [Double])] {
            network.layout.tensors.filter { $0.role == .weight }.map { tensor in
                let matrix = Matrix<Double>(network[tensor])
                return (tensor, (0..<tensor.rows).flatMap { row in (0..<tensor.columns).map { matrix[row, $0] } })
            }
        }
        switch model.body {
        case .float(let network): return matrices(network)
        case .double(let network): return matrices(network)
        }
    }
}
