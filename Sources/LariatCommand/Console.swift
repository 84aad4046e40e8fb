internal import Foundation
internal import Lariat
internal import LariatModels

/// The two streams of the command: data on stdout, everything for people on stderr.
enum Console {
    /// Whether stderr is a terminal, where a progress bar makes sense.
    static var isInteractive: Bool { isatty(2) == 1 }

    /// Whether stdout is a terminal, where colours make sense.
    static var outputIsInteractive: Bool { isatty(1) == 1 }

    /// Puts something in the place of standard streams that were closed, so that no file which is opened later becomes
    /// one of them and takes what is meant for people. Reading or writing what was closed stays an error.
    static func occupyClosedStreams() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest free descriptor is this one: those below are taken.
            _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
        }
    }

    /// One line for people.
    static func error(_ line: String) { status(line + "\n") }

    /// Says, once and before the work, that the machine could do better.
    static func warnOfKernels() {
        if let warning = EngineReport.current().warning { error("warning: \(warning)") }
    }

    /// The columns of the terminal on stderr, or 80.
    static var width: Int {
        var size = winsize()
        return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Text for people, without a line end. When nobody can read it any more it is dropped: no result depends on it.
    static func status(_ text: String) { _ = write(Array(text.utf8), to: 2) }

    /// Data on stdout.
    ///
    /// - Throws: ``Failure`` when stdout cannot take it.
    static func output(_ text: String) throws { try output(Array(text.utf8)) }

    /// Bytes on stdout; a reader that has seen enough (`| head`) is told nothing.
    static func output(_ bytes: [UInt8]) throws {
        switch write(bytes, to: 1) {
        case 0: return
        case EPIPE: throw Failure.brokenPipe
        case let code:
            throw Failure(
                .cannotWrite,
                "cannot write to standard output: \(String(cString: strerror(code)))\nMake room, or name another place."
            )
        }
    }

    /// Writes all bytes; returns 0, or the errno of the write that failed.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return count == 0 ? ENOSPC : errno }
            rest = rest.dropFirst(count)
        }
        return 0
    }

    /// Whether a path leads to stdout, which is written through and not by its name.
    static func isOutput(_ path: String) -> Bool {
        if ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].contains(path) { return true }
        guard case .stream = Destination(path) else { return false }
        return Destination.isSame(path, "/proc/self/fd/1")
    }

    /// Bytes to a file, whole or not at all, or to stdout for "-".
    static func write(_ bytes: [UInt8], to path: String) throws {
        if isOutput(path) { try output(bytes) } else { try AtomicFile.write(bytes, to: path) }
    }

    /// One JSON object on stdout.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        try output(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
    }
}
