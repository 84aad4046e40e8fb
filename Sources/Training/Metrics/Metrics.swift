internal import Glibc
public import LariatDatasets
public import LariatModels
public import LinearAlgebra

/// How good predictions are.
public struct Metrics: Sendable, Equatable {
    /// The rows that were predicted.
    public let rows: Int
    /// Name and value, in the order in which they are printed.
    public let values: [(name: String, value: Double)]
    /// For classification: how many rows of class i were predicted as class j, [i][j].
    public let confusion: [[Int]]

    /// The value of that name, or nil.
    public subscript(name: String) -> Double? { values.first { $0.name == name }?.value }

    /// Name and value.
    public var dictionary: [String: Double] { Dictionary(uniqueKeysWithValues: values.map { ($0.name, $0.value) }) }

    /// Equal rows and values.
    public static func == (left: Metrics, right: Metrics) -> Bool {
        left.rows == right.rows && left.confusion == right.confusion
            && left.values.map(\.name) == right.values.map(\.name)
            && left.values.map(\.value) == right.values.map(\.value)
    }

    /// The metrics of a task: rmse, mae and r2, or accuracy, logLoss and for two classes auc.
    ///
    /// - Parameters:
    ///   - targets: as in ``Dataset/targets``, one row a prediction.
    ///   - weights: row weights, or nil for ones.
    public init(_ prediction: Prediction, targets: Matrix<Double>, task: PredictionTask, weights: [Double]? = nil) {
        rows = targets.rows
        let w = weights ?? Array(repeating: 1, count: rows)
        let total = max(w.reduce(0, +), .leastNormalMagnitude)
        switch task {
        case .regression:
            (values, confusion) = (Self.regression(prediction.values, targets, w, total), [])
        case .binary, .multiclass:
            let classes = (0..<rows).map { Int(targets[$0, 0]) }
            values = Self.classification(prediction, classes, w, total, task)
            var counts = Array(
                repeating: Array(repeating: 0, count: prediction.values.columns), count: prediction.values.columns)
            for (row, actual) in classes.enumerated() { counts[actual][prediction.classes[row]] += 1 }
            confusion = counts
        }
    }

    /// rmse = √(mean r²), mae = mean |r|, r2 = 1 − Σr²/Σ(y − ȳ)², over all targets; r2 is 0 for a constant target.
    private static func regression(
        _ predicted: Matrix<Double>, _ targets: Matrix<Double>, _ w: [Double], _ total: Double
    ) -> [(name: String, value: Double)] {
        var (squares, magnitudes, spread) = (0.0, 0.0, 0.0)
        for column in 0..<targets.columns {
            let (y, p) = (targets.column(column), predicted.column(column))
            let mean = zip(y, w).reduce(0) { $0 + $1.0 * $1.1 } / total
            for row in y.indices {
                let r = p[row] - y[row]
                squares += w[row] * r * r
                magnitudes += w[row] * abs(r)
                spread += w[row] * (y[row] - mean) * (y[row] - mean)
            }
        }
        let count = total * Double(max(targets.columns, 1))
        return [
            ("rmse", (squares / count).squareRoot()), ("mae", magnitudes / count),
            ("r2", spread > 0 ? 1 - squares / spread : 0),
        ]
    }

    private static func classification(
        _ prediction: Prediction, _ classes: [Int], _ w: [Double], _ total: Double, _ task: PredictionTask
    ) -> [(name: String, value: Double)] {
        var (right, logLoss) = (0.0, 0.0)
        for (row, actual) in classes.enumerated() {
            if prediction.classes[row] == actual { right += w[row] }
            // A probability that underflowed to 0 costs as much as the smallest one that can be told.
            logLoss -= w[row] * log(max(prediction.values[row, actual], 1e-15))
        }
        var values = [("accuracy", right / total), ("logLoss", logLoss / total)]
        if task == .binary {
            values.append(("auc", auc((0..<classes.count).map { prediction.values[$0, 1] }, classes, w)))
        }
        return values.map { (name: $0.0, value: $0.1) }
    }

    /// The probability that a positive row scores above a negative one, ties counting half; 0.5 when a class is
    /// absent.
    static func auc(_ scores: [Double], _ classes: [Int], _ w: [Double]) -> Double {
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        var (below, wins, positives) = (0.0, 0.0, 0.0)
        var index = 0
        while index < order.count {
            var (tiedPositive, tiedNegative) = (0.0, 0.0)
            let score = scores[order[index]]
            while index < order.count, scores[order[index]] == score {
                if classes[order[index]] == 1 {
                    tiedPositive += w[order[index]]
                } else {
                    tiedNegative += w[order[index]]
                }
                index += 1
            }
            wins += tiedPositive * (below + tiedNegative / 2)
            below += tiedNegative
            positives += tiedPositive
        }
        return positives > 0 && below > 0 ? wins / (positives * below) : 0.5
    }
}

extension Model {
    /// The metrics of the model on labelled data.
    ///
    /// - Throws: ``TrainingError/data(_:)`` for data of another task or with other classes; ``DataError``.
    public func evaluate(_ data: Dataset) throws -> Metrics {
        let (theirs, ours) = (data.schema, schema)
        if theirs.task != ours.task || theirs.labels != ours.labels || theirs.targets.count != ours.targets.count {
            throw TrainingError.data("the data have other targets or classes than the model was trained with")
        }
        let prediction = try predictUnchecked(data.features, rows: Array(0..<data.count))
        return Metrics(prediction, targets: data.targets, task: data.task, weights: data.weights)
    }

    /// The metrics of the model on a table with its target columns.
    public func evaluate(_ table: Table) throws -> Metrics {
        let prediction = try predict(table)
        return Metrics(
            prediction, targets: try schema.encodeTargets(of: table, rows: prediction.rows), task: schema.task)
    }
}
