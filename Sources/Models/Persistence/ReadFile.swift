internal import Glibc

/// The largest file, in bytes, that is read as a model.
let largestModelFile = 4 << 30

/// The bytes of a model file, or of standard input for "-", by read(2): a file that is replaced meanwhile is the old one or the new one.
///
/// - Throws: ``ModelFileError`` when there is none, when it is a folder, or when it is larger than 4 GiB.
package func readModelFile(_ path: String) throws(ModelFileError) -> [UInt8] {
    let descriptor = path == "-" ? dup(0) : open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 {
        throw ModelFileError(
            "cannot read \(path): \(String(cString: strerror(errno)))", hint: "Check the path and its permissions.",
            isMissing: true)
    }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT != S_IFDIR else {
        throw ModelFileError("\(path) is a folder, and no model file", isMissing: true)
    }
    guard info.st_size <= largestModelFile else {
        throw ModelFileError("\(path) is larger than 4 GiB, and no model file")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(info.st_size) + 1)
    var block = [UInt8](repeating: 0, count: 1 << 20)
    while true {
        let count = block.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        if count < 0 {
            throw ModelFileError("cannot read \(path): \(String(cString: strerror(errno)))", isMissing: true)
        }
        if count == 0 { return bytes }
        bytes += block[..<count]
        if bytes.count > largestModelFile { throw ModelFileError("\(path) is larger than 4 GiB, and no model file") }
    }
}
