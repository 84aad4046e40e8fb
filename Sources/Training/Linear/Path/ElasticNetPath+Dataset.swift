public import LariatDatasets
public import LariatModels
internal import LinearAlgebra

extension ElasticNetPath {
    /// The solutions on a dataset; missing numbers take the mean of their column.
    ///
    /// - Parameter offsets: o, one a row, or nil.
    /// - Throws: ``TrainingError`` naming a setting that makes no sense, or data that cannot be used.
    public func fit(_ data: Dataset, offsets: [Double]? = nil) throws(TrainingError) -> FittedPath {
        try fit(LinearData(data, for: family), offsets: offsets)
    }

    /// The solutions on data in columns, dense or sparse.
    ///
    /// - Throws: as ``fit(_:offsets:)``.
    public func fit(_ data: LinearData, offsets: [Double]? = nil) throws(TrainingError) -> FittedPath {
        fitted(try specification(data, offsets: offsets), data)
    }

    func specification(_ data: LinearData, offsets: [Double]?) throws(TrainingError) -> LinearSpecification {
        try specification(data.design, targets: data.targets, weights: data.weights, offsets: offsets)
    }

    /// Solves what was checked.
    func fitted(
        _ specification: LinearSpecification, _ data: LinearData, gram: (LinearProblem) -> FeatureGram? = { _ in nil }
    ) -> FittedPath {
        FittedPath(
            path: path(of: specification, gram: gram), settings: self, schema: data.schema, means: data.means,
            rows: specification.rows, createdWith: ModelCard.maker)
    }
}

extension Model {
    /// The certificate of a model from a regularisation path, computed anew: from the data alone and the model's weights.
    ///
    /// On the data that it was fitted to it proves the solution; on others it tells how far from theirs it is.
    ///
    /// - Returns: nil for a model that is none of a path.
    /// - Throws: ``TrainingError`` where the data do not suit it.
    public func certificate(on data: Dataset, offsets: [Double]? = nil) throws(TrainingError) -> Certificate? {
        guard let path = card.linear?.path else { return nil }
        return try certificate(on: LinearData(data, for: path.family), offsets: offsets)
    }

    /// ``certificate(on:offsets:)`` for data in columns, dense or sparse.
    public func certificate(on data: LinearData, offsets: [Double]? = nil) throws(TrainingError) -> Certificate? {
        guard let linear = card.linear, let path = linear.path, case .double(let network) = body,
            let weight = network.layout.tensors.first(where: { $0.role == .weight }),
            let bias = network.layout.tensors.first(where: { $0.role == .bias })
        else { return nil }
        guard data.design.columns == schema.featureCount else {
            throw .data("the model takes \(schema.featureCount) features, and the data have \(data.design.columns)")
        }
        let problem = try path.specification(data, offsets: offsets).problem(l1Ratio: path.l1Ratio)
        let (weights, biases) = (network[weight], network[bias])
        let columns = (0..<weights.columns).map { weights.column($0) }
        let intercepts = columns.indices.map { k in
            zip(columns[k], inputs.means).reduce(biases[0, k]) { $0 - $1.0 * $1.1 }
        }
        let scale = OriginalScale(problem.design, data.design)
        let solution = scale.standardized(intercepts: intercepts, weights: columns)
        return Certifier(problem).certificate(
            strength: linear.strength, intercepts: solution.intercepts, beta: solution.beta,
            epochs: card.certificate?.epochs ?? 0, stop: card.certificate?.stop ?? .converged)
    }
}
