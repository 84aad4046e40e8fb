public import LariatDatasets
public import LariatModels
public import LinearAlgebra

/// A model made ready to predict: immutable, safe to use from any number of threads at once.
///
/// ```swift
/// let predictor = try Predictor(contentsOf: "housing.safetensors")
/// var y = Matrix<Float>(rows: rows.rows, columns: predictor.outputCount)
/// try predictor.predict(rows, into: &y)
/// ```
/// It computes what ``Model/predict(_:)-(Matrix)`` does, to rounding, from weights that are prepared once: dropout is
/// gone; each batch normalisation is folded into a dense layer beside it, in Double, then rounded to the model's
/// precision, and subnormal numbers that this makes are set to zero; activations run while a layer's outputs are hot.
/// Inputs and regression targets are standardised in Double on the way in and out, where each number is looked at
/// anyway, so that a mean that is large against its deviation costs no accuracy.
///
/// Prediction is synchronous. It allocates nothing once as many threads have predicted as do now (up to 64 at a time).
/// One row, or a few, run on the caller's thread. Batches of some 24 million operations or more are shared with the threads that
/// the process has for this; those that come late, or help another caller, are not waited for. Subnormal numbers
/// count as zero meanwhile; the thread's own setting comes back.
///
/// A row's prediction depends on the rows beside it by rounding only.
public struct Predictor: Sendable {
    private enum Body: Sendable {
        case float(PredictionEngine<Float>)
        case double(PredictionEngine<Double>)
    }

    private let body: Body
    /// How tables become rows, and what the outputs stand for.
    public let schema: Schema
    /// The columns of the rows that it takes.
    public let featureCount: Int
    /// The columns of its predictions: the targets of a regression, the classes of a classification, also where they
    /// are two.
    public let outputCount: Int

    /// A predictor of a model.
    ///
    /// - Throws: ``PredictorError`` where a batch normalisation keeps no running statistics, or a parameter is not
    ///   finite.
    public init(_ model: Model) throws(PredictorError) {
        schema = model.schema
        featureCount = model.architecture.inputs
        switch model.body {
        case .float(let network):
            let engine = try PredictionEngine(network, of: model)
            (body, outputCount) = (.float(engine), engine.plan.edge.columns)
        case .double(let network):
            let engine = try PredictionEngine(network, of: model)
            (body, outputCount) = (.double(engine), engine.plan.edge.columns)
        }
    }

    /// A predictor of the model in a file.
    ///
    /// - Throws: ``ModelFileError`` naming the file; ``PredictorError``.
    public init(contentsOf path: String) throws { try self.init(Model(contentsOf: path)) }

    /// Predicts encoded features on their own scale.
    ///
    /// - Shapes: rows [n × ``featureCount``]; y [n × ``outputCount``] gets the numbers of a regression, or the
    ///   probability of each class. NaN stands for a missing number where the model was trained with
    ///   ``MissingPolicy/mean``.
    /// - Throws: ``DataError`` for a wrong width or a number that is not finite, naming its place; y is then unspecified.
    /// - Precondition: y has the shape above.
    @specialized(where Value == Float)
    @specialized(where Value == Double)
    public func predict<Value: BLASScalar>(_ rows: Matrix<Value>, into y: inout Matrix<Value>) throws(DataError) {
        let error = rows.withView { rows in y.withMutableView { y in fault(predicting: rows, into: y) } }
        if let error { throw error }
    }

    /// Predicts rows in memory of the caller; see ``predict(_:into:)-(Matrix<Value>,_)``.
    ///
    /// - Reads and writes: y must not overlap the rows; what lies between its rows is left alone.
    @specialized(where Value == Float)
    @specialized(where Value == Double)
    public func predict<Value: BLASScalar>(
        _ rows: MatrixView<Value>, into y: MutableMatrixView<Value>
    ) throws(DataError) {
        if let error = fault(predicting: rows, into: y) { throw error }
    }

    /// Predicts rows one behind the other in memory of the caller; see ``predict(_:into:)-(Matrix<Value>,_)``.
    ///
    /// - Shapes: rows n·``featureCount`` numbers, y n·``outputCount``; y must not overlap the rows.
    @specialized(where Value == Float)
    @specialized(where Value == Double)
    public func predict<Value: BLASScalar>(
        _ rows: UnsafeBufferPointer<Value>, into y: UnsafeMutableBufferPointer<Value>
    ) throws(DataError) {
        let count = rows.count / featureCount
        guard rows.count == count * featureCount else {
            throw DataError("the model takes \(featureCount) features, and \(rows.count) numbers are no rows of that")
        }
        precondition(
            y.count == count * outputCount, "\(count) rows have \(count * outputCount) outputs, not \(y.count)")
        guard let from = rows.baseAddress, let to = y.baseAddress else { return }
        try predict(
            MatrixView(from, rows: count, columns: featureCount),
            into: MutableMatrixView(to, rows: count, columns: outputCount))
    }
}

extension Predictor {
    /// Predicts, or says what is wrong: an error that is returned crosses the closures of ``Matrix`` with its type.
    @inline(__always)
    private func fault<Value: BLASScalar>(
        predicting rows: MatrixView<Value>, into y: MutableMatrixView<Value>
    ) -> DataError? {
        if rows.columns != featureCount { return wrongWidth(rows) }
        precondition(
            y.rows == rows.rows && y.columns == outputCount,
            "the predictions are [\(rows.rows) × \(outputCount)], and y is [\(y.rows) × \(y.columns)]")
        if rows.rows == 0 { return nil }
        let (input, output) = (InputRows(rows), OutputRows(y))
        let succeeded =
            switch body {
            case .float(let engine): engine.predict(input, into: output)
            case .double(let engine): engine.predict(input, into: output)
            }
        return succeeded ? nil : unusable(input)
    }

    @inline(never)
    private func wrongWidth<Value>(_ rows: MatrixView<Value>) -> DataError {
        DataError("the model takes \(featureCount) features, and x is [\(rows.rows) × \(rows.columns)]")
    }

    /// The first number that cannot be used, by its place.
    @inline(never)
    private func unusable(_ input: InputRows) -> DataError {
        for row in 0..<input.count {
            for column in 0..<input.columns {
                let value = input[row, column]
                if value.isFinite || (value.isNaN && schema.missing == .mean) { continue }
                return DataError("the features hold \(value) in row \(row), column \(column)")
            }
        }
        // The caller's memory has changed under the prediction.
        return DataError("the features held a number that is not finite")
    }
}
