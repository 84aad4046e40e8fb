import LariatDatasets
import LinearAlgebra
import Testing

/// What a target column is taken for, and what is said when it cannot be one.
@Suite("Targets")
struct TargetTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let target: [String]
        var task = DatasetOptions.TaskChoice.auto
        /// "task: labels", or the message of the error.
        let result: String
        var testDescription: String { "\(target.prefix(4)) as \(task)" }
    }

    static let cases = [
        Case(target: ["yes", "no", "yes"], result: "binary: no yes"),
        Case(target: ["0", "1", "1"], result: "binary: 0 1"),
        Case(target: ["1", "2", "1"], result: "binary: 1 2"), Case(target: ["-1", "1", "1"], result: "binary: -1 1"),
        Case(target: ["10", "9", "100"], result: "multiclass: 9 10 100"),
        Case(target: ["7", "3", "5", "3"], result: "multiclass: 3 5 7"),
        Case(target: ["1.0", "2.0", "1"], result: "binary: 1.0 2.0"),
        Case(target: ["1", "2.0", "1.0"], result: "binary: 1 2.0"),
        Case(target: ["01", "+2", " 3 ", "1"], result: "multiclass: 01 +2 3"),
        Case(target: ["10000000000000000", "0", "1e16"], result: "binary: 0 10000000000000000"),
        Case(target: ["-0", "1e0", "0"], result: "binary: -0 1e0"),
        Case(target: ["b", "a", "c"], result: "multiclass: a b c"),
        Case(target: ["é", "z", "e"], result: "multiclass: e z é"),
        Case(target: ["true", "false"], result: "binary: false true"),
        Case(target: ["1.5", "2", "3"], result: "regression: "),
        Case(target: (0..<21).map { "\($0)" }, result: "regression: "),
        Case(
            target: (0..<20).map { "\($0)" }, result: "multiclass: " + (0..<20).map { "\($0)" }.joined(separator: " ")),
        Case(target: ["5", "5", "5"], result: "regression: "), Case(target: ["2.5", "2.5"], result: "regression: "),
        Case(target: ["x", "x"], result: "t.csv: every row of target 'y' is 'x'"),
        Case(target: ["3", "3"], task: .multiclass, result: "t.csv: every row of target 'y' is '3'"),
        Case(target: ["3", "3"], task: .binary, result: "t.csv: target 'y' has 1 classes, not 2"),
        Case(target: ["1", "2", "3"], task: .binary, result: "t.csv: target 'y' has 3 classes, not 2"),
        Case(target: ["1", "2", "1"], task: .regression, result: "regression: "),
        Case(target: ["a", "b"], task: .regression, result: "t.csv: target 'y' holds text, which cannot be regressed"),
        Case(target: ["1.5", "2.5", "1.5"], task: .binary, result: "binary: 1.5 2.5"),
        Case(target: ["1", "2"], task: .multiclass, result: "multiclass: 1 2"),
        Case(target: ["a", "", "b"], result: "t.csv, line 3, column 'y': the value is missing"),
        Case(target: ["1.5", "NA", "2"], result: "t.csv, line 3, column 'y': the value is missing"),
        Case(target: ["", "", ""], result: "t.csv, line 2, column 'y': the value is missing"),
        Case(target: (0...10_000).map { "w\($0)" }, result: "t.csv: target 'y' has 10001 classes"),
        Case(target: [], result: "t.csv has no rows"),
    ]

    @Test(arguments: cases)
    func areTakenAsTheyShould(expected: Case) throws {
        let rows = expected.target.enumerated().map { "\($0),\($1)\n" }.joined()
        var options = DatasetOptions()
        options.task = expected.task
        do {
            let data = try Table(csv: Array("x,y\n\(rows)".utf8), name: "t.csv", labels: "y").dataset(
                target: "y", options: options)
            #expect("\(data.task): \(data.schema.labels.joined(separator: " "))" == expected.result)
        } catch { #expect(error.message == expected.result) }
    }

    /// Every class keeps a row in training, whatever is held out; a class that only other data have is an error.
    @Test func classesMissingInAPart() throws {
        let data = try Dataset(
            features: Matrix(rows: 20, columns: 1), labels: (0..<20).map { $0 == 0 ? "rare" : $0 < 8 ? "b" : "c" })
        for seed in UInt64(0)..<20 {
            let (training, _) = data.split(holdingOut: 0.5, seed: seed)
            #expect(Set(training.targets.elements) == [0, 1, 2])
        }
        let table = try Table(csv: Array("x,y\n1,a\n2,b\n".utf8)).dataset(target: "y")
        let other = try Table(csv: Array("x,y\n1,a\n2,c\n".utf8), name: "other.csv")
        let error = #expect(throws: DataError.self) { try other.dataset(like: table.schema) }
        #expect(error?.message.contains("'c'") == true)
    }

    /// Labels keep their spelling wherever they first stand, and without it go by their shortest form; either way other
    /// data may write the same numbers in another way.
    @Test func labelsAreAsTheyFirstStood() throws {
        // Enough rows that the numbers of the last ones are read many at once.
        let rows = (0..<40_000).map { "\($0),\($0 < 30_000 ? "1.0" : $0 < 39_999 ? "2.50" : "3e0")\n" }.joined()
        let bytes = Array("x,y\n\(rows)".utf8)
        var options = DatasetOptions()
        options.task = .multiclass
        let data = try Table(csv: bytes, labels: "y").dataset(target: "y", options: options)
        #expect(data.schema.labels == ["1.0", "2.50", "3e0"])
        #expect(try Table(csv: bytes).dataset(target: "y", options: options).schema.labels == ["1", "2.5", "3"])
        let other = try Table(csv: Array("x,y\n1,3\n2,1\n3,2.5\n".utf8)).dataset(like: data.schema)
        #expect(other.targets.elements == [2, 0, 1])
    }

    /// 01 and 1 read as text are two classes, and stay so for data that are read later.
    @Test func labelsReadAsTextStayText() throws {
        let csv = Array("x,y\n1,01\n2,1\n3,01\n".utf8)
        let schema = try Table(csv: csv, text: ["y"]).dataset(target: "y").schema
        #expect(schema.labels == ["01", "1"] || schema.labels == ["1", "01"])
        #expect(schema.hasTextLabels == true && schema.textColumns == ["y"])
        let numbers = try Table(csv: csv + Array("4,2\n".utf8)).dataset(target: "y").schema
        #expect(numbers.hasTextLabels == nil && numbers.textColumns.isEmpty)
        // What was read as text by itself, in a file from before this was kept.
        let schemas = [
            Schema(features: [], targets: ["y"], task: .binary, labels: ["no", "yes"]),
            Schema(features: [], targets: ["y"], task: .binary, labels: ["0", "1"]),
        ]
        #expect(schemas.map(\.textColumns) == [["y"], []])
    }

    @Test func aTargetTwiceIsRefused() throws {
        let table = try Table(csv: Array("x,y\n1,2\n3,4\n".utf8))
        let error = #expect(throws: DataError.self) { try table.dataset(targets: ["y", "y"]) }
        #expect(error?.message == "'y' is a target twice")
    }

    @Test func severalTargets() throws {
        let table = try Table(csv: Array("x,u,v,t\n1,2,3,a\n4,5,6,b\n".utf8), name: "t.csv")
        let data = try table.dataset(
            targets: ["u", "v"],
            options: {
                var options = DatasetOptions()
                options.drop = ["t"]
                return options
            }())
        #expect(data.task == .regression && data.targets == Matrix([[2, 3], [5, 6]]) && data.featureCount == 1)
        let error = #expect(throws: DataError.self) { try table.dataset(targets: ["u", "t"]) }
        #expect(error?.message == "t.csv: target 't' holds text; several targets must be numbers")
    }
}
