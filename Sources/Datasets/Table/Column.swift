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

    /// A column.
    public init(name: String, values: Values) { (self.name, self.values) = (name, values) }

    /// The number of rows.
    public var count: Int {
        switch values {
        case .numeric(let numbers): numbers.count
        case .text(let indices, _): indices.count
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
