public import LariatDatasets
public import LariatModels
public import LinearAlgebra

/// Rows for a linear model: features in columns, targets as its family takes them, and where they come from.
public struct LinearData: Sendable {
    /// The features.
    public let design: Design
    /// Numbers, or the index of each row's class in the schema's labels.
    public let targets: [Double]
    /// Row weights, or nil for ones.
    public let weights: [Double]?
    /// Where the features come from.
    public let schema: Schema
    /// The features' means where a missing number takes their place; else zeros serve as well.
    let means: [Double]

    /// A dataset in columns, with their means in the place of missing numbers.
    ///
    /// - Throws: ``TrainingError`` when the family does not predict what the dataset holds.
    public init(_ data: Dataset, for family: Family) throws(TrainingError) {
        guard data.task == family.task else {
            throw .data(
                "a \(family.rawValue) family predicts \(family.task.inWords), and the target is \(data.task.inWords)")
        }
        guard data.targets.columns == 1 else { throw .data("a path has one target, not \(data.targets.columns)") }
        var columns = ColumnMatrix(data.features)
        var means: [Double] = []
        for column in 0..<columns.columns {
            let mean = columns.withMutableColumn(column) { values -> Double in
                let known = values.reduce(into: (sum: 0.0, count: 0.0)) {
                    if !$1.isNaN { $0 = ($0.sum + $1, $0.count + 1) }
                }
                let mean = known.count > 0 ? known.sum / known.count : 0
                for row in values.indices where values[row].isNaN { values[row] = mean }
                return mean
            }
            means.append(mean)
        }
        design = Design(columns)
        (targets, weights, schema) = (data.targets.column(0), data.weights, data.schema)
        self.means = means
    }

    /// Sparse rows; features are called by their numbers in the file.
    ///
    /// - Throws: ``TrainingError`` for labels that do not suit the family.
    public init(_ data: SVMLight, for family: Family) throws(TrainingError) {
        let values = Set(data.labels).sorted()
        let first = data.countsFromZero ? 0 : 1
        let features = (0..<data.features.columns).map { Schema.Feature(name: "\($0 + first)") }
        design = Design(data.features)
        (weights, means) = (nil, Array(repeating: 0, count: data.features.columns))
        if family.task == .regression {
            targets = data.labels
            schema = Schema(features: features, targets: ["label"], task: .regression)
            return
        }
        if values.count < 2 || (family == .binomial && values.count > 2) {
            throw .data(
                "the labels are of \(values.count) classes\nA \(family.rawValue) family needs \(family == .binomial ? "two" : "two or more")."
            )
        }
        let order = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, Double($0)) })
        targets = data.labels.map { order[$0]! }
        schema = Schema(
            features: features, targets: ["label"], task: family.task,
            labels: values.map { Int(exactly: $0).map { "\($0)" } ?? "\($0)" })
    }

    /// The family of labels as the datasets' rule has it: two classes, a few whole numbers, or any numbers.
    public static func family(ofLabels labels: [Double]) -> Family {
        let values = Set(labels)
        if values.count == 2 { return .binomial }
        let isWhole = values.allSatisfy { $0 == $0.rounded() }
        return isWhole && (3...20).contains(values.count) ? .multinomial : .gaussian
    }
}

extension PredictionTask {
    fileprivate var inWords: String {
        switch self {
        case .regression: "a number"
        case .binary: "one of two classes"
        case .multiclass: "one of several classes"
        }
    }
}
