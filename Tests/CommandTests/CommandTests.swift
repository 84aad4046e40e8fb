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

    @Test func configurationFilesTakeTheFlagsNames() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let data = CommandRun.data("diabetes.csv")
        try run.write("c.json", #"{"epochs": 3, "hidden": [8], "quiet": true, "target": "target"}"#)
        let result = try run("train", data, "--config", "c.json", "--epochs", "2", "--json")
        #expect(result.code == 0 && result.json["epochs"] as? Int == 2 && result.errors.isEmpty)
    }
}

/// One run of the command in a folder of its own.
struct CommandRun {
    struct Result {
        let code: Int32
        let output, errors: String
        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]) ?? [:]
        }
    }

    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("lariat-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func clean() { try? FileManager.default.removeItem(at: folder) }
    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
    }

    static func data(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Data/\(name)")
            .standardizedFileURL.path
    }

    /// The executable beside the test bundle.
    private static let executable: URL = {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        for candidate in [folder, Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent()] {
            let path = candidate.appendingPathComponent("lariat")
            if FileManager.default.isExecutableFile(atPath: path.path) { return path }
        }
        return folder.appendingPathComponent("lariat")
    }()

    func callAsFunction(_ arguments: String..., environment: [String: String] = [:]) throws -> Result {
        try self.run(arguments, environment)
    }

    func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Result {
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (output, errors) = (folder.appendingPathComponent(".out"), folder.appendingPathComponent(".err"))
        for url in [output, errors] { _ = FileManager.default.createFile(atPath: url.path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Result(
            code: process.terminationStatus, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
}
