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
    static let executable: URL = {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        for candidate in [folder, Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent()] {
            let path = candidate.appendingPathComponent("lariat")
            if FileManager.default.isExecutableFile(atPath: path.path) { return path }
        }
        return folder.appendingPathComponent("lariat")
    }()

    /// What the command inherits: all but a kernel set that whoever runs the tests has chosen, for it may be warned of.
    static let environment = ProcessInfo.processInfo.environment.filter { $0.key != "OPENBLAS_CORETYPE" }

    func callAsFunction(_ arguments: String..., environment: [String: String] = [:]) throws -> Result {
        try self.run(arguments, environment)
    }

    func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Result {
        try run(arguments, environment, input: FileHandle.nullDevice) { $0.waitUntilExit() }
    }

    /// Runs a script of bash, to which the command is `"$lariat"`: for streams that only a shell sets up.
    func shell(_ script: String, _ environment: [String: String] = [:]) throws -> Result {
        let environment = environment.merging(["lariat": Self.executable.path]) { $1 }
        return try run(
            ["-c", script], environment, input: FileHandle.nullDevice, URL(fileURLWithPath: "/bin/bash")
        ) { $0.waitUntilExit() }
    }

    /// Makes a device node here that fails like /dev/full or swallows like /dev/null, so that no test, run by root, can
    /// harm those of the machine. False where that is not allowed.
    func makeDevice(_ name: String, minor: UInt32) -> Bool {
        let path = folder.appendingPathComponent(name).path
        guard mknod(path, S_IFCHR | 0o666, dev_t(1 << 8 | minor)) == 0 else { return false }
        let descriptor = open(path, O_WRONLY)  // fails where devices are not allowed
        if descriptor >= 0 { close(descriptor) }
        return descriptor >= 0
    }

    /// Whether devices can be made here.
    static let makesDevices: Bool = {
        guard let run = try? CommandRun() else { return false }
        defer { run.clean() }
        return run.makeDevice("null", minor: 3)
    }()

    /// Whether a file system can be mounted, for one process and its children.
    static let mounts: Bool = {
        guard let run = try? CommandRun() else { return false }
        defer { run.clean() }
        return (try? run.shell("unshare -m bash -c 'mkdir small && mount -t tmpfs none small'").code) == 0
    }()

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
        _ arguments: [String], _ environment: [String: String] = [:], input: Any, _ executable: URL = Self.executable,
        waiting: (Process) -> Void
    ) throws -> Result {
        let process = Process()
        let id = UUID()  // runs in one folder may overlap
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = Self.environment.merging(environment) { $1 }
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
