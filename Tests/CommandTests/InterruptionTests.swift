import Foundation
import Testing

/// Signals end a training in order, and a second one at once.
@Suite("Interruptions")
struct InterruptionTests {
    /// The first signal stops after the step: exit code 130, the model written, nothing else left.
    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func oneSignalWritesTheModel(signal: Int32) throws {
        let run = try CommandRun()
        defer { run.clean() }
        let arguments = [
            "train", CommandRun.data("digits.csv"), "--target", "target", "--epochs", "1000000", "--output",
            "m.safetensors", "--checkpoint", "m.checkpoint", "--quiet", "--json",
        ]
        let result = try run.run(arguments, input: FileHandle.nullDevice) { process in
            // The first checkpoint says that the training is under way.
            Self.wait(for: process) { run.has("m.checkpoint") }
            kill(process.processIdentifier, signal)
            Self.waitForEnd(of: process)
        }
        #expect(result.code == 130 && result.errors.isEmpty)
        #expect(result.json["stopped"] as? String == "interrupted")
        #expect(try run.files().keys.sorted() == ["m.checkpoint", "m.safetensors"])
        #expect(try run("inspect", "m.safetensors").code == 0)
    }

    /// A training that cannot end its step, because nobody reads its checkpoint, ends with the second signal and takes
    /// its lock with it.
    @Test(arguments: [[SIGINT, SIGINT], [SIGTERM, SIGTERM], [SIGINT, SIGTERM], [SIGHUP, SIGINT]])
    func aSecondSignalEndsItAtOnce(signals: [Int32]) throws {
        let run = try CommandRun()
        defer { run.clean() }
        #expect(mkfifo(run.folder.appendingPathComponent("pipe").path, 0o600) == 0)
        let arguments = [
            "train", CommandRun.data("diabetes.csv"), "--target", "target", "--hidden", "4", "--output", "m",
            "--checkpoint", "pipe", "--quiet",
        ]
        let result = try run.run(arguments, input: FileHandle.nullDevice) { process in
            Self.wait(for: process) { run.has("m.lock") }
            usleep(100_000)
            kill(process.processIdentifier, signals[0])
            usleep(100_000)
            #expect(process.isRunning && run.has("m.lock"))
            kill(process.processIdentifier, signals[1])
            Self.waitForEnd(of: process)
        }
        #expect(result.code == 130 && result.errors.isEmpty)
        #expect(!run.has("m.lock") && !run.has("m"))
    }

    private static func wait(for process: Process, until condition: () -> Bool) {
        let patience = ContinuousClock.now + .seconds(30)
        while process.isRunning && .now < patience && !condition() { usleep(1000) }
    }

    private static func waitForEnd(of process: Process) {
        wait(for: process) { false }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }
}

extension CommandRun {
    fileprivate func has(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
    }
}
