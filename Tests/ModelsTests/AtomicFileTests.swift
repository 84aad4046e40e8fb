import Foundation
import LariatModels
import Synchronization
import Testing

/// Every call of the operating system fails in turn: afterwards there is the old file, whole, and nothing beside it.
@Suite("Atomic writes")
struct AtomicFileTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("lariat-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private var path: String { folder.appendingPathComponent("model").path }
    private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()) ?? [] }

    @Test(arguments: [ENOSPC, EIO, EINTR, EROFS, EMFILE, EDQUOT])
    func failuresKeepTheOldFile(code: Int32) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (old, new) = ([UInt8](repeating: 1, count: 5000), [UInt8](repeating: 2, count: 7000))
        for isPermanent in [false, true] {
            for call in 0..<12 {
                // An interrupted call is to be repeated; one that is interrupted for ever would be, for ever.
                if code == EINTR && isPermanent { continue }
                try AtomicFile.write(old, to: path)
                let log = CallLog(failing: call, for: isPermanent, with: code)
                do {
                    try AtomicFile.write(new, to: path, log.ops)
                    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(new))
                } catch {
                    #expect("\(error)".hasPrefix("cannot write \(path): "))
                    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(old))
                }
                // Where unlink itself fails the temporary file is swept by the next write.
                if !isPermanent { #expect(names == ["model"]) }
            }
        }
    }

    @Test func theOrderOutlivesAPowerCut() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let log = CallLog(failing: .max, for: false, with: 0)
        try AtomicFile.write([1, 2, 3], to: path, log.ops)
        #expect(log.calls == ["open", "write", "sync", "close", "rename", "open", "sync", "close"])
    }

    @Test func aFailedSyncIsNotRepeated() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let log = CallLog(failing: 2, for: false, with: EIO)
        #expect(throws: WriteError.self) { try AtomicFile.write([1, 2, 3], to: path, log.ops) }
        #expect(log.calls == ["open", "write", "sync", "close", "unlink"])
    }

    @Test func keepsSymbolicLinksAndRefusesFolders() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try AtomicFile.write([1], to: path)
        let link = folder.appendingPathComponent("link").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        try AtomicFile.write([2], to: link)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([2]))
        #expect(throws: WriteError.self) { try AtomicFile.write([3], to: folder.path) }
        #expect(throws: WriteError.self) { try AtomicFile.write([3], to: "/nowhere/at/all") }
    }

    /// A link that leads nowhere yet, over another link in another folder, gets its file there.
    @Test func makesTheFileThatALinkPromises() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = FileManager.default
        try files.createDirectory(at: folder.appendingPathComponent("deep"), withIntermediateDirectories: true)
        let (link, middle) = (folder.appendingPathComponent("link").path, folder.appendingPathComponent("deep/middle"))
        try files.createSymbolicLink(atPath: link, withDestinationPath: "deep/middle")
        try files.createSymbolicLink(atPath: middle.path, withDestinationPath: "../model")
        try AtomicFile.write([7], to: link)
        #expect(try files.destinationOfSymbolicLink(atPath: link) == "deep/middle")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([7]))
        #expect(names == ["deep", "link", "model"])
        let loop = folder.appendingPathComponent("loop").path
        try files.createSymbolicLink(atPath: loop, withDestinationPath: "loop")
        #expect(Destination(loop) == .file("\(folder.path)/loop"))
    }

    /// Pipes get the bytes, are not replaced, have no lock, and tell when they break.
    @Test func pipesAreWrittenTo() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        try AtomicFile.checkDestination(path)
        #expect(try FileLock(for: path) == nil)
        try AtomicFile.write([1, 2, 3], to: path)
        var bytes = [UInt8](repeating: 0, count: 10)
        #expect(read(reader, &bytes, 10) == 3 && bytes[..<3] == [1, 2, 3])
        for call in 0..<2 {
            let log = CallLog(failing: call, for: false, with: EPIPE)
            let error = #expect(throws: WriteError.self) { try AtomicFile.write([1, 2, 3], to: path, log.ops) }
            #expect(error?.description.hasPrefix("cannot write \(path): ") == true)
            #expect(error?.description.hasSuffix("\nChoose another place.") == (call == 1))
        }
        close(reader)
        #expect(names == ["model"])
    }

    @Test func oneFileUnderTwoNames() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try AtomicFile.write([1], to: path)
        let link = folder.appendingPathComponent("link").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "model")
        #expect(Destination.isSame(path, link) && Destination.isSame(path, "\(folder.path)/./model"))
        #expect(!Destination.isSame(path, folder.path + "/other"))
        #expect(Destination.isSame(folder.path + "/new", folder.path + "/../\(folder.lastPathComponent)/new"))
        #expect(!Destination.isSame("/dev/null", "/dev/null"))
        // One lock for all names.
        do {
            let lock = try FileLock(for: path)
            #expect(throws: BusyError.self) { try FileLock(for: link) }
            withExtendedLifetime(lock) {}
        }
        #expect(names == ["link", "model"])
    }

    @Test func sweepsWhatADeadProcessLeft() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = FileManager.default.createFile(atPath: path + ".tmp-999999999", contents: Data([1]))
        try AtomicFile.write([2], to: path)
        #expect(names == ["model"])
    }

    @Test func theSecondLockIsRefused() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            let lock = try FileLock(for: path)
            #expect(throws: BusyError.self) { try FileLock(for: path) }
            withExtendedLifetime(lock) {}
        }
        _ = try FileLock(for: path)
        #expect(names.isEmpty)
    }
}

/// The real calls, of which one (or all from one on) fails; a write before it is short.
private final class CallLog: Sendable {
    private let log = Mutex<[String]>([])
    private let failing: Int
    private let isPermanent: Bool
    private let code: Int32

    init(failing: Int, for isPermanent: Bool, with code: Int32) {
        (self.failing, self.isPermanent, self.code) = (failing, isPermanent, code)
    }

    var calls: [String] { log.withLock { $0 } }

    private func fails(_ name: String) -> Bool {
        log.withLock {
            $0.append(name)
            return isPermanent ? $0.count > failing : $0.count - 1 == failing
        }
    }

    var ops: FileOps {
        let real = FileOps.system
        return FileOps(
            open: { self.fails("open") ? -self.code : real.open($0, $1, $2) },
            write: { descriptor, bytes in
                if self.fails("write") { return -Int(self.code) }
                let short = UnsafeRawBufferPointer(
                    rebasing: bytes[..<(bytes.count > 10 ? bytes.count * 2 / 3 : bytes.count)])
                return real.write(descriptor, short)
            }, sync: { self.fails("sync") ? -self.code : real.sync($0) },
            close: { descriptor in
                _ = real.close(descriptor)
                return self.fails("close") ? -self.code : 0
            }, rename: { self.fails("rename") ? -self.code : real.rename($0, $1) },
            unlink: { self.fails("unlink") ? -self.code : real.unlink($0) })
    }
}
