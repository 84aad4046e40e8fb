internal import Glibc

/// Whole-or-nothing writing of files.
package enum AtomicFile {
    /// Writes `bytes` to `path`: afterwards there is the old file or the new one, whole, also after a crash.
    ///
    /// A temporary file beside the target is written and synced, renamed over the target, and the folder is
    /// synced. A failed sync is not repeated on the same descriptor, whose pages may be gone. A symbolic link
    /// stays one: what it points to is replaced. What is no file, like a pipe or a device, is written to as it is.
    ///
    /// - Throws: ``WriteError``; the temporary file is removed and the target is as it was.
    package static func write(_ bytes: [UInt8], to path: String, _ ops: FileOps = .system) throws(WriteError) {
        switch Destination(path) {
        case .folder: throw WriteError("replacing it", path, errno: EISDIR)
        case .stream(let target): try pour(bytes, into: target, path, ops)
        case .file(let target): try replace(target, by: bytes, path, ops)
        }
    }

    /// Finds out before a long computation that its result could not be written.
    ///
    /// - Throws: ``WriteError`` when the path is a folder, or what it leads to takes no bytes, or its folder is
    ///   missing or takes no files.
    package static func checkDestination(_ path: String) throws(WriteError) {
        switch Destination(path) {
        case .folder: throw WriteError("replacing it", path, errno: EISDIR)
        case .stream(let target):
            if access(target, W_OK) != 0 { throw WriteError("opening it", path, errno: errno) }
        case .file(let target):
            if access(Destination.folder(of: target), W_OK | X_OK) != 0 {
                throw WriteError("creating a file in its folder", path, errno: errno)
            }
        }
    }

    private static func replace(
        _ target: String, by bytes: [UInt8], _ path: String, _ ops: FileOps
    ) throws(WriteError) {
        sweep(target, ops)
        let temporary = "\(target).tmp-\(getpid())"
        let mode = existingMode(target) ?? 0o644 & ~currentMask()
        let descriptor = retried { ops.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode) }
        if descriptor < 0 { throw WriteError("creating a temporary file beside it", path, errno: -descriptor) }
        do throws(WriteError) {
            try fill(descriptor, bytes, path, ops)
            let synced = ops.sync(descriptor)
            if synced < 0 { throw WriteError("syncing to the disk", path, errno: -synced) }
        } catch {
            _ = ops.close(descriptor)
            _ = ops.unlink(temporary)
            throw error
        }
        // Linux closes the descriptor whatever close returns; the data are synced already.
        _ = ops.close(descriptor)
        let renamed = retried { ops.rename(temporary, target) }
        if renamed < 0 {
            _ = ops.unlink(temporary)
            throw WriteError("renaming the temporary file", path, errno: -renamed)
        }
        syncFolder(of: target, ops)
    }

    /// Writes to a pipe or a device, which cannot be synced and keeps what was written before an error.
    private static func pour(
        _ bytes: [UInt8], into target: String, _ path: String, _ ops: FileOps
    ) throws(WriteError) {
        let descriptor = retried { ops.open(target, O_WRONLY | O_TRUNC | O_NOCTTY | O_CLOEXEC, 0) }
        if descriptor < 0 { throw WriteError("opening it", path, errno: -descriptor) }
        defer { _ = ops.close(descriptor) }
        do throws(WriteError) { try fill(descriptor, bytes, path, ops) } catch { throw error.ofStream }
    }

    private static func fill(
        _ descriptor: Int32, _ bytes: [UInt8], _ path: String, _ ops: FileOps
    ) throws(WriteError) {
        var offset = 0
        while offset < bytes.count {
            let from = offset
            let written = bytes.withUnsafeBytes { ops.write(descriptor, UnsafeRawBufferPointer(rebasing: $0[from...])) }
            if written == -Int(EINTR) { continue }
            if written <= 0 { throw WriteError("writing", path, errno: written == 0 ? ENOSPC : Int32(-written)) }
            offset += written
        }
    }

    /// Makes the new name last. When it fails the new file is in place all the same, and only a power cut in the next
    /// seconds could bring back the old one, so that it is no failure of the write.
    private static func syncFolder(of target: String, _ ops: FileOps) {
        let folder = ops.open(Destination.folder(of: target), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        if folder < 0 { return }
        _ = ops.sync(folder)
        _ = ops.close(folder)
    }

    /// Removes temporary files of the same target whose process is gone.
    private static func sweep(_ target: String, _ ops: FileOps) {
        guard let folder = opendir(Destination.folder(of: target)) else { return }
        defer { closedir(folder) }
        let prefix = String(target.split(separator: "/").last ?? "") + ".tmp-"
        var stale: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasPrefix(prefix), let process = Int32(name.dropFirst(prefix.count)), process > 0 else {
                continue
            }
            if process == getpid() || (kill(process, 0) < 0 && errno == ESRCH) { stale.append(name) }
        }
        for name in stale { _ = ops.unlink("\(Destination.folder(of: target))/\(name)") }
    }

    private static func retried(_ call: () -> Int32) -> Int32 {
        while true {
            let result = call()
            if result != -EINTR { return result }
        }
    }

    private static func existingMode(_ path: String) -> mode_t? {
        var info = stat()
        return stat(path, &info) == 0 ? info.st_mode & 0o777 : nil
    }

    private static func currentMask() -> mode_t {
        let mask = umask(0)
        umask(mask)
        return mask
    }
}
