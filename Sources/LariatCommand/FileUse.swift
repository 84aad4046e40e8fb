internal import Foundation
internal import LariatModels

/// What a command does with a file: its name on the command line, the path, and whether it writes it.
struct FileUse {
    let name: String
    let path: String
    let isWritten: Bool
    /// A file that may be read under this name and written under that one: a checkpoint to go on from.
    var mayBeReadAs: String?

    /// A file that is read; "-" is standard input.
    static func reads(_ name: String, _ path: String) -> FileUse { FileUse(name: name, path: path, isWritten: false) }

    /// A file that is written; "-" is standard output.
    static func writes(_ name: String, _ path: String, mayBeReadAs other: String? = nil) -> FileUse {
        FileUse(name: name, path: path, isWritten: true, mayBeReadAs: other)
    }

    private var isStream: Bool { isWritten ? Console.isOutput(path) : path == "-" }

    /// Checks, before the work, that no file is written that another use of the command reads or writes, that each
    /// standard stream has at most one use, and that what is to be written can be.
    ///
    /// - Throws: ``Failure`` naming both uses, or ``WriteError``.
    static func check(_ uses: [FileUse]) throws {
        try checkNames(uses)
        for (index, use) in uses.enumerated() {
            for other in uses[..<index] { try other.checkApart(from: use) }
        }
        for use in uses where use.isWritten && !use.isStream { try AtomicFile.checkDestination(use.path) }
    }

    /// Checks that every use has a path.
    static func checkNames(_ uses: [FileUse]) throws {
        if let use = uses.first(where: \.path.isEmpty) {
            throw Failure(.usage, "\(use.name) needs the name of a file")
        }
    }

    private func checkApart(from other: FileUse) throws {
        if isStream && other.isStream && isWritten == other.isWritten {
            let stream = isWritten ? "standard output" : "standard input"
            throw Failure(
                .usage, "\(name) and \(other.name) cannot both be \(stream)\nName a file for one of them.")
        }
        guard isWritten || other.isWritten, mayBeReadAs != other.name, other.mayBeReadAs != name,
            let mine = file, let theirs = other.file, Destination.isSame(mine, theirs)
        else { return }
        let shown = isStream ? other.path : path
        throw Failure(
            .usage,
            "\(name) and \(other.name) are the same file, \(shown), and one would overwrite the other\nName another file for one of them."
        )
    }

    /// The path to compare; nil for standard output, whose file the shell has opened already.
    private var file: String? {
        if !isStream { return path }
        return isWritten ? nil : "/proc/self/fd/0"
    }
}
