import Foundation

/// One run of the command in a folder of its own.
struct CommandRun {
    struct Result {
        let code: Int32
        let bytes: Data
        let errors: String
        var output: String { String(decoding: bytes, as: UTF8.self) }
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
    func write(_ name: String, _ text: String) throws { try write(name, bytes: Array(text.utf8)) }
    func write(_ name: String, bytes: [UInt8]) throws { try Data(bytes).write(to: folder.appendingPathComponent(name)) }
    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appendingPathComponent(name))) }
    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
    }

    /// Every file but the captured output, with its bytes.
    func files() throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }
        return Dictionary(
            uniqueKeysWithValues: names.map {
                ($0, (try? Data(contentsOf: folder.appendingPathComponent($0))) ?? Data())
            })
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
        try run(arguments, environment, input: FileHandle.nullDevice) { $0.waitUntilExit() }
    }

    /// Runs the command behind a shell command whose output it reads; also gives its peak memory in bytes.
    func run(_ arguments: [String], readingFrom generator: String) throws -> (result: Result, peak: Int) {
        let (shell, pipe) = (Process(), Pipe())
        (shell.executableURL, shell.arguments) = (URL(fileURLWithPath: "/bin/sh"), ["-c", generator])
        (shell.standardOutput, shell.standardError) = (pipe, FileHandle.nullDevice)
        try shell.run()
        defer { shell.waitUntilExit() }
        var peak = 0
        let result = try run(arguments, [:], input: pipe) { process in
            // The kernel keeps the peak: reading it now and then misses at most what grows in the last moments.
            while process.isRunning {
                peak = max(peak, Self.peakMemory(of: process.processIdentifier))
                usleep(2000)
            }
            process.waitUntilExit()
        }
        try pipe.fileHandleForReading.close()
        return (result, peak)
    }

    private static func peakMemory(of process: Int32) -> Int {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0) * 1024
    }

    /// Runs the command with a handle or a pipe as its standard input, while `waiting` waits for its end.
    func run(
        _ arguments: [String], _ environment: [String: String] = [:], input: Any, waiting: (Process) -> Void
    ) throws -> Result {
        let process = Process()
        let id = UUID()  // runs in one folder may overlap
        process.executableURL = Self.executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (output, errors) = (
            folder.appendingPathComponent(".out-\(id)"), folder.appendingPathComponent(".err-\(id)")
        )
        for url in [output, errors] { _ = FileManager.default.createFile(atPath: url.path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = input
        try process.run()
        waiting(process)
        return Result(
            code: process.terminationStatus, bytes: try Data(contentsOf: output),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
}
