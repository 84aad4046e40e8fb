internal import Lariat
internal import LariatDatasets
internal import LinearAlgebra

// From the files to the data of a path.

/// What a path is fitted to.
struct PathInput {
    let data: LinearData
    let family: Family
    let offsets: [Double]?
    let folds: [Int]?
}

extension PathCommand {
    /// The rows of DATA, their offsets and folds.
    func readTable() throws -> PathInput {
        let names = try columnNames(in: target!, of: "--target")
        let texts = try columnNames(in: text, of: "--text")
        let table = try Table(contentsOf: data, text: Set(texts), labels: names[0])
        for name in texts { _ = try table.require(name, as: "--text") }
        var options = DatasetOptions()
        options.missing = MissingPolicy(rawValue: missing)!
        options.weights = weights
        options.drop = try columnNames(in: drop, of: "--drop")
        for (name, flag) in [(offset, "--offset"), (foldColumn, "--fold-column")] {
            guard let name else { continue }
            _ = try table.require(name, as: flag)
            if !options.drop.contains(name) { options.drop.append(name) }
        }
        options.task = try familyOrNil().map(Self.task) ?? .auto
        let data = try table.dataset(target: names[0], options: options)
        if !quiet { data.notes.forEach { Console.error($0) } }
        let family = try familyOrNil() ?? Self.family(of: data.task)
        if family == .multinomial && offset != nil {
            throw Failure(.usage, "--offset is one number a row, and a multinomial family needs one a class")
        }
        let rows = data.tableRows ?? Array(0..<data.count)
        return PathInput(
            data: try LinearData(data, for: family), family: family,
            offsets: try offset.map { try table.numbers(of: $0, as: "--offset", rows: rows) },
            folds: try foldColumn.map { try folds(of: $0, in: table, rows) })
    }

    /// The rows of a sparse DATA.
    func readSparse() throws -> PathInput {
        let file = try SVMLight(contentsOf: data)
        if !quiet { file.warnings.forEach { Console.error("warning: \($0)") } }
        let family = try familyOrNil() ?? LinearData.family(ofLabels: file.labels)
        if !quiet && self.family == nil { Console.error("family: \(family.rawValue), by the labels") }
        return PathInput(data: try LinearData(file, for: family), family: family, offsets: nil, folds: nil)
    }

    private static func task(_ family: Family) -> DatasetOptions.TaskChoice {
        switch family.task {
        case .regression: .regression
        case .binary: .binary
        case .multiclass: .multiclass
        }
    }

    private static func family(of task: PredictionTask) -> Family {
        switch task {
        case .regression: .gaussian
        case .binary: .binomial
        case .multiclass: .multinomial
        }
    }

    /// Equal values, one fold.
    private func folds(of name: String, in table: Table, _ rows: [Int]) throws -> [Int] {
        let column = try table.require(name, as: "--fold-column")
        let names = try rows.map { row in
            guard let text = column.text(row) else { throw table.missingValue(name, row: row) }
            return text
        }
        let order = Dictionary(uniqueKeysWithValues: Set(names).sorted().enumerated().map { ($1, $0) })
        return names.map { order[$0]! }
    }

    /// The penalty factor of each encoded feature; nil without `--penalty-factors`.
    func factors(of schema: Schema) throws -> [Double]? {
        guard let path = penaltyFactors else { return nil }
        let given = try featureTable(path, value: "factor", schema)
        var factors = Array(repeating: 1.0, count: schema.featureCount)
        for (feature, text, place) in given {
            let factor = text.lowercased() == "inf" || text.lowercased() == "infinity" ? .infinity : Double(text)
            guard let factor, factor >= 0 else {
                throw DataError(
                    "\(place): \(quoted(text)) is no penalty factor", hint: "It is a number from 0, or inf.")
            }
            for column in schema.columnGroups[feature] { factors[column] = factor }
        }
        return factors
    }

    /// The groups of the encoded features; nil without `--groups`.
    func groups(of schema: Schema) throws -> FeatureGroups? {
        guard let path = groups else { return nil }
        // The categories of a text column go together even when nobody says so.
        var labels = schema.features.indices.map { "feature \($0)" }
        for (feature, text, _) in try featureTable(path, value: "group", schema) { labels[feature] = "group \(text)" }
        let encoded = zip(labels, schema.columnGroups).flatMap { label, columns in columns.map { _ in label } }
        return FeatureGroups(labels: encoded, sparseShare: l1Ratio ?? 0)
    }

    /// A file with a line for some of the features.
    private func featureTable(
        _ path: String, value name: String, _ schema: Schema
    ) throws -> [(feature: Int, value: String, place: String)] {
        let table = try Table(contentsOf: path, text: ["feature", name])
        let (features, values) = (try table.require("feature", as: "a column"), try table.require(name, as: "a column"))
        var seen: Set<Int> = []
        return try (0..<table.rowCount).map { row in
            let place = table.place(ofRow: row)
            guard let feature = features.text(row), let value = values.text(row) else {
                throw DataError(
                    "\(place): the feature or its \(name) is missing", hint: "Fill it in, or leave the line out.")
            }
            guard let index = schema.features.firstIndex(where: { $0.name == feature }) else {
                throw DataError("\(place): there is no feature \(quoted(feature))")
            }
            if !seen.insert(index).inserted {
                throw DataError("\(place): feature \(quoted(feature)) is there twice")
            }
            return (index, value, place)
        }
    }
}
