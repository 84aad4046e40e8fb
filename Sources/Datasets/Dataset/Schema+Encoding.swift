public import LinearAlgebra

/// Encoded rows of a table.
public struct EncodedFeatures: Sendable {
    /// [rows × featureCount]; a missing number is NaN (only under ``MissingPolicy/mean``).
    public let features: Matrix<Double>
    /// The rows of the table that they come from.
    public let rows: [Int]
    /// Those of the table, and one for each column with categories that training has not seen.
    public let warnings: [String]
}

extension Schema {
    /// Encodes the features of a table: numbers as they are, texts one-hot; a category that training has not seen
    /// becomes zeros. Extra columns are ignored.
    ///
    /// - Throws: ``DataError`` naming all missing columns, or the place of a missing cell.
    public func encode(_ table: Table) throws(DataError) -> EncodedFeatures {
        let columns = try featureColumns(of: table)
        let rows = try usableRows(of: table, columns)
        try checkSize(rows: rows.count, table)
        var encoded = Matrix<Double>(rows: rows.count, columns: featureCount)
        var warnings = table.warnings
        var start = 0
        for (feature, column) in zip(features, columns) {
            switch column.values {
            case .numeric(let numbers):
                encoded.withMutableView { view in
                    for (to, from) in rows.enumerated() { view[to, start] = numbers[from] }
                }
            case .text(let indices, let texts):
                let places = places(of: texts, in: feature)
                var unseen: String?
                encoded.withMutableView { view in
                    for (to, from) in rows.enumerated() {
                        let index = Int(indices[from])
                        let place = index < 0 ? places.missing : places.ofText[index]
                        if let place {
                            view[to, start + place] = 1
                        } else {
                            unseen = unseen ?? (index < 0 ? "" : texts[index])
                        }
                    }
                }
                if let unseen {
                    warnings.append(
                        "column \(quoted(feature.name)): \(quoted(unseen)) was not seen in training and counts as none of its categories"
                    )
                }
            }
            start += feature.width
        }
        return EncodedFeatures(features: encoded, rows: rows, warnings: warnings)
    }

    /// One-hot columns, which are zeros but for one in a row, may take 2 GiB, and all columns half of the memory: what is
    /// more is an identifier rather than a category, and asking for the room would end the process.
    private func checkSize(rows: Int, _ table: Table) throws(DataError) {
        func cells(_ columns: Int) -> Int {
            let (cells, overflows) = rows.multipliedReportingOverflow(by: columns)
            return overflows ? .max : cells
        }
        let texts = features.filter { $0.categories != nil }
        let oneHot = cells(texts.reduce(0) { $0 + $1.width })
        let isTooLarge = cells(featureCount) > Machine.memory / 2 / MemoryLayout<Double>.stride
        guard oneHot > 1 << 28 || isTooLarge else { return }
        if let widest = texts.max(by: { $0.width < $1.width }), oneHot > cells(featureCount) / 2 {
            throw DataError(
                "\(table.source): column \(quoted(widest.name)) has \(widest.width) categories, which in \(rows) rows are too much for the memory",
                hint: "If it names the rows, leave it out with --drop \(widest.name).")
        }
        throw DataError(
            "\(table.source): \(rows) rows of \(featureCount) encoded columns are too much for the memory",
            hint: "Take fewer rows at a time.")
    }

    private func places(of texts: [String], in feature: Feature) -> (ofText: [Int?], missing: Int?) {
        let order = Dictionary(uniqueKeysWithValues: (feature.categories ?? []).enumerated().map { ($1, $0) })
        return (texts.map { order[$0] }, order[""])
    }

    private func featureColumns(of table: Table) throws(DataError) -> [Column] {
        let missing = features.map(\.name).filter { table.column($0) == nil }
        if !missing.isEmpty {
            let names = missing.prefix(10).map { quoted($0) }.joined(separator: ", ")
            throw DataError(
                "\(table.source) lacks \(missing.count == 1 ? "the column" : "\(missing.count) columns") \(names)"
                    + (missing.count > 10 ? ", …" : ""),
                hint: "The model was trained with \(missing.count == 1 ? "it" : "them").")
        }
        var columns: [Column] = []
        for feature in features {
            let column = table.column(feature.name)!
            columns.append(try suited(column, to: feature, table))
        }
        return columns
    }

    /// Numbers in a text column of the model become text; text in a numeric column is an error.
    private func suited(_ column: Column, to feature: Feature, _ table: Table) throws(DataError) -> Column {
        switch (column.values, feature.categories) {
        case (.numeric, nil), (.text, .some): return column
        case (.numeric(let numbers), .some):
            if numbers.allSatisfy({ $0.isNaN }) {
                return Column(name: column.name, values: .text(numbers.map { _ in -1 }, categories: []))
            }
            throw DataError(
                "\(table.source): column \(quoted(column.name)) holds numbers, and the model was trained with text",
                hint: "Read it as text (--text \(column.name)).")
        case (.text, nil):
            throw DataError(
                "\(table.source): column \(quoted(column.name)) holds text, and the model was trained with numbers")
        }
    }

    /// All rows, or under ``MissingPolicy/drop`` the rows without a missing feature.
    private func usableRows(of table: Table, _ columns: [Column]) throws(DataError) -> [Int] {
        switch missing {
        case .mean: return Array(0..<table.rowCount)
        case .error:
            for column in columns {
                if let row = column.firstMissing {
                    throw DataError(
                        "\(table.place(ofRow: row)), column \(quoted(column.name)): the value is missing",
                        hint: "Fill it in, or train with --missing mean or --missing drop.")
                }
            }
            return Array(0..<table.rowCount)
        case .drop:
            var keeps = [Bool](repeating: true, count: table.rowCount)
            for column in columns {
                switch column.values {
                case .numeric(let numbers): for row in numbers.indices where numbers[row].isNaN { keeps[row] = false }
                case .text(let indices, _): for row in indices.indices where indices[row] < 0 { keeps[row] = false }
                }
            }
            return keeps.indices.filter { keeps[$0] }
        }
    }
}
