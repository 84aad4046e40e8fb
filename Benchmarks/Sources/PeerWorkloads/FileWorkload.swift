import Lariat

/// Reading the numeric CSV file that the driver has put into the folder.
final class FileWorkload: Workload {
    private let path: String

    init(_ folder: Exchange) { path = folder.path("data.csv") }

    func measure(seconds: Double) throws -> Double { try repeating({ _ = try Table(contentsOf: path) }, for: seconds) }

    func export(to folder: Exchange) throws -> Facts {
        let table = try Table(contentsOf: path)
        var facts = Facts()
        (facts.rows, facts.inputs) = (table.rowCount, table.columns.count)
        facts.sums = try table.columns.map { column in
            guard case .numeric(let numbers) = column.values else { throw Failure("\(column.name) is not numeric") }
            return numbers.reduce(0, +)
        }
        return facts
    }
}
