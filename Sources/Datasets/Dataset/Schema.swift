/// What a model predicts.
public enum PredictionTask: String, Sendable, Hashable, Codable {
    /// Numbers.
    case regression
    /// One of two classes.
    case binary
    /// One of several classes.
    case multiclass
}

/// How missing cells are treated.
public enum MissingPolicy: String, Sendable, Hashable, Codable, CaseIterable {
    /// They are an error.
    case error
    /// A missing number takes the training mean, a missing text is a category of its own.
    case mean
    /// Their rows are left out.
    case drop
}

/// How the columns of a table become the inputs and targets of a model; stored with the model.
public struct Schema: Sendable, Hashable, Codable {
    /// One source column of the features.
    public struct Feature: Sendable, Hashable, Codable {
        /// The name in the header.
        public let name: String
        /// The categories of a text column, sorted; nil for a numeric one. Under ``MissingPolicy/mean`` the empty
        /// category "" stands for missing text.
        public let categories: [String]?

        /// A source column.
        public init(name: String, categories: [String]? = nil) { (self.name, self.categories) = (name, categories) }

        /// How many columns it becomes: one, or one a category.
        public var width: Int { categories?.count ?? 1 }
    }

    /// The source columns of the features.
    public let features: [Feature]
    /// The names of the target columns.
    public let targets: [String]
    /// What is predicted.
    public let task: PredictionTask
    /// For classification the labels as they first stood in the data, in order: numbers by value, text by code points.
    /// The positive class of a binary task is the last.
    public let labels: [String]
    /// Whether the labels were read as text, so that "01" and "1" are two classes; nil when the labels themselves tell:
    /// text is what is not a number.
    public let hasTextLabels: Bool?
    /// What happens to missing cells.
    public let missing: MissingPolicy

    /// A schema.
    public init(
        features: [Feature], targets: [String], task: PredictionTask, labels: [String] = [],
        hasTextLabels: Bool? = nil, missing: MissingPolicy = .error
    ) {
        (self.features, self.targets, self.task, self.missing) = (features, targets, task, missing)
        (self.labels, self.hasTextLabels) = (labels, hasTextLabels)
    }

    /// The columns that must be read as text, as they were for training: features with categories, and a target whose
    /// labels are text.
    public var textColumns: Set<String> {
        var names = Set(features.filter { $0.categories != nil }.map(\.name))
        if task != .regression && (hasTextLabels ?? labels.contains { number(ofLabel: $0) == nil }) {
            names.formUnion(targets)
        }
        return names
    }

    /// How many columns the encoded features have.
    public var featureCount: Int { features.reduce(0) { $0 + $1.width } }

    /// The names of the encoded columns: a feature's own, or with each of its categories, "colour=red".
    public var encodedNames: [String] {
        features.flatMap { feature in
            feature.categories.map { $0.map { "\(feature.name)=\($0)" } } ?? [feature.name]
        }
    }

    /// The encoded columns of each source column.
    public var columnGroups: [Range<Int>] {
        var start = 0
        return features.map { feature in
            defer { start += feature.width }
            return start..<(start + feature.width)
        }
    }

    /// What keeps a schema that was read from a file from being used, or nil.
    package var fault: String? {
        func repeats(_ names: [String]) -> Bool { Set(names).count != names.count }
        if repeats(features.map(\.name)) { return "names two features alike" }
        if let feature = features.first(where: { repeats($0.categories ?? []) }) {
            return "has two categories of \(quoted(feature.name)) that are alike"
        }
        if targets.isEmpty || repeats(targets) { return "names no targets, or two alike" }
        switch task {
        case .regression: return labels.isEmpty ? nil : "has labels for a regression"
        case .binary: return labels.count == 2 && !repeats(labels) ? nil : "has no two labels"
        case .multiclass: return labels.count >= 2 && !repeats(labels) ? nil : "has labels that are alike, or too few"
        }
    }

    /// How many outputs a model needs: one a target, one for a binary task, one a class.
    public var outputCount: Int {
        switch task {
        case .regression: targets.count
        case .binary: 1
        case .multiclass: labels.count
        }
    }
}
