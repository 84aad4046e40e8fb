import Foundation
import Testing

/// Streams that fail, and outputs that are no files.
@Suite("Streams")
struct StreamTests {
    private static let training =
        "\"$lariat\" train \(CommandRun.data("diabetes.csv")) --target target --epochs 3 --hidden 4 --validation 0"

    /// Progress that nobody can read is dropped; the training and its result are none the worse.
    @Test(arguments: ["2>&1 >/dev/null | head -n 1", "2>&1 >/dev/null | true", "2>full", "2>&-", ">&- 2>&-"])
    func aLostStderrLosesNothing(redirection: String) throws {
        let run = try CommandRun()
        defer { run.clean() }
        guard !redirection.contains("full") || run.makeDevice("full", minor: 7) else { return }
        let script = "set -o pipefail; \(Self.training) --output m --json --history h \(redirection)"
        let result = try run.shell(script)
        // Without stdout the result of --json is lost, and that is told.
        #expect(result.code == (redirection.hasPrefix(">&-") ? 74 : 0))
        try FileManager.default.removeItem(at: run.folder.appendingPathComponent("h"))
        _ = try run.shell("rm -f full; \(Self.training) --output reference --quiet")
        #expect(try run.files().keys.sorted() == ["m", "reference"])
        #expect(try run.bytes("m") == run.bytes("reference"))
    }

    @Test(arguments: [
        "doctor --json", "--help", "--version", "train --help", "inspect m", "predict m data", "evaluate m data",
        "train data --target target --epochs 1 --quiet --output n",
        "train data --target target --epochs 1 --quiet --output -",
    ])
    func aLostStdoutIsToldAndAClosedPipeIsNot(command: String) throws {
        let run = try CommandRun()
        defer { run.clean() }
        try run.write("data", bytes: Array(try Data(contentsOf: URL(fileURLWithPath: CommandRun.data("diabetes.csv")))))
        _ = try run("train", "data", "--target", "target", "--epochs", "1", "--quiet", "--output", "m")
        let closed = try run.shell("\"$lariat\" \(command) >&-")
        #expect(closed.code == 74)
        #expect(
            closed.errors
                == "lariat: cannot write to standard output: Bad file descriptor\nMake room, or name another place.\n")
        let unread = try run.shell("\"$lariat\" \(command) | true; exit ${PIPESTATUS[0]}")
        // A pipe that nobody has closed yet may take a little.
        #expect((unread.code == 74 || unread.code == 0) && unread.errors.isEmpty)
        guard run.makeDevice("full", minor: 7) else { return }
        let full = try run.shell("\"$lariat\" \(command) >full")
        #expect(full.code == 74)
        #expect(
            full.errors
                == "lariat: cannot write to standard output: No space left on device\nMake room, or name another place.\n"
        )
        #expect(try run.files().keys.filter { $0.hasSuffix(".lock") }.isEmpty)
    }

    /// A pipe is written to and a link is followed; neither is replaced by a file.
    @Test func whatIsNoFileStaysWhatItIs() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let quiet = "\(Self.training) --quiet"
        _ = try run.shell("\(quiet) --output reference --history h.csv --checkpoint ck")
        let (model, history) = (try run.bytes("reference"), try run.bytes("h.csv"))
        let results = try run.shell(
            """
            mkfifo pipe && cat pipe >caught & sleep 0.2
            \(quiet) --output >(cat >substituted) --history pipe --checkpoint >(cat >/dev/null) && wait && test -p pipe
            """)
        #expect(results.code == 0 && results.errors.isEmpty)
        // The shell does not wait for what it substituted.
        let patience = ContinuousClock.now + .seconds(10)
        while try run.bytes("substituted").count < model.count && .now < patience { usleep(10_000) }
        #expect(try run.bytes("substituted") == model && run.bytes("caught") == history)
        // Names of stdout under which nothing can be replaced, whatever the command does.
        for name in ["/dev/fd/1", "/proc/self/fd/1", "link"] {
            let piped = try run.shell(
                "ln -sf /proc/self/fd/1 link; \(quiet) --output \(name) | cat >stdout; ls -l link")
            #expect(piped.output.hasSuffix("link -> /proc/self/fd/1\n"))
            #expect(try run.bytes("stdout") == model && piped.errors.contains("model       to standard output"))
        }
        let predicted = try run.shell(
            "\"$lariat\" predict reference \(CommandRun.data("diabetes.csv")) --output >(wc -l)")
        #expect(predicted.code == 0 && predicted.output == "443\n")
    }

    @Test(.enabled(if: CommandRun.makesDevices, "devices cannot be made here"))
    func devicesStayDevices() throws {
        let run = try CommandRun()
        defer { run.clean() }
        #expect(run.makeDevice("null", minor: 3) && run.makeDevice("full", minor: 7))
        let swallowed = try run.shell(
            "\(Self.training) --quiet --output null --history null --checkpoint null && test -c null && ls")
        #expect(swallowed.code == 0 && swallowed.output.hasSuffix("full\nnull\n"))
        let full = try run.shell("\(Self.training) --quiet --output full; code=$?; test -c full && exit $code")
        #expect(full.code == 74)
        #expect(
            full.errors
                == "lariat: cannot write full: writing failed: No space left on device\nChoose another place.\n")
    }

    /// A real file system without room: the old file stays whole, and nothing is left beside it.
    @Test(.enabled(if: CommandRun.mounts, "only who may mount a file system can fill one of its own"))
    func aFullDiskKeepsTheOldFile() throws {
        let run = try CommandRun()
        defer { run.clean() }
        // In a mount namespace of its own, so that nothing of it outlives the shell.
        let result = try run.shell(
            """
            unshare -m bash -c 'mkdir small && mount -t tmpfs -o size=64k none small || exit 99
            train() { "$lariat" train \(CommandRun.data("diabetes.csv")) --target target --epochs 1 --quiet "$@"; }
            train --hidden 8 --output small/m >/dev/null && cp small/m old || exit 98
            train --hidden 200,200 --output small/m >/dev/null; code=$?
            cmp small/m old && ls small && exit $code'
            """)
        #expect(result.code == 74 && result.output == "m\n")
        #expect(
            result.errors
                == "lariat: cannot write small/m: writing failed: No space left on device\n"
                + "Nothing was changed; choose another place, or make room.\n")
    }
}
