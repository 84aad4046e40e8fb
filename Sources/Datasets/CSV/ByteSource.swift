internal import Glibc

/// Where bytes come from: a file, standard input, or memory; read in blocks by read(2).
///
/// Reading, not mapping: a file that shrinks while it is mapped ends the process, one that shrinks while it is
/// read is merely short.
struct ByteSource: ~Copyable {
    static var blockSize: Int { 1 << 18 }

    /// The name in errors.
    let name: String
    /// How many bytes there are, where that is known.
    let size: Int?
    private let descriptor: Int32
    private let memory: [UInt8]
    /// How much of `memory` was read.
    private var position = 0

    /// The file at `path`, or standard input for "-".
    init(path: String) throws(DataError) {
        name = path == "-" ? "standard input" : path
        memory = []
        if path == "-" {
            (descriptor, size) = (0, nil)
            return
        }
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            let reason = String(cString: strerror(errno))
            throw DataError(
                "cannot read \(path): \(reason)", hint: "Check the path and its permissions.", kind: .noInput)
        }
        var status = stat()
        size = fstat(descriptor, &status) == 0 && status.st_size > 0 ? Int(status.st_size) : nil
    }

    /// Bytes in memory.
    init(name: String, bytes: [UInt8]) {
        self.name = name
        (descriptor, size) = (-1, bytes.count)
        memory = bytes
    }

    deinit { if descriptor > 0 { close(descriptor) } }

    /// Fills `buffer` from `start` on; returns how many bytes came, 0 at the end.
    mutating func read(into buffer: inout [UInt8], from start: Int) throws(DataError) -> Int {
        let space = buffer.count - start
        if descriptor < 0 {
            let count = min(space, memory.count - position)
            for index in 0..<count { buffer[start + index] = memory[position + index] }
            position += count
            return count
        }
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + start, space) }
            if count >= 0 { return count }
            if errno != EINTR {
                let reason = String(cString: strerror(errno))
                throw DataError("cannot read \(name): \(reason)", kind: .noInput)
            }
        }
    }
}
