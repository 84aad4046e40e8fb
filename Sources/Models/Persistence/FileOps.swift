internal import Glibc

/// The calls of the operating system behind a write: tests put failing ones in their place.
///
/// Every call returns what the system call returns, or −errno.
package struct FileOps: Sendable {
    package var open: @Sendable (_ path: String, _ flags: Int32, _ mode: UInt32) -> Int32
    package var write: @Sendable (_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int
    package var sync: @Sendable (_ descriptor: Int32) -> Int32
    package var close: @Sendable (_ descriptor: Int32) -> Int32
    package var rename: @Sendable (_ from: String, _ to: String) -> Int32
    package var unlink: @Sendable (_ path: String) -> Int32

    package init(
        open: @escaping @Sendable (String, Int32, UInt32) -> Int32,
        write: @escaping @Sendable (Int32, UnsafeRawBufferPointer) -> Int, sync: @escaping @Sendable (Int32) -> Int32,
        close: @escaping @Sendable (Int32) -> Int32, rename: @escaping @Sendable (String, String) -> Int32,
        unlink: @escaping @Sendable (String) -> Int32
    ) {
        (self.open, self.write, self.sync, self.close) = (open, write, sync, close)
        (self.rename, self.unlink) = (rename, unlink)
    }

    /// The real ones.
    package static let system = FileOps(
        open: { path, flags, mode in
            let result = Glibc.open(path, flags, mode)
            return result < 0 ? -errno : result
        },
        write: { descriptor, bytes in
            let result = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            return result < 0 ? -Int(errno) : result
        },
        sync: { Glibc.fsync($0) < 0 ? -errno : 0 },
        close: { Glibc.close($0) < 0 ? -errno : 0 },
        rename: { Glibc.rename($0, $1) < 0 ? -errno : 0 },
        unlink: { Glibc.unlink($0) < 0 ? -errno : 0 })

    static func message(_ code: Int32) -> String { String(cString: strerror(code)) }
}
