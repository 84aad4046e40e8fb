import Foundation
import Testing

/// Bad input gets a clear error, an exit code that tells its kind, and changes nothing.
@Suite("Faulty invocations", .serialized)
struct FaultyInvocationTests {
    /// A folder with files that are wrong in one way each, as their names say, and with models to go with them.
    static let run: CommandRun = {
        do {
            let run = try CommandRun()
            try writeTables(run)
            try writeModels(run)
            return run
        } catch { fatalError("cannot prepare the files: \(error)") }
    }()

    @Test(arguments: Faulty.commandLine + Faulty.settings + Faulty.files + Faulty.data + Faulty.models + Faulty.paths)
    func failsWithItsCodeAndMessage(faulty: Faulty) throws {
        let before = try Self.run.files()
        let result = try Self.run.run(faulty.arguments)
        #expect(result.code == faulty.code)
        #expect(result.errors == "lariat: \(faulty.message)\n")
        #expect(result.output.isEmpty)
        #expect(try Self.run.files() == before)
    }

    private static func writeTables(_ run: CommandRun) throws {
        func table(_ rows: Int, _ row: (Int) -> String) -> String {
            "a,b,y\n" + (0..<rows).map { row($0) + "\n" }.joined()
        }
        try run.write("ok.csv", table(30) { "\($0),\($0 * 7 % 5),\($0 * 2 + 1).5" })
        try run.write("bin.csv", table(30) { "\($0),\($0 * 7 % 5),\($0 % 2 == 1 ? "no" : "yes")" })
        try run.write("neg.csv", table(10) { "\($0),\($0),-\($0 + 1).5" })
        try run.write("const.csv", table(10) { "\($0),\($0),same" })
        let numbers = table(20) { "\($0),\($0),\($0).5" }
        for (name, cell) in [("text", "oops"), ("inf", "1e999"), ("nan", "nan")] {
            try run.write("\(name).csv", numbers + "\(cell),3,4.5\n")
        }
        try run.write("ragged.csv", "a,b,y\n1,2,3\n4,5\n6,7,8\n")
        try run.write("miss.csv", "a,b,y\n1,2,3.5\n,5,6.5\n6,7,8.5\n9,1,3.5\n")
        try run.write("missy.csv", "a,b,y\n1,2,3.5\n4,5,\n6,7,8.5\n9,1,3.5\n")
        try run.write("quote.csv", "a,b,y\n1,\"2,3\n4,5,6\n")
        try run.write("nul.csv", "a,b,y\n1,2\0,3\n")
        try run.write("utf.csv", bytes: Array("a,b,y\n1,caf".utf8) + [0xE9] + Array(",3\n".utf8))
        try run.write("level.csv", "a,b,y\n1,2,4\n2,5,4\n3,1,4\n")
        try run.write("factors.csv", "feature,factor\na,2\nc,1\n")
        try run.write("negative.csv", "feature,factor\na,-1\n")
        try run.write("bad.svm", "1 1:2\n-1 x:1\n")
        try run.write("empty.csv", "")
        try run.write("header.csv", "a,b,y\n")
        try run.write("dup.csv", "a,a,y\n1,2,3\n")
        try run.write("noname.csv", "a,,y\n1,2,3\n")
        try run.write("one.csv", "a,b,y\n1,2,3.5\n")
        try run.write("wneg.csv", "a,w,y\n" + (0..<10).map { "\($0),\($0 == 3 ? -1 : 1),\($0).5\n" }.joined())
        try run.write("wzero.csv", "a,w,y\n" + (0..<10).map { "\($0),0,\($0).5\n" }.joined())
        try run.write("other.csv", "c,d,y\n1,2,3\n")
        try run.write("blank.csv", "a,b,y\n\n1,\"x\ny\",3.5\n\n\n,z,6.5\n6,z,8.5\n")
        try run.write("ids.csv", table(30_000) { "\($0),u\($0),\($0).5" })
        try run.write("huge.csv", "a,b,y\n1,2,no\n1e300,2,no\n")
        for (name, target) in [("link.csv", "ok.csv"), ("dangling", "new")] {
            let path = run.folder.appendingPathComponent(name).path
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        }
        try FileManager.default.linkItem(
            at: run.folder.appendingPathComponent("ok.csv"), to: run.folder.appendingPathComponent("hard.csv"))
        try run.write("missing_b.csv", "a,y\n1,2\n")
        try run.write("newtext.csv", "a,b,y\nx,2,3\n")
        try run.write("badlabel.csv", "a,b,y\n1,2,maybe\n")
    }

    private static func writeModels(_ run: CommandRun) throws {
        let train = ["--target", "y", "--epochs", "1", "--hidden", "4", "--quiet", "--output"]
        _ = try run.run(["train", "ok.csv"] + train + ["model.safetensors", "--checkpoint", "ck"])
        _ = try run.run(["train", "bin.csv"] + train + ["binary.safetensors"])
        var model = try run.bytes("model.safetensors")
        try run.write("cut.safetensors", bytes: Array(model.prefix(200)))
        model[model.count - 3] ^= 1
        try run.write("flipped.safetensors", bytes: model)
        try run.write("cut.ck", bytes: Array(try run.bytes("ck").dropLast(10)))
        try run.write("bad.safetensors", "hello, this is not a model")
        try run.write("trunc.safetensors", "")
        try run.write("bad.json", #"{"epochs": 3,"#)
        try run.write("unknown.json", #"{"epoch": 3}"#)
        try run.write("type.json", #"{"epochs": "many"}"#)
        try run.write("list.json", "[1]")
        for (name, text) in [
            ("l1", #"{"l1": -1}"#), ("epochs", #"{"epochs": 0}"#), ("activation", #"{"activation": "x"}"#),
            ("hidden", #"{"hidden": [8, "x"]}"#), ("share", #"{"validation": 2}"#),
            ("momentum", #"{"optimizer": "momentum", "momentum": 2}"#), ("output", #"{"output": ""}"#),
            ("switch", #"{"json": 1}"#), ("truth", #"{"epochs": true}"#), ("null", #"{"hidden": null}"#),
            ("unused", #"{"epochs": 1}"#),
        ] { try run.write("\(name).json", text) }
        try FileManager.default.createDirectory(
            at: run.folder.appendingPathComponent("folder"), withIntermediateDirectories: true)
    }
}
