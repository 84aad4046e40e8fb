/// One column of a table.
public struct Column: Sendable, Equatable {
    /// The values.
    public enum Values: Sendable, Equatable {
        /// Numbers; a missing one is NaN.
        case numeric([Double])
        /// Text as indices into `categories`, in order of first appearance; a missing one is −1.
        case text([Int32], categories: [String])
    }

    /// The name in the header.
    public let name: String
    /// The values, one a row.
    public let values: Values
    /// How its numbers first stood in the data, where that was kept.
    let spellings: [Double: String]

    /// A column.
    public init(name: String, values: Values) { self.init(name: name, values: values, spellings: [:]) }

    init(name: String, values: Values, spellings: [Double: String]) {
        (self.name, self.values, self.spellings) = (name, values, spellings)
    }

    /// The number of rows.
    public var count: Int {
        switch values {
        case .numeric(let numbers): numbers.count
        case .text(let indices, _): indices.count
        }
    }

    /// The value of a row as text: a number in its shortest form, "1" for 1.0; nil where it is missing.
    package func text(_ row: Int) -> String? {
        switch values {
        case .numeric(let numbers): numbers[row].isNaN ? nil : label(of: numbers[row])
        case .text(let indices, let categories): indices[row] < 0 ? nil : categories[Int(indices[row])]
        }
    }

    /// The row of the first missing value, or nil.
    var firstMissing: Int? {
        switch values {
        case .numeric(let numbers): numbers.firstIndex { $0.isNaN }
        case .text(let indices, _): indices.firstIndex { $0 < 0 }
        }
    }
}
