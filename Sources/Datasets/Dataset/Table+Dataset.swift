internal import LinearAlgebra

/// How a table becomes a dataset.
public struct DatasetOptions: Sendable {
    /// What is predicted; nil: by the rule of ``Table/dataset(targets:options:)``.
    public enum TaskChoice: String, Sendable, CaseIterable {
        /// By the target column.
        case auto
        /// Numbers.
        case regression
        /// Two classes.
        case binary
        /// Several classes.
        case multiclass
    }

    /// What is predicted.
    public var task = TaskChoice.auto
    /// Columns that are neither features nor targets.
    public var drop: [String] = []
    /// What happens to missing cells.
    public var missing = MissingPolicy.error
    /// The column with row weights, or nil.
    public var weights: String?

    /// The defaults.
    public init() {}
}

extension Table {
    /// Features and target of a table; see ``dataset(targets:options:)``.
    public func dataset(target: String, options: DatasetOptions = DatasetOptions()) throws(DataError) -> Dataset {
        try dataset(targets: [target], options: options)
    }

    /// Features and targets of a table.
    ///
    /// The task, when left open: a text target is classified; a numeric one is classified when its values are
    /// integers with 2 to 20 distinct ones, else it is regressed. Rows whose target is missing are an error, or left
    /// out under ``MissingPolicy/drop``.
    public func dataset(targets names: [String], options: DatasetOptions = DatasetOptions()) throws(DataError)
        -> Dataset
    {
        if rowCount == 0 { throw DataError("\(source) has no rows", hint: "There must be data below the header.") }
        var targets: [Column] = []
        for name in names {
            if targets.contains(where: { $0.name == name }) { throw DataError("\(quoted(name)) is a target twice") }
            targets.append(try require(name, as: "the target"))
        }
        for name in options.drop {
            _ = try require(name, as: "--drop")
            if names.contains(name) { throw DataError("column \(quoted(name)) is a target and cannot be dropped") }
        }
        let weights = try options.weights.map { (name) throws(DataError) in try require(name, as: "the weights") }
        let excluded = Set(names + options.drop + (options.weights.map { [$0] } ?? []))
        let sources = columns.filter { !excluded.contains($0.name) }
        if sources.isEmpty { throw DataError("\(source) has no columns left for features") }

        let (task, note) = try chooseTask(targets, options.task)
        let labels = task == .regression ? [] : try labels(of: targets[0], task)
        let schema = Schema(
            features: sources.map { $0.feature(options.missing) }, targets: names, task: task, labels: labels,
            hasTextLabels: task != .regression && targets[0].isText ? true : nil, missing: options.missing)
        return try dataset(of: schema, targets, weights, note: note)
    }

    /// The rows of this table whose features, targets and weights are there, as `schema` encodes them.
    ///
    /// - Parameters:
    ///   - note: what else is to be said.
    ///   - name: in front of the number of rows left out.
    func dataset(
        of schema: Schema, _ targets: [Column], _ weights: Column?, note: String? = nil, name: String = ""
    ) throws(DataError) -> Dataset {
        let encoded = try schema.encode(self)
        let rows = try rowsWithTarget(targets + (weights.map { [$0] } ?? []), encoded.rows, schema.missing)
        if rows.isEmpty { throw DataError("\(source): every row has a missing value", hint: "Use --missing mean.") }
        let values = try schema.encodeTargets(targets, rows: rows, self)
        let rowWeights = try weights.map { (column) throws(DataError) in try numbers(of: column, rows) }
        if let rowWeights { try Dataset.check(weights: rowWeights, rows: rows.count) }

        var notes = encoded.warnings.map { "warning: \($0)" } + (note.map { [$0] } ?? [])
        if rows.count < rowCount {
            notes.append("\(name)\(rowCount - rows.count) rows with missing values were left out")
        }
        let position = Dictionary(uniqueKeysWithValues: encoded.rows.enumerated().map { ($1, $0) })
        return Dataset(
            features: rows.count == encoded.rows.count
                ? encoded.features : encoded.features.selecting(rows: rows.map { position[$0]! }),
            targets: values, weights: rowWeights, schema: schema, notes: notes, tableRows: rows)
    }

    private func chooseTask(
        _ targets: [Column], _ choice: DatasetOptions.TaskChoice
    ) throws(DataError) -> (PredictionTask, note: String?) {
        if targets.count > 1 {
            if choice == .binary || choice == .multiclass {
                throw DataError("several targets cannot be classified at once", hint: "Name one --target.")
            }
            if let text = targets.first(where: { $0.isText }) {
                throw DataError("\(source): target \(quoted(text.name)) holds text; several targets must be numbers")
            }
            return (.regression, nil)
        }
        let (target, distinct) = (targets[0], targets[0].distinctCount)
        switch choice {
        case .regression:
            if target.isText {
                throw DataError("\(source): target \(quoted(target.name)) holds text, which cannot be regressed")
            }
            return (.regression, nil)
        case .binary:
            if distinct != 2 {
                throw DataError(
                    "\(source): target \(quoted(target.name)) has \(distinct) classes, not 2",
                    hint: "Use --task multiclass.")
            }
            return (.binary, nil)
        case .multiclass: return (.multiclass, nil)
        case .auto:
            guard target.isText || (target.isIntegral && (2...20).contains(distinct)) else {
                return (.regression, "task: regression (the target has \(distinct) distinct numbers)")
            }
            return (distinct == 2 ? .binary : .multiclass, "task: classification into \(distinct) classes")
        }
    }

    private func labels(of target: Column, _ task: PredictionTask) throws(DataError) -> [String] {
        let labels = target.labels
        if labels.count < 2 {
            throw DataError(
                "\(source): every row of target \(quoted(target.name)) is \(quoted(labels.first ?? "missing"))",
                hint: "A classifier needs at least two classes.")
        }
        if labels.count > Spellings.mostLabels {
            throw DataError(
                "\(source): target \(quoted(target.name)) has \(labels.count) classes",
                hint: "Is it a number? Use --task regression.")
        }
        return labels
    }

    private func rowsWithTarget(_ columns: [Column], _ rows: [Int], _ policy: MissingPolicy) throws(DataError) -> [Int]
    {
        var kept = rows
        for column in columns {
            guard column.firstMissing != nil else { continue }
            if policy == .drop {
                kept = kept.filter { !column.isMissing($0) }
            } else if let row = kept.first(where: { column.isMissing($0) }) {
                throw missingValue(column.name, row: row)
            }
        }
        return kept
    }

    private func numbers(of column: Column, _ rows: [Int]) throws(DataError) -> [Double] {
        guard case .numeric(let numbers) = column.values else {
            throw DataError("\(source): column \(quoted(column.name)) holds text, not numbers")
        }
        return rows.map { numbers[$0] }
    }

    /// The numbers of a column in some rows.
    ///
    /// - Throws: ``DataError`` for a column that is not there, holds text, or lacks a value.
    package func numbers(of name: String, as what: String, rows: [Int]) throws(DataError) -> [Double] {
        let numbers = try numbers(of: try require(name, as: what), rows)
        if let place = numbers.firstIndex(where: \.isNaN) { throw missingValue(name, row: rows[place]) }
        return numbers
    }

    package func missingValue(_ name: String, row: Int) -> DataError {
        DataError(
            "\(place(ofRow: row)), column \(quoted(name)): the value is missing",
            hint: "Fill it in, or leave such rows out with --missing drop.")
    }
}
