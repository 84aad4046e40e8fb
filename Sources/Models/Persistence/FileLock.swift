internal import Glibc

/// Keeps two trainings from writing one output: an advisory lock on `<path>.lock`.
///
/// The lock ends with the process, however it ends. The lock file is removed by its holder.
package final class FileLock: Sendable {
    private let descriptor: Int32
    /// The lock file.
    package let lockPath: String

    /// The name of the lock file of a file to be written; nil for what is none.
    package static func path(for path: String) -> String? {
        guard case .file(let target) = Destination(path) else { return nil }
        return target + ".lock"
    }

    /// Takes the lock of a file; there is none for pipes and devices, which many may write to.
    ///
    /// - Throws: ``BusyError`` when another holds it; ``WriteError`` when the lock file cannot be made.
    package init?(for path: String) throws {
        guard let lockPath = Self.path(for: path) else { return nil }
        self.lockPath = lockPath
        while true {
            let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
            if descriptor < 0 { throw WriteError("creating its lock", path, errno: errno) }
            if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
                close(descriptor)
                throw BusyError(path)
            }
            // The holder before may have removed the file between our open and our lock: then it guards nothing.
            var (ours, current) = (stat(), stat())
            if fstat(descriptor, &ours) == 0, stat(lockPath, &current) == 0, ours.st_ino == current.st_ino {
                self.descriptor = descriptor
                return
            }
            close(descriptor)
        }
    }

    deinit {
        unlink(lockPath)
        close(descriptor)
    }
}
