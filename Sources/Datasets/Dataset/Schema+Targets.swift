public import LinearAlgebra

extension Schema {
    /// The targets of a table that a model is evaluated on, for the given rows.
    ///
    /// - Throws: ``DataError`` when a target column is missing, has a missing cell, or a class that training has
    ///   not seen.
    public func encodeTargets(of table: Table, rows: [Int]) throws(DataError) -> Matrix<Double> {
        var columns: [Column] = []
        for name in targets { columns.append(try table.require(name, as: "the target")) }
        for column in columns {
            if let row = rows.first(where: { column.isMissing($0) }) {
                throw DataError("\(table.place(ofRow: row)), column \(quoted(column.name)): the target is missing")
            }
        }
        return try encodeTargets(columns, rows: rows, table)
    }

    func encodeTargets(_ columns: [Column], rows: [Int], _ table: Table) throws(DataError) -> Matrix<Double> {
        var matrix = Matrix<Double>(rows: rows.count, columns: columns.count)
        for (place, column) in columns.enumerated() {
            let values = task == .regression ? try column.numbers(in: table) : try classIndices(of: column, in: table)
            matrix.withMutableView { view in
                for (to, from) in rows.enumerated() { view[to, place] = values[from] }
            }
        }
        return matrix
    }

    /// The class of every row; NaN where the label is missing.
    private func classIndices(of column: Column, in table: Table) throws(DataError) -> [Double] {
        func index(_ found: Double?, _ label: @autoclosure () -> String) throws(DataError) -> Double {
            if let found { return found }
            let known = labels.prefix(10).joined(separator: ", ") + (labels.count > 10 ? ", …" : "")
            throw DataError(
                "\(table.source): column \(quoted(column.name)) has the class \(quoted(label())), which the model does not know",
                hint: "Its classes are: \(known)")
        }
        var result: [Double] = []
        result.reserveCapacity(column.count)
        switch column.values {
        case .numeric(let numbers):
            // By value: 1.0 here is the class that training called "1".
            let order = Dictionary(
                labels.enumerated().compactMap { place, label in number(ofLabel: label).map { ($0, Double(place)) } },
                uniquingKeysWith: { first, _ in first })
            for number in numbers {
                result.append(number.isNaN ? .nan : try index(order[number], label(of: number)))
            }
        case .text(let indices, let categories):
            let order = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, Double($0)) })
            var classes: [Double] = []
            for category in categories { classes.append(try index(order[category], category)) }
            for index in indices { result.append(index < 0 ? .nan : classes[Int(index)]) }
        }
        return result
    }
}

/// "3" for 3, "0.5" for 0.5: a number as a label.
func label(of number: Double) -> String { Int64(exactly: number).map { String($0) } ?? String(number) }

/// The number that a label is, by the rules of cells; nil for text.
func number(ofLabel label: String) -> Double? {
    Array(label.utf8).withUnsafeBufferPointer {
        if case .number(let number) = DecimalParser.parse($0) { number } else { nil }
    }
}

extension Column {
    var isText: Bool { if case .text = values { true } else { false } }

    func isMissing(_ row: Int) -> Bool {
        switch values {
        case .numeric(let numbers): numbers[row].isNaN
        case .text(let indices, _): indices[row] < 0
        }
    }

    /// Whether all its numbers are integers.
    var isIntegral: Bool {
        guard case .numeric(let numbers) = values else { return false }
        return numbers.allSatisfy { $0.isNaN || $0 == $0.rounded() }
    }

    /// How many distinct values it has, without missing ones.
    var distinctCount: Int {
        switch values {
        case .numeric(let numbers): Set(numbers.lazy.filter { !$0.isNaN }).count
        case .text(let indices, _): Set(indices.lazy.filter { $0 >= 0 }).count
        }
    }

    /// The distinct values as labels, in order.
    var labels: [String] {
        switch values {
        case .numeric(let numbers):
            Set(numbers.lazy.filter { !$0.isNaN }).sorted().map { spellings[$0] ?? label(of: $0) }
        case .text(let indices, let categories):
            sortedLabels(Set(indices.lazy.filter { $0 >= 0 }).map { categories[Int($0)] })
        }
    }

    /// How a schema remembers it.
    func feature(_ missing: MissingPolicy) -> Schema.Feature {
        guard case .text(let indices, let categories) = values else { return Schema.Feature(name: name) }
        var kept = sortedLabels(categories)
        if missing == .mean && indices.contains(where: { $0 < 0 }) { kept.insert("", at: 0) }
        return Schema.Feature(name: name, categories: kept)
    }

    func numbers(in table: Table) throws(DataError) -> [Double] {
        guard case .numeric(let numbers) = values else {
            throw DataError("\(table.source): column \(quoted(name)) holds text, not numbers")
        }
        return numbers
    }
}
