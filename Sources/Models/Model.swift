public import LariatDatasets
public import LinearAlgebra

/// What is trained, written, read, served and asked: a network with its preprocessing and its card.
public struct Model: Sendable {
    /// The network, in the precision it was trained in.
    public enum Body: Sendable {
        /// Single precision.
        case float(NeuralNetwork<Float>)
        /// Double precision.
        case double(NeuralNetwork<Double>)
    }

    /// The network.
    public let body: Body
    /// How tables become inputs and targets.
    public let schema: Schema
    /// The standardisation of the inputs.
    public let inputs: Standardization
    /// The standardisation of regression targets; the identity otherwise.
    public let outputs: Standardization
    /// How raw outputs become predictions.
    public let link: Link
    /// How it was made.
    public var card: ModelCard

    /// A model of its parts.
    ///
    /// - Precondition: they agree on the numbers of inputs and outputs.
    public init(
        body: Body, schema: Schema, inputs: Standardization, outputs: Standardization, link: Link, card: ModelCard
    ) {
        (self.body, self.schema, self.inputs, self.outputs) = (body, schema, inputs, outputs)
        (self.link, self.card) = (link, card)
        precondition(
            architecture.inputs == schema.featureCount && inputs.means.count == architecture.inputs
                && architecture.outputs == schema.outputCount && outputs.means.count == architecture.outputs,
            "a network [\(architecture.inputs) → \(architecture.outputs)] does not fit data [\(schema.featureCount) → \(schema.outputCount)]"
        )
    }

    /// What the network is.
    public var architecture: Architecture {
        switch body {
        case .float(let network): network.architecture
        case .double(let network): network.architecture
        }
    }

    /// The number of parameters.
    public var parameterCount: Int {
        switch body {
        case .float(let network): network.parameterCount
        case .double(let network): network.parameterCount
        }
    }

    /// How many weights of dense layers are exactly zero.
    public var exactZeros: Int {
        switch body {
        case .float(let network): network.exactZeros
        case .double(let network): network.exactZeros
        }
    }
}

/// What a model says about rows.
public struct Prediction: Sendable, Equatable {
    /// Regression: the predicted numbers [rows × targets]. Classification: the probability of each class
    /// [rows × classes].
    public let values: Matrix<Double>
    /// Classification: the most probable class of each row, as an index into ``Schema/labels``; else empty.
    public let classes: [Int]
    /// The rows of the table that were predicted: all but those with missing values under ``MissingPolicy/drop``.
    public let rows: [Int]
    /// Warnings for people: categories that training has not seen, a file that may be cut.
    public let warnings: [String]

    package init(values: Matrix<Double>, classes: [Int], rows: [Int], warnings: [String]) {
        (self.values, self.classes, self.rows, self.warnings) = (values, classes, rows, warnings)
    }
}

extension Model {
    /// Predictions for encoded features on their own scale.
    ///
    /// - Shapes: x [n × featureCount]; NaN stands for a missing number where the model was trained with
    ///   ``MissingPolicy/mean``.
    /// - Throws: ``DataError`` for a wrong width, a number that is not finite, or a prediction that is none, naming its
    ///   place; ``BatchOfOneError``.
    public func predict<Scalar>(_ x: Matrix<Scalar>) throws -> Prediction {
        let prediction = try predictUnchecked(Matrix<Double>(x), rows: Array(0..<x.rows))
        try prediction.checkFinite { "row \($0)" }
        return prediction
    }

    /// Predictions for the rows of a table, by the names of its columns.
    ///
    /// - Throws: ``DataError`` naming missing columns, or the place of a cell that cannot be used or of a row that cannot
    ///   be predicted.
    public func predict(_ table: Table) throws -> Prediction {
        let encoded = try schema.encode(table)
        let prediction = try predictUnchecked(encoded.features, rows: encoded.rows, warnings: encoded.warnings)
        try prediction.checkFinite(table.place)
        return prediction
    }

    /// Predictions that may not be finite: a training that diverges is judged by them.
    package func predictUnchecked(
        _ x: Matrix<Double>, rows: [Int], warnings: [String] = []
    ) throws -> Prediction {
        if x.columns != schema.featureCount {
            throw DataError("the model takes \(schema.featureCount) features, and x is \(x.shape)")
        }
        try checkFinite(x)
        let values: Matrix<Double>
        switch body {
        case .float(let network): values = try outputs(of: network, x)
        case .double(let network): values = try outputs(of: network, x)
        }
        if schema.task == .regression { return Prediction(values: values, classes: [], rows: rows, warnings: warnings) }
        let probabilities = schema.task == .binary ? Self.withNegativeClass(values) : values
        let classes = probabilities.withView { view in
            (0..<view.rows).map { row in (0..<view.columns).max { view[row, $0] < view[row, $1] } ?? 0 }
        }
        return Prediction(values: probabilities, classes: classes, rows: rows, warnings: warnings)
    }

    private func outputs<Scalar>(of network: NeuralNetwork<Scalar>, _ x: Matrix<Double>) throws -> Matrix<Double> {
        var raw = try network(inputs.apply(x))
        if schema.task == .regression && link == .identity { return outputs.invert(raw) }
        raw.withMutableView { link.apply(to: $0) }
        return Matrix<Double>(raw)
    }

    /// [1 − p, p] from the probability p of the positive class.
    private static func withNegativeClass(_ positive: Matrix<Double>) -> Matrix<Double> {
        positive.withView { view in
            Matrix(rows: view.rows, columns: 2) { $1 == 1 ? view[$0, 0] : 1 - view[$0, 0] }
        }
    }

    private func checkFinite(_ x: Matrix<Double>) throws(DataError) {
        let place = x.withView { view -> (row: Int, column: Int)? in
            for row in 0..<view.rows {
                for column in 0..<view.columns {
                    let value = view[row, column]
                    if !value.isFinite && !(value.isNaN && schema.missing == .mean) { return (row, column) }
                }
            }
            return nil
        }
        if let place {
            throw DataError(
                "the features hold \(x[place.row, place.column]) in row \(place.row), column \(place.column)")
        }
    }
}

extension Prediction {
    /// Numbers far outside the training data can leave the range of the network's precision.
    fileprivate func checkFinite(_ place: (Int) -> String) throws(DataError) {
        guard let bad = values.firstNonFinite else { return }
        throw DataError(
            "\(place(rows[bad.row])): the prediction is not finite",
            hint: "A number in this row is too far from those of the training data.")
    }
}
