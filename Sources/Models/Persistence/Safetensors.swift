package import LinearAlgebra

/// A safetensors container: named tensors and a map of strings.
///
/// Layout: the header's length (u64, little endian), the header (JSON, padded with spaces), the tensors one after
/// another without gaps. The same contents give the same bytes. The metadata key "sha256" covers everything else:
/// the header without it, and the tensors.
///
/// - Source: the format's description and its reference reader (github.com/huggingface/safetensors).
package struct Safetensors {
    /// One tensor.
    package struct Tensor: Equatable {
        package enum Values: Equatable {
            case float([Float])
            case double([Double])
        }
        package let name: String
        package let shape: [Int]
        package let values: Values

        package init(name: String, shape: [Int], values: Values) {
            (self.name, self.shape, self.values) = (name, shape, values)
        }

        var count: Int {
            switch values {
            case .float(let values): values.count
            case .double(let values): values.count
            }
        }
        /// "F32" or "F64".
        package var dtype: String { if case .float = values { "F32" } else { "F64" } }
        var byteCount: Int { if case .float = values { 4 * count } else { 8 * count } }

        /// The values in the given precision.
        package func elements<Scalar: BLASScalar>(as _: Scalar.Type) -> [Scalar] {
            switch values {
            case .float(let values): values as? [Scalar] ?? values.map { Scalar($0) }
            case .double(let values): values as? [Scalar] ?? values.map { Scalar($0) }
            }
        }

        func append(to bytes: inout [UInt8]) {
            switch values {
            case .float(let values):
                for value in values { Swift.withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
            case .double(let values):
                for value in values { Swift.withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
            }
        }
    }

    package var metadata: [String: String]
    package var tensors: [Tensor]

    package init(metadata: [String: String], tensors: [Tensor]) { (self.metadata, self.tensors) = (metadata, tensors) }

    static let digestKey = "sha256"

    /// The bytes of the file.
    ///
    /// - Throws: ``ModelFileError`` when ``init(decoding:)`` would refuse them.
    package func encoded() throws(ModelFileError) -> [UInt8] {
        try checkContents()
        // A header is at least as long as its metadata: a hopeless one is not even built.
        try Self.check(headerLength: metadata.values.reduce(0) { $0 + UInt64($1.utf8.count) })
        if tensors.reduce(0, { $0 + $1.byteCount }) > largestModelFile {
            throw ModelFileError("the tensors have more than the \(largestModelFile >> 30) GiB that a file may have")
        }
        let bytes = encodedUnchecked()
        try Self.check(headerLength: Self.headerLength(of: bytes))
        return bytes
    }

    /// The bytes of the file, for tests also of one that no reader takes.
    package func encodedUnchecked() -> [UInt8] {
        var payload: [UInt8] = []
        payload.reserveCapacity(tensors.reduce(0) { $0 + $1.byteCount })
        for tensor in tensors { tensor.append(to: &payload) }
        var metadata = metadata
        metadata[Self.digestKey] = nil
        metadata[Self.digestKey] = Self.digest(header: header(metadata), payload: payload[...])
        var text = Array(header(metadata).utf8)
        while (text.count + 8) % 64 != 0 { text.append(0x20) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + text.count + payload.count)
        Swift.withUnsafeBytes(of: UInt64(text.count).littleEndian) { bytes += $0 }
        return bytes + text + payload
    }

    /// The digest of everything but itself: the header as this writer would write it, and the tensors.
    static func digest(header: String, payload: ArraySlice<UInt8>) -> String {
        var hash = SHA256()
        hash.update(Array(header.utf8))
        hash.update(payload)
        return hash.finish()
    }

    /// The header's JSON: metadata first, its keys sorted, then the tensors in their order.
    func header(_ metadata: [String: String]) -> String {
        let strings = metadata.sorted { $0.key < $1.key }.map { "\(Self.json($0.key)):\(Self.json($0.value))" }
        var parts = ["\"__metadata__\":{\(strings.joined(separator: ","))}"]
        var offset = 0
        for tensor in tensors {
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            let end = offset + tensor.byteCount
            parts.append(
                "\(Self.json(tensor.name)):{\"dtype\":\"\(tensor.dtype)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
            )
            offset = end
        }
        return "{\(parts.joined(separator: ","))}"
    }

    private static func json(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
