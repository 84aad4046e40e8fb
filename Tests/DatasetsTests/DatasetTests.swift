import LariatDatasets
import LinearAlgebra
import Testing

@Suite("Datasets")
struct DatasetTests {
    private func table(_ text: String) throws -> Table { try Table(csv: Array(text.utf8), name: "t.csv") }

    @Test func encodesAndRemembers() throws {
        let data = try table("n,t,y\n1,b,0\n2,a,1\n3,b,0\n").dataset(target: "y")
        #expect(data.task == .binary && data.schema.labels == ["0", "1"])
        #expect(data.features == Matrix([[1, 0, 1], [2, 1, 0], [3, 0, 1]]))
        #expect(data.schema.columnGroups == [0..<1, 1..<3])
        let encoded = try data.schema.encode(try table("extra,t,n\n9,zebra,4\n"))
        #expect(encoded.features == Matrix([[4, 0, 0]]) && encoded.warnings.count == 1)
        let error = #expect(throws: DataError.self) { try data.schema.encode(try table("x\n1\n")) }
        #expect(error?.message == "t.csv lacks 2 columns 'n', 't'")
    }

    @Test(arguments: [
        ("y\n1\n2\n3\n", PredictionTask.multiclass), ("y\n1.5\n2\n3\n", .regression), ("y\na\nb\na\n", .binary),
    ])
    func taskFollowsTheTarget(text: String, task: PredictionTask) throws {
        let rows = text.split(separator: "\n").map { $0 == "y" ? "x,y" : "1,\($0)" }.joined(separator: "\n")
        #expect(try table(rows).dataset(target: "y").task == task)
    }

    @Test func missingPolicies() throws {
        let table = try table("x,t,y\n1,a,1.5\n,b,2.5\n3,,3.5\n")
        let error = #expect(throws: DataError.self) { try table.dataset(target: "y") }
        #expect(error?.message == "t.csv, line 3, column 'x': the value is missing")
        var options = DatasetOptions()
        options.missing = .drop
        #expect(try table.dataset(target: "y", options: options).count == 1)
        options.missing = .mean
        let filled = try table.dataset(target: "y", options: options)
        #expect(filled.count == 3 && filled.features[1, 0].isNaN)
        #expect(filled.schema.features[1].categories == ["", "a", "b"])
        let standardized: Matrix<Double> = try Standardization(of: filled.features, names: ["x", "t", "t", "t"]).apply(
            filled.features)
        #expect(standardized[1, 0] == 0)
    }

    /// A validation file loses the rows that a training file would lose, and says so.
    @Test func otherDataLoseTheSameRows() throws {
        let csv = "x,w,y\n1,1,1.5\n,1,2.5\n3,,3.5\n4,1,\n5,1,5.5\n"
        var options = DatasetOptions()
        (options.missing, options.weights) = (.drop, "w")
        let training = try table(csv).dataset(target: "y", options: options)
        let other = try table(csv).dataset(like: training.schema, weights: "w")
        #expect(training.count == 2 && other.count == 2)
        #expect(other.targets == training.targets && other.features == training.features)
        #expect(training.notes.last == "3 rows with missing values were left out")
        #expect(other.notes == ["t.csv: 3 rows with missing values were left out"])
    }

    /// Lines are counted in the file: past blank ones, and line ends in quotes.
    @Test func missingCellsNameTheirLine() throws {
        for (text, line) in [
            ("x,y\n1,2.5\n,3.5\n", 3), ("x,y\n\n\n1,2.5\n\n,3.5\n", 6), ("x,y\n\"1\",2.5\r\n\r\n,3.5\n", 4),
        ] {
            let error = #expect(throws: DataError.self) { try table(text).dataset(target: "y") }
            #expect(error?.message == "t.csv, line \(line), column 'x': the value is missing")
        }
        let many = "x,y\n" + (0..<30_000).map { $0 == 20_000 ? "\n" : "\($0),\($0).5\n" }.joined() + ",1.5\n"
        let far = #expect(throws: DataError.self) { try table(many).dataset(target: "y") }
        #expect(far?.message == "t.csv, line 30002, column 'x': the value is missing")
        let columns = try Table(columns: [
            Column(name: "x", values: .numeric([1, .nan])), Column(name: "y", values: .numeric([1.5, 2.5])),
        ])
        let unread = #expect(throws: DataError.self) { try columns.dataset(target: "y") }
        #expect(unread?.message == "table, row 2, column 'x': the value is missing")
    }

    /// What would end the process for want of memory is refused before it is asked for.
    @Test func tooManyCategoriesAreRefused() throws {
        let ids = Column(name: "id", values: .text((0..<30_000).map { $0 }, categories: (0..<30_000).map { "u\($0)" }))
        let y = Column(name: "y", values: .numeric((0..<30_000).map { Double($0) + 0.5 }))
        let table = try Table(columns: [ids, y])
        let error = #expect(throws: DataError.self) { try table.dataset(target: "y") }
        #expect(error?.hint == "If it names the rows, leave it out with --drop id.")
    }

    @Test func refusals() throws {
        let table = try table("x,y\n1,a\n2,a\n")
        #expect(throws: DataError.self) { try table.dataset(target: "y") }  // one class
        #expect(throws: DataError.self) { try table.dataset(target: "nope") }
        #expect(throws: DataError.self) { try table.dataset(targets: ["x", "y"]) }
        let x = Matrix<Double>([[1], [.nan]])
        let error = #expect(throws: DataError.self) { try Dataset(features: x, targets: Matrix([[1], [2]])) }
        #expect(error?.message.contains("row 1, column 0") == true)
        #expect(throws: DataError.self) { try Dataset(features: Matrix([[1]]), targets: Matrix([[1], [2]])) }
        for weights in [[1.0], [-1, 1], [0, 0], [.nan, 1]] {
            #expect(throws: DataError.self) {
                try Dataset(features: Matrix([[1], [2]]), targets: Matrix([[1], [2]]), weights: weights)
            }
        }
        #expect(throws: DataError.self) {
            try Dataset(features: Matrix(rows: 0, columns: 2), targets: Matrix(rows: 0, columns: 1))
        }
        #expect(throws: DataError.self) { try Dataset(features: Matrix([[1], [2]]), labels: ["a", "a"]) }
    }

    @Test func splitIsStratifiedAndRepeatable() throws {
        let labels = (0..<100).map { $0 < 90 ? "a" : "b" }
        let data = try Dataset(features: Matrix(rows: 100, columns: 1) { row, _ in Double(row) }, labels: labels)
        let (training, held) = data.split(holdingOut: 0.2, seed: 3)
        #expect(training.count == 80 && held.count == 20)
        #expect(held.targets.elements.filter { $0 == 1 }.count == 2)
        #expect(Set(training.features.elements).isDisjoint(with: held.features.elements))
        #expect(data.split(holdingOut: 0.2, seed: 3).heldOut.features == held.features)
        #expect(data.split(holdingOut: 0.2, seed: 4).heldOut.features != held.features)
    }

    @Test(arguments: 1...70)
    func batchesCoverTheRowsAndNeverEndInOne(rows: Int) {
        for size in 1...20 {
            let batches = Batches(rows: rows, batchSize: size)
            #expect(batches.flatMap { Array($0) } == Array(0..<rows))
            if rows > 1 && size > 1 { #expect(batches.allSatisfy { $0.count > 1 }) }
        }
    }

    @Test(arguments: [Int.max, .max - 1, 70, 71])
    func aBatchHasNoMoreThanAllRows(size: Int) {
        for rows in 1...70 {
            let batches = Batches(rows: rows, batchSize: size)
            #expect(batches.count == 1 && batches.first == 0..<rows && batches.largest == rows)
        }
        #expect(Batches(rows: 0, batchSize: size).isEmpty)
    }

    @Test(arguments: [1e-300, 1e-10, 1, 1e10, 1e150, 1e300])
    func standardizesAtAnyScale(scale: Double) throws {
        let x = Matrix<Double>(rows: 4, columns: 2) { row, column in column == 0 ? scale * Double(row + 1) : 3 }
        let standardization = try Standardization(of: x, names: ["a", "b"])
        let z: Matrix<Double> = standardization.apply(x)
        #expect(abs(z[0, 0] + 1.3416407864998738) < 1e-12)
        #expect(z.column(1) == [0, 0, 0, 0])
        #expect(abs(standardization.invert(z)[3, 0] / (4 * scale) - 1) < 1e-12)
    }
}
