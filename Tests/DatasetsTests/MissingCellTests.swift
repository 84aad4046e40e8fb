import LariatDatasets
import LinearAlgebra
import Testing

/// Cells that hold no number, under each policy.
@Suite("Missing cells")
struct MissingCellTests {
    static let missing = [
        "", "NA", "na", "N/A", "n/a", "NaN", "nan", "NAN", "null", "NULL", "?", " ", "\" \"", " NA\t",
    ]
    static let refused = [
        "inf", "-inf", "Infinity", "1e999", "-1e999", "x", "nan.", "--", "none",
    ]

    private func table(_ cell: String) throws -> Table {
        let rows = (0..<20).map { "\($0),\($0).5\n" }.joined()
        return try Table(csv: Array("x,y\n\(rows)\(cell),7.5\n".utf8), name: "t.csv")
    }

    private func dataset(_ cell: String, _ policy: MissingPolicy) throws -> Dataset {
        var options = DatasetOptions()
        options.missing = policy
        return try table(cell).dataset(target: "y", options: options)
    }

    @Test(arguments: missing)
    func missingNumbers(cell: String) throws {
        let error = #expect(throws: DataError.self) { try dataset(cell, .error) }
        #expect(error?.message == "t.csv, line 22, column 'x': the value is missing")
        let dropped = try dataset(cell, .drop)
        #expect(dropped.count == 20 && dropped.features.firstNonFinite == nil)
        #expect(dropped.notes.contains("1 rows with missing values were left out"))
        let filled = try dataset(cell, .mean)
        #expect(filled.count == 21 && filled.features[20, 0].isNaN)
        let standardization = try Standardization(of: filled.features, names: ["x"])
        #expect(standardization.means == [9.5])
        #expect((standardization.apply(filled.features) as Matrix<Double>)[20, 0] == 0)
    }

    @Test(arguments: refused, MissingPolicy.allCases)
    func whatIsNoNumberIsNotMissing(cell: String, policy: MissingPolicy) {
        let error = #expect(throws: DataError.self) { try dataset(cell, policy) }
        #expect(error?.message.hasPrefix("t.csv, line 22, column 'x': '\(cell)' is ") == true)
    }

    @Test(arguments: missing)
    func missingText(cell: String) throws {
        func dataset(_ policy: MissingPolicy) throws -> Dataset {
            var options = DatasetOptions()
            options.missing = policy
            return try Table(csv: Array("t,y\na,1.5\nb,2.5\n\(cell),3.5\n".utf8), name: "t.csv").dataset(
                target: "y", options: options)
        }
        #expect(throws: DataError.self) { try dataset(.error) }
        #expect(try dataset(.drop).features == Matrix([[1, 0], [0, 1]]))
        #expect(try dataset(.mean).schema.features[0].categories == ["", "a", "b"])
        #expect(try dataset(.mean).features == Matrix([[0, 1, 0], [0, 0, 1], [1, 0, 0]]))
    }
}
