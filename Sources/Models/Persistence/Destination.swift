internal import Glibc

/// What a path leads to when something is to be written there.
package enum Destination: Equatable {
    /// A regular file, or none yet: it is replaced as a whole. The path is the one behind all symbolic links.
    case file(String)
    /// A device, a pipe or a socket, or an open file without a name: it takes bytes, and nothing may take its place.
    case stream(String)
    /// A folder, which cannot be written.
    case folder

    package init(_ path: String) {
        var info = stat()
        guard stat(path, &info) == 0 else {
            self = .file(Self.followed(path))
            return
        }
        switch info.st_mode & S_IFMT {
        case S_IFDIR: self = .folder
        // /dev/stdout on a file that was deleted is regular, but no path leads there.
        case S_IFREG: self = Self.real(path).map { .file($0) } ?? .stream(path)
        default: self = .stream(path)
        }
    }

    /// Whether two paths lead to one file, so that what is written to one is read from, or replaces, the other. A
    /// device is no file: what was written to /dev/null is gone.
    package static func isSame(_ first: String, _ second: String) -> Bool {
        var (one, other) = (stat(), stat())
        let exist = (stat(first, &one) == 0, stat(second, &other) == 0)
        if exist.0 && exist.1 {
            return one.st_dev == other.st_dev && one.st_ino == other.st_ino && one.st_mode & S_IFMT != S_IFCHR
        }
        return exist == (false, false) && placed(first) == placed(second)
    }

    /// The folder part of a path.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The path of a file that is not there yet: its folder behind all links, and its name.
    private static func placed(_ path: String) -> String {
        let path = followed(path)
        let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
        return (real(folder(of: path)) ?? folder(of: path)) + "/" + name
    }

    /// Where symbolic links lead that end at nothing: there the file is to be made.
    private static func followed(_ path: String) -> String {
        var path = path
        for _ in 0..<40 {
            var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
            let count = buffer.withUnsafeMutableBytes { bytes in
                readlink(path, bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
            }
            if count <= 0 { return path }
            let target = String(decoding: buffer[..<count], as: UTF8.self)
            path = target.hasPrefix("/") ? target : folder(of: path) + "/" + target
        }
        return path
    }

    private static func real(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
