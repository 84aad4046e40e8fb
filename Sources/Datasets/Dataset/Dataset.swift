public import LinearAlgebra

/// Encoded features with their targets: what a model is trained and evaluated on.
public struct Dataset: Sendable {
    /// [rows × featureCount], on their own scale; NaN where a number is missing (only under
    /// ``MissingPolicy/mean``).
    public let features: Matrix<Double>
    /// Regression: [rows × targets]. Classification: the index of the class in ``Schema/labels``, [rows × 1].
    public let targets: Matrix<Double>
    /// Row weights, or nil for ones.
    public let weights: [Double]?
    /// Where the columns come from.
    public let schema: Schema
    /// What the data asked to be said: rows left out, the choice of a task.
    public let notes: [String]
    /// The rows of the table that these are; nil where they come from no table.
    package var tableRows: [Int]?

    package init(
        features: Matrix<Double>, targets: Matrix<Double>, weights: [Double]?, schema: Schema, notes: [String] = [],
        tableRows: [Int]? = nil
    ) {
        self.tableRows = tableRows
        (self.features, self.targets, self.weights, self.schema, self.notes) = (
            features, targets, weights, schema, notes
        )
    }

    /// The number of rows.
    public var count: Int { features.rows }
    /// The number of encoded feature columns.
    public var featureCount: Int { features.columns }
    /// What is predicted.
    public var task: PredictionTask { schema.task }

    /// The given rows.
    public func selecting(rows: [Int]) -> Dataset {
        Dataset(
            features: features.selecting(rows: rows), targets: targets.selecting(rows: rows),
            weights: weights.map { weights in rows.map { weights[$0] } }, schema: schema, notes: notes,
            tableRows: tableRows.map { all in rows.map { all[$0] } })
    }
}

extension Dataset {
    /// Features and numeric targets from matrices.
    ///
    /// - Shapes: features [n × p], targets [n × outputs], weights [n].
    /// - Throws: ``DataError`` when nothing is there, counts differ, a number is not finite (naming row and column),
    ///   or weights are negative, not finite or all zero.
    public init(features: Matrix<Double>, targets: Matrix<Double>, weights: [Double]? = nil) throws(DataError) {
        try Self.check(features, rows: targets.rows, weights)
        if targets.columns == 0 { throw DataError("there are no target columns") }
        try Self.checkFinite(targets, "targets")
        let names = (0..<targets.columns).map { targets.columns == 1 ? "target" : "target\($0)" }
        self.init(
            features: features, targets: targets, weights: weights,
            schema: Schema(features: Self.names(features.columns), targets: names, task: .regression))
    }

    /// Features and one label a row; two distinct labels make a binary task, more a multiclass one.
    ///
    /// - Shapes: features [n × p], labels [n], weights [n].
    /// - Throws: as ``init(features:targets:weights:)``, and when there are fewer than two classes.
    public init(features: Matrix<Double>, labels: [String], weights: [Double]? = nil) throws(DataError) {
        try Self.check(features, rows: labels.count, weights)
        let classes = sortedLabels(Array(Set(labels)))
        if classes.count < 2 {
            throw DataError(
                "all labels are \(quoted(classes.first ?? ""))", hint: "A classifier needs at least two classes.")
        }
        let order = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, Double($0)) })
        self.init(
            features: features, targets: Matrix(rows: labels.count, columns: 1, labels.map { order[$0]! }),
            weights: weights,
            schema: Schema(
                features: Self.names(features.columns), targets: ["target"],
                task: classes.count == 2 ? .binary : .multiclass, labels: classes))
    }

    private static func names(_ count: Int) -> [Schema.Feature] { (0..<count).map { Schema.Feature(name: "x\($0)") } }

    private static func check(_ features: Matrix<Double>, rows: Int, _ weights: [Double]?) throws(DataError) {
        if features.rows != rows {
            throw DataError("there are \(features.rows) rows of features and \(rows) of targets")
        }
        if features.rows == 0 || features.columns == 0 {
            throw DataError("the features are \(features.shape): there is nothing to learn from")
        }
        try checkFinite(features, "features")
        if let weights { try check(weights: weights, rows: rows) }
    }

    private static func checkFinite(_ matrix: Matrix<Double>, _ name: String) throws(DataError) {
        if let place = matrix.firstNonFinite {
            throw DataError("the \(name) hold a NaN or an infinity in row \(place.row), column \(place.column)")
        }
    }

    static func check(weights: [Double], rows: Int) throws(DataError) {
        if weights.count != rows { throw DataError("there are \(weights.count) weights for \(rows) rows") }
        if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
            throw DataError(
                "the weight at row index \(row) is \(weights[row])", hint: "Weights are finite and not negative.")
        }
        if weights.allSatisfy({ $0 == 0 }) { throw DataError("all weights are zero", hint: "Some row must count.") }
    }
}

/// Numbers by value when all are numbers, else by code points.
func sortedLabels(_ labels: [String]) -> [String] {
    let numbers = labels.map { Double($0) }
    if numbers.allSatisfy({ $0 != nil }) {
        return labels.sorted { (Double($0)!, $0) < (Double($1)!, $1) }
    }
    return labels.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
}
