import Foundation
import Testing

/// What a training shows while it runs.
@Suite("Progress")
struct ProgressTests {
    private let arguments = [
        "train", CommandRun.data("digits.csv"), "--target", "target", "--seed", "1", "--output", "m",
    ]

    /// On a terminal: one line that is written over, and at the end the last epoch.
    @Test func aTerminalShowsOneLine() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let screen = try run.terminal(arguments + ["--epochs", "200", "--hidden", "256,128"], columns: 200)
        let lines = screen.components(separatedBy: "\r\n")
        #expect(lines.count == 3 && lines[0].hasPrefix("task: classification into 10 classes"))
        #expect(lines[2].isEmpty)
        let bars = lines[1].components(separatedBy: "\r").dropFirst()
        let pattern =
            #/[█░]{20} epoch \d+/200 step \d+/\d+ loss \S+( validation \S+ accuracy \S+)? rate \S+ \d+ samples/s \d+ (s|min) left\u{1B}\[K/#
        #expect(bars.count > 3 && bars.dropLast().allSatisfy { $0.wholeMatch(of: pattern) != nil }, "\(bars)")
        #expect(bars.contains { $0.contains("left") && $0.contains(" accuracy ") })
        #expect(bars.last?.hasPrefix("\u{1B}[Kepoch 200/200 loss ") == true)
    }

    /// A line that would not fit is cut, since what wraps cannot be written over.
    @Test func aNarrowTerminalIsNotOverrun() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let screen = try run.terminal(arguments + ["--epochs", "200", "--hidden", "256,128"], columns: 40)
        let bars = screen.components(separatedBy: "\r").filter { $0.contains("█") || $0.contains("░") }
        #expect(!bars.isEmpty && bars.allSatisfy { $0.replacing("\u{1B}[K", with: "").count < 40 })
    }

    /// After a resumption the time left is told by the epochs of this process.
    @Test func theTimeLeftAfterAResumption() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let network = ["--hidden", "256,128", "--checkpoint", "ck", "--schedule", "constant"]
        _ = try run.run(arguments + network + ["--epochs", "20", "--quiet"])
        let screen = try run.terminal(arguments + network + ["--epochs", "2000", "--resume", "ck"], columns: 200) {
            $0.contains(" left")
        }
        // 1980 epochs: by their own pace at least a minute, by the whole count 20 epochs would have taken no time.
        let left = try #require(screen.firstMatch(of: #/epoch (\d+)/2000 .* (\d+) (s|min|h) left/#))
        #expect(Int(left.1)! > 20 && (left.3 != "s" || Int(left.2)! > 5), "\(left.0)")
    }

    @Test func elsewhereTenLines() throws {
        let run = try CommandRun()
        defer { run.clean() }
        let result = try run.run(arguments + ["--epochs", "40", "--hidden", "4"])
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 11 && lines.dropFirst().allSatisfy { $0.hasPrefix("epoch ") })
        #expect(!result.errors.contains("\u{1B}") && !result.errors.contains("\r"))
        #expect(try run.run(arguments + ["--epochs", "2", "--quiet"]).errors.isEmpty)
    }
}

extension CommandRun {
    /// All that the command writes on stderr when that is a terminal; ends it as soon as `isEnough` says so.
    fileprivate func terminal(
        _ arguments: [String], columns: UInt16, isEnough: (String) -> Bool = { _ in false }
    ) throws -> String {
        let (primary, secondary) = openTerminal()
        try #require(primary >= 0 && secondary >= 0)
        defer { close(primary) }
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        #expect(ioctl(secondary, UInt(TIOCSWINSZ), &size) == 0)
        let process = Process()
        (process.executableURL, process.arguments) = (Self.executable, arguments)
        process.currentDirectoryURL = folder
        process.environment = Self.environment
        process.standardError = FileHandle(fileDescriptor: secondary, closeOnDealloc: false)
        (process.standardOutput, process.standardInput) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        close(secondary)
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while true {
            // The end of the last process that has it open is an error of the read.
            let count = readBlock(primary, &block)
            if count <= 0 { break }
            bytes += block[..<count]
            if isEnough(String(decoding: bytes, as: UTF8.self)) { process.terminate() }
        }
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Both ends of a new terminal.
private func openTerminal() -> (primary: Int32, secondary: Int32) {
    let primary = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    // What posix_openpt, unlockpt and ptsname do, which Foundation does not show.
    let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
    var (lock, number): (Int32, Int32) = (0, -1)
    guard ioctl(primary, setLock, &lock) == 0, ioctl(primary, getNumber, &number) == 0 else { return (primary, -1) }
    return (primary, open("/dev/pts/\(number)", O_RDWR | O_NOCTTY))
}

private func readBlock(_ descriptor: Int32, _ block: inout [UInt8]) -> Int { read(descriptor, &block, block.count) }
