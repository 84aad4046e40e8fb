import Foundation
import Lariat
import LariatModels
import Testing

/// What the description of the command promises, through the command.
@Suite("The contract")
struct ContractTests {
    /// A data set, a number of runs, and the least mean of a metric on the rows held out.
    struct Goal: Sendable, CustomTestStringConvertible {
        let data: String
        var settings: [String] = []
        let metric: String
        let least: Double
        var testDescription: String { "\(data): \(metric) ≥ \(least)" }
    }

    static let goals = [
        Goal(data: "digits", settings: ["--hidden", "64"], metric: "accuracy", least: 0.970),
        Goal(data: "breast_cancer", metric: "accuracy", least: 0.965),
        Goal(data: "spambase", metric: "accuracy", least: 0.935),
        Goal(data: "diabetes", metric: "r2", least: 0.40),
    ]

    @Test(arguments: goals)
    func theDefaultsLearn(goal: Goal) throws {
        let run = try CommandRun()
        defer { run.clean() }
        let values = try (1...3).map { seed in
            let result = try run.run(
                ["train", CommandRun.data("\(goal.data).csv"), "--target", "target", "--seed", "\(seed)", "--json"]
                    + ["--quiet"] + goal.settings)
            return try #require((result.json["validation"] as? [String: Double])?[goal.metric])
        }
        #expect(values.reduce(0, +) / 3 >= goal.least, "\(values)")
    }

    /// Penalties give zeros that the report, `inspect` and the tensors of the file count alike.
    @Test(arguments: [
        ["--hidden", "", "--l1", "10"], ["--hidden", "", "--l1", "0.1"], ["--hidden", "16", "--l1", "0.01"],
        ["--hidden", "16,8", "--group-l1", "0.1"], ["--hidden", "16", "--elastic-net", "0.02"],
        ["--hidden", "16", "--group-l1", "0.05", "--precision", "double"],
    ])
    func zerosAreExactAndCounted(settings: [String]) throws {
        let run = try CommandRun()
        defer { run.clean() }
        let train = ["train", CommandRun.data("diabetes.csv"), "--target", "target", "--quiet", "--output", "m"]
        let result = try run.run(train + ["--json"] + settings)
        let file = try Safetensors(decoding: run.bytes("m"))
        let weights = file.tensors.filter { $0.shape.count == 2 }.map { ($0.shape, $0.elements(as: Double.self)) }
        let zeros = weights.reduce(0) { $0 + $1.1.count { $0 == 0 } }
        #expect(zeros > 0 && result.json["exactZeros"] as? Int == zeros)
        #expect(try run("inspect", "m", "--json").json["exactZeros"] as? Int == zeros)
        if settings.contains("10") { #expect(zeros == 10 && weights[0].1.count == 10) }
        // A group lasso drops whole input columns, which are rows of the first weights, and leaves others.
        if settings.contains("--group-l1") {
            let (shape, first) = weights[0]
            let rows = (0..<shape[0]).map { row in first[(row * shape[1])..<((row + 1) * shape[1])] }
            let dropped = rows.count { $0.allSatisfy { $0 == 0 } }
            #expect(dropped > 0 && dropped < shape[0])
            #expect(rows.allSatisfy { $0.allSatisfy { $0 == 0 } || !$0.contains(0) })
        }
    }

    @Test(arguments: ["0", "0.2"])
    func theReportHasAllItsKeys(validation: String) throws {
        let run = try CommandRun()
        defer { run.clean() }
        let result = try run(
            "train", CommandRun.data("diabetes.csv"), "--target", "target", "--epochs", "1", "--json", "--quiet",
            "--validation", validation)
        #expect(
            result.json.keys.sorted() == [
                "epochs", "exactZeros", "model", "parameters", "samplesPerSecond", "seconds", "stopped", "task",
                "train", "validation",
            ])
        #expect(result.json["validation"] is NSNull == (validation == "0"))
        let doctor = try run("doctor", "--json", "--quiet").json
        #expect(
            doctor.keys.sorted() == [
                "config", "elementKernels", "kernelsChosen", "kernelsFound", "library", "peakGflops", "quota",
                "reason", "selfTest", "sgemmGflops", "version", "workers",
            ])
    }

    /// Labels come back as they stood in the data, and other spellings of a number are its class.
    @Test func labelsComeBackAsTheyStood() throws {
        let run = try CommandRun()
        defer { run.clean() }
        try run.write("t.csv", "x,y\n" + (0..<40).map { "\($0),\($0 < 20 ? "1.0" : "10000000000000000")\n" }.joined())
        try run.write("other.csv", "x,y\n1,1\n30,1e16\n")
        _ = try run("train", "t.csv", "--target", "y", "--epochs", "20", "--quiet", "--output", "m")
        let lines = try run("predict", "m", "t.csv").output.split(separator: "\n")
        #expect(lines[0] == "prediction,probability_1.0,probability_10000000000000000")
        #expect(Set(lines.dropFirst().map { $0.prefix { $0 != "," } }) == ["1.0", "10000000000000000"])
        #expect(try run("evaluate", "m", "other.csv", "--json").json["rows"] as? Int == 2)
    }

    /// A target that was read as text is read as text again.
    @Test func labelsReadAsTextStayText() throws {
        let run = try CommandRun()
        defer { run.clean() }
        try run.write("t.csv", "x,y\n" + (0..<40).map { "\($0),0\($0 % 2 + 1)\n" }.joined())
        _ = try run("train", "t.csv", "--target", "y", "--text", "y", "--epochs", "2", "--quiet", "--output", "m")
        #expect(try run("evaluate", "m", "t.csv", "--json").json["rows"] as? Int == 40)
        #expect(try run("predict", "m", "t.csv").output.hasPrefix("prediction,probability_01,probability_02\n"))
    }

    /// Names with commas and quotes, on the command line and in a configuration.
    @Test func columnsMayHaveAnyName() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let rows = (0..<30).map { "\($0),\($0 * 7 % 5),\($0 % 3),\($0).5,\($0).25\n" }.joined()
        try run.write("t.csv", "\"a,b\",\"c\"\"d\", e ,\"y,1\",y2\n" + rows)
        let train = ["train", "t.csv", "--epochs", "1", "--quiet", "--output", "m"]
        func features() throws -> [String] {
            let schema = try run("inspect", "m", "--json").json["schema"] as? [String: Any]
            return (schema?["features"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
        }
        #expect(try run.run(train + ["--target", "\"y,1\", y2", "--drop", "\"a,b\" ,e"]).code == 0)
        #expect(try features() == ["c\"d"])
        #expect(try run.run(train + ["--target", "y2", "--drop", "\"y,1\",\"c\"\"d\"", "--text", "\"a,b\""]).code == 0)
        #expect(try features() == ["a,b", "e"])
        try run.write("c.json", #"{"target": ["y,1", "y2"], "drop": ["a,b", "c\"d"]}"#)
        #expect(try run.run(train + ["--config", "c.json"]).code == 0)
        #expect(try features() == ["e"])
        #expect(try run("train", "--help").output.contains(#"'"a,b",c'"#))
    }

    /// A validation file is read like the training file: the rows with holes are left out, and counted.
    @Test func aValidationFileLosesTheRowsThatTrainingWould() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let rows = (0..<30).map { "\($0),\($0 == 3 ? "" : "1"),\($0 == 5 ? "NA" : "\($0).5")\n" }.joined()
        try run.write("t.csv", "x,w,y\n" + rows)
        let train = ["train", "t.csv", "--target", "y", "--weights", "w", "--epochs", "1", "--output", "m"]
        let result = try run.run(train + ["--validation", "t.csv", "--missing", "drop", "--json"])
        #expect(result.code == 0)
        #expect(result.errors.contains("\n2 rows with missing values were left out\n"))
        #expect(result.errors.contains("\nt.csv: 2 rows with missing values were left out\n"))
        #expect(result.json["validation"] as? [String: Double] == result.json["train"] as? [String: Double])
    }

    /// `--momentum` counts under the default schedule, too; without it the schedule sets it.
    @Test(arguments: ["momentum", "nesterov"])
    func anExplicitMomentumWins(optimizer: String) throws {
        let run = try CommandRun()
        defer { run.clean() }
        func model(_ settings: String...) throws -> [UInt8] {
            let train = ["train", CommandRun.data("diabetes.csv"), "--target", "target", "--epochs", "3", "--hidden"]
            _ = try run.run(train + ["4", "--optimizer", optimizer, "--quiet", "--output", "m"] + settings)
            return try run.bytes("m")
        }
        let models = try [model(), model("--momentum", "0"), model("--momentum", "0.5"), model("--momentum", "0.9")]
        #expect(Set(models).count == 4)
    }

    /// A plateau watches the metric that it is told to.
    @Test func aPlateauWatchesTheMetric() throws {
        let run = try CommandRun()
        defer { run.clean() }
        for metric in ["loss", "accuracy", "auc"] {
            let result = try run(
                "train", CommandRun.data("breast_cancer.csv"), "--target", "target", "--epochs", "3", "--schedule",
                "plateau", "--monitor", metric, "--quiet")
            #expect(result.code == 0)
        }
    }

    @Test func aBatchMayBeLargerThanTheData() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let train = [
            "train", CommandRun.data("diabetes.csv"), "--target", "target", "--epochs", "2", "--validation", "0",
        ]
        for size in ["442", "9223372036854775807"] {
            #expect(try run.run(train + ["--batch-size", size, "--quiet", "--output", size]).code == 0)
        }
        #expect(try run.bytes("442") == run.bytes("9223372036854775807"))
    }

    /// Kernels below the CPU are said once; a name that OpenBLAS does not know is told by `doctor`.
    @Test func aPoorKernelSetIsSaidOnce() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let (poor, train) = (
            ["OPENBLAS_CORETYPE": "Prescott"],
            ["train", CommandRun.data("diabetes.csv"), "--target", "target", "--epochs", "1"]
        )
        let warning =
            "warning: OpenBLAS runs its Prescott kernels, which are below this CPU's features: OPENBLAS_CORETYPE is set by the user and was left alone\n"
        let report = try run("doctor", "--json", environment: poor)
        // On a CPU without AVX2 nothing is below it.
        if EngineReport.current().elementKernels != "base" {
            #expect(report.errors == warning)
            #expect((report.json["reason"] as? String)?.hasSuffix("it is below this CPU's features") == true)
            #expect(try run.run(train, poor).errors.hasPrefix(warning))
        }
        #expect(try run.run(train + ["--quiet"], poor).errors.isEmpty)
        #expect(try run("doctor", "--quiet", environment: poor).errors.isEmpty)
        let unknown = try run("doctor", "--json", environment: ["OPENBLAS_CORETYPE": "nonsense"])
        #expect((unknown.json["reason"] as? String)?.contains("OpenBLAS did not take it") == true)
    }

    @Test func theVersionIsOneLineWithItsKernels() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let version = try run("--version").output
        let pattern = #/lariat \d+\.\d+\.\d+ \(OpenBLAS [\w.]+, \w+; loops (base|avx2|avx512)\)\n/#
        #expect(version.wholeMatch(of: pattern) != nil, "\(version)")
        // The card of a model says the same.
        _ = try run("train", CommandRun.data("diabetes.csv"), "--target", "target", "--epochs", "1", "--quiet")
        let card = try run("inspect", "model.safetensors", "--json").json["createdWith"] as? String ?? ""
        let words = version.split { !$0.isLetter && !$0.isNumber && $0 != "." }.dropFirst()
        #expect(words.filter { $0 != "loops" }.allSatisfy { card.contains($0) }, "\(card)")
    }
}
