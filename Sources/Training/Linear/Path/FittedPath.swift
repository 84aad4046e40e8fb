public import LariatDatasets
public import LariatModels
public import LinearAlgebra

/// A path on a dataset: it makes models of its points, with the schema of the data.
public struct FittedPath: Sendable {
    /// The solutions.
    public let path: RegularizationPath
    /// What was solved.
    public let settings: ElasticNetPath
    /// Where the features come from.
    public let schema: Schema
    /// The features' means, which take the place of missing numbers.
    let means: [Double]
    let rows: Int
    let createdWith: String

    /// The model of a solution of this path, or of another of the same settings on the same data.
    ///
    /// Its weights are the coefficients on the original scale, [features × outputs]; the intercept stands at the
    /// features' means.
    public func model(of point: PathPoint) -> Model {
        let architecture: Architecture
        do {
            architecture = try Architecture(inputs: path.featureCount, layers: [.dense(Dense(path.outputs))])
        } catch {
            preconditionFailure("a linear model is a network: \(error.description)")
        }
        var network = NeuralNetwork<Double>(architecture: architecture)
        let columns = (0..<path.outputs).map { point.dense(featureCount: path.featureCount, output: $0) }
        for tensor in network.layout.tensors {
            network[tensor] =
                tensor.role == .weight
                ? Matrix(rows: tensor.rows, columns: tensor.columns) { columns[$1][$0] }
                : Matrix(rows: 1, columns: path.outputs) { _, output in
                    zip(columns[output], means).reduce(point.intercepts[output]) { $0 + $1.0 * $1.1 }
                }
        }
        return Model(
            body: .double(network), schema: schema,
            inputs: Standardization(means: means, scales: Array(repeating: 1, count: means.count)),
            outputs: .identity(columns: schema.outputCount), link: path.family.link, card: card(of: point))
    }

    private func card(of point: PathPoint) -> ModelCard {
        var card = ModelCard(
            objective: settings.objective(at: point.strength), loss: path.family.lossName,
            penalties: [
                ModelCard.Penalty(
                    kind: settings.groups == nil ? "elastic-net" : "group-lasso", strength: point.strength,
                    l1Ratio: settings.groups?.sparseShare ?? settings.l1Ratio, roles: ["weight"])
            ],
            optimizer: "regularisation path", epochs: point.certificate.epochs, seed: 0, rows: rows, workers: 1,
            metrics: [:], createdWith: createdWith)
        card.linear = LinearCard(settings, strength: point.strength)
        card.certificate = point.certificate
        return card
    }
}

extension ElasticNetPath {
    /// The objective at a strength in one line of mathematics.
    func objective(at strength: Double) -> String {
        let penalty =
            groups.map { "((1 − τ)Σ√|g|·‖w_g‖₂ + τ‖w‖₁), τ = \($0.sparseShare)" }
            ?? "(ρ‖w‖₁ + ½(1 − ρ)‖w‖²), ρ = \(l1Ratio)"
        return "\(family.formula) + \(strength)·\(penalty)\(standardizes ? ", w of standardised features" : "")"
    }
}

extension Family {
    /// How its linear predictors become predictions.
    public var link: Link {
        switch self {
        case .gaussian: .identity
        case .binomial: .sigmoid
        case .multinomial: .softmax
        case .poisson: .exponential
        }
    }

    /// What a dataset must predict for it.
    public var task: PredictionTask {
        switch self {
        case .gaussian, .poisson: .regression
        case .binomial: .binary
        case .multinomial: .multiclass
        }
    }

    var lossName: String {
        switch self {
        case .gaussian: "squared"
        case .binomial: "binary-cross-entropy"
        case .multinomial: "cross-entropy"
        case .poisson: "poisson"
        }
    }

    fileprivate var formula: String {
        switch self {
        case .gaussian: "mean ½(ŷ − y)²"
        case .binomial: "mean log(1 + e^ŷ) − y·ŷ"
        case .multinomial: "mean −log softmax(ŷ)_y"
        case .poisson: "mean e^ŷ − y·ŷ"
        }
    }
}
