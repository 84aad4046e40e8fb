import Foundation
import Lariat
import Testing

@Suite("The command")
struct CommandTests {
    @Test func trainsEvaluatesPredictsInspects() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let data = CommandRun.data("breast_cancer.csv")
        let train = try run(
            "train", data, "--target", "target", "--hidden", "32", "--epochs", "20", "--seed", "1", "--json",
            "--output", "m.safetensors", "--history", "h.csv")
        #expect(train.code == 0)
        #expect(train.json["stopped"] as? String == "completed" && train.json["task"] as? String == "binary")
        #expect((train.json["validation"] as? [String: Double])?["accuracy"] ?? 0 > 0.93)
        #expect(try run("evaluate", "m.safetensors", data, "--json").json["rows"] as? Int == 569)
        let predictions = try run("predict", "m.safetensors", data).output.split(separator: "\n")
        #expect(predictions.count == 570 && predictions[0] == "prediction,probability_0,probability_1")
        #expect(
            try run("inspect", "m.safetensors", "--json").json["parameters"] as? Int == train.json["parameters"] as? Int
        )
        #expect(try run.read("h.csv").split(separator: "\n").count == 21)
        let doctor = try run("doctor", "--json").json
        for key in [
            "library", "version", "config", "kernelsFound", "kernelsChosen", "reason", "workers", "quota", "selfTest",
            "sgemmGflops", "peakGflops",
        ] {
            #expect(doctor[key] != nil)
        }
        #expect(doctor["selfTest"] as? String == "passed")
    }

    /// "-" is standard input for a model, data and a configuration, and standard output for a model and a history.
    @Test func streamsStandForFiles() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let data = CommandRun.data("diabetes.csv")
        let settings = ["--target", "target", "--epochs", "3", "--hidden", "4", "--quiet", "--output"]
        let toFile = try run.run(["train", data] + settings + ["m.safetensors"])
        let toStream = try run.run(["train", data] + settings + ["-"])
        #expect(toFile.code == 0 && toStream.code == 0)
        #expect(try Array(toStream.bytes) == run.bytes("m.safetensors"))
        #expect(toStream.errors.hasSuffix("model       to standard output\n") && toFile.errors.isEmpty)
        let model = try FileHandle(forReadingFrom: run.folder.appendingPathComponent("m.safetensors"))
        let predicted = try run.run(["predict", "-", data], input: model) { $0.waitUntilExit() }
        #expect(try predicted.output == run("predict", "m.safetensors", data).output && predicted.code == 0)
        let table = try FileHandle(forReadingFrom: URL(fileURLWithPath: data))
        let evaluated = try run.run(["evaluate", "m.safetensors", "-"], input: table) { $0.waitUntilExit() }
        #expect(try evaluated.output == run("evaluate", "m.safetensors", data).output && evaluated.code == 0)
        let history = try run.run(["train", data] + settings + ["m.safetensors", "--history", "-"])
        #expect(history.output.hasPrefix("epoch,rate,loss,") && history.output.split(separator: "\n").count == 4)
    }

    @Test func anEmptyValueIsOne() throws {
        let run = try CommandRun()
        defer { run.clean() }
        try run.write("c.json", #"{"hidden": "", "epochs": 1, "target": "target"}"#)
        let data = CommandRun.data("diabetes.csv")
        for arguments in [["--config", "c.json"], ["--target", "target", "--epochs", "1", "--hidden="]] {
            let result = try run.run(["train", data, "--json", "--quiet"] + arguments)
            #expect(result.code == 0 && result.json["parameters"] as? Int == 11)
        }
    }

    @Test func configurationFilesTakeTheFlagsNames() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let data = CommandRun.data("diabetes.csv")
        try run.write("c.json", #"{"epochs": 3, "hidden": [8], "quiet": true, "target": "target"}"#)
        let result = try run("train", data, "--config", "c.json", "--epochs", "2", "--json")
        #expect(result.code == 0 && result.json["epochs"] as? Int == 2 && result.errors.isEmpty)
    }

    /// Whatever OPENBLAS_CORETYPE says, the command computes rightly and tells what runs; a set that the user names
    /// is left alone, and without one no feature of the CPU goes unused.
    @Test(arguments: [nil, "Prescott", "Haswell", "SkylakeX", "nonsense"])
    func doctorExplainsTheChoiceOfKernels(coreType: String?) throws {
        let run = try CommandRun()
        defer { run.clean() }
        let report = try run("doctor", "--json", environment: coreType.map { ["OPENBLAS_CORETYPE": $0] } ?? [:]).json
        #expect(report["selfTest"] as? String == "passed")
        let (found, chosen) = (report["kernelsFound"] as? String, report["kernelsChosen"] as? String)
        guard let coreType else { return #expect(chosen != nil && chosen != "Prescott") }
        #expect(chosen == found)
        #expect((report["reason"] as? String)?.contains("OPENBLAS_CORETYPE is set by the user") == true)
        if coreType == "Prescott" { #expect(chosen == "Prescott") }
    }
}
