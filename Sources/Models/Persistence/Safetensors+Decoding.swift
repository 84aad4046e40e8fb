extension Safetensors {
    /// The largest header, in bytes: the format's own limit, since the card of a model with 100 000 columns has many
    /// megabytes.
    static var largestHeader: Int { 100_000_000 }
    /// The most tensors.
    static var mostTensors: Int { 4096 }
    /// The most dimensions of a tensor.
    static var highestRank: Int { 4 }

    /// Reads a file's bytes and checks every rule of the format, then the digest, then that all numbers are finite.
    ///
    /// Nothing is allocated by a size that the file claims before the claim is checked against its length.
    ///
    /// - Throws: ``ModelFileError`` naming the rule that is broken.
    package init(decoding bytes: [UInt8]) throws(ModelFileError) {
        guard bytes.count >= 8 else { throw ModelFileError("the file has \(bytes.count) bytes, too few for a header") }
        let length = Self.headerLength(of: bytes)
        try Self.check(headerLength: length)
        let start = 8 + Int(length)
        guard start <= bytes.count else {
            throw ModelFileError(
                "the header claims \(length) bytes, and the file has \(bytes.count - 8) behind its length")
        }
        guard length > 0, bytes[8] == UInt8(ascii: "{") else {
            throw ModelFileError("the header does not start with '{'")
        }
        guard case .object(let members) = try StrictJSON(bytes[8..<start]) else {
            throw ModelFileError("the header is no JSON object")
        }
        let entries = members.filter { $0.key != "__metadata__" }
        try Self.check(tensors: entries.count)
        metadata = try Self.metadata(members.first { $0.key == "__metadata__" }?.value)
        tensors = []
        var end = 0
        for entry in entries {
            let layout = try Self.layout(entry.key, entry.value)
            guard layout.range.lowerBound == end else {
                throw ModelFileError(
                    "tensor '\(entry.key)' starts at byte \(layout.range.lowerBound), not at \(end) where the one before ends"
                )
            }
            end = layout.range.upperBound
            guard end <= bytes.count - start else {
                throw ModelFileError(
                    "tensor '\(entry.key)' ends at byte \(end) of data that have \(bytes.count - start)")
            }
            let data = bytes[(start + layout.range.lowerBound)..<(start + end)]
            tensors.append(
                Tensor(name: entry.key, shape: layout.shape, values: Self.values(data, isFloat: layout.isFloat)))
        }
        guard end == bytes.count - start else {
            throw ModelFileError("the data have \(bytes.count - start) bytes, and the tensors account for \(end)")
        }
        try checkDigest(header: bytes[8..<start], payload: bytes[start...])
        try checkFinite()
    }

    /// The length that the first eight bytes of a file claim for its header.
    static func headerLength(of bytes: [UInt8]) -> UInt64 {
        bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }

    static func check(headerLength length: UInt64) throws(ModelFileError) {
        if length > UInt64(largestHeader) {
            throw ModelFileError("the header claims \(length) bytes, more than the \(largestHeader) allowed")
        }
    }

    private static func check(tensors count: Int) throws(ModelFileError) {
        if count > mostTensors {
            throw ModelFileError("there are \(count) tensors, more than the \(mostTensors) allowed")
        }
    }

    /// What the reader refuses and a writer could be given: too many tensors or dimensions, names alike, numbers that
    /// are not finite.
    func checkContents() throws(ModelFileError) {
        try Self.check(tensors: tensors.count)
        var names: Set<String> = ["__metadata__"]
        for tensor in tensors {
            if tensor.shape.count > Self.highestRank {
                throw ModelFileError(
                    "tensor '\(tensor.name)' has \(tensor.shape.count) dimensions, more than \(Self.highestRank)")
            }
            if !names.insert(tensor.name).inserted { throw ModelFileError("two tensors are named '\(tensor.name)'") }
        }
        try checkFinite()
    }

    private static func metadata(_ value: StrictJSON?) throws(ModelFileError) -> [String: String] {
        guard let value else { return [:] }
        guard case .object(let members) = value else { throw ModelFileError("'__metadata__' is no JSON object") }
        var result: [String: String] = [:]
        for member in members {
            guard case .string(let text) = member.value else {
                throw ModelFileError("'__metadata__' has a value for '\(member.key)' that is no string")
            }
            result[member.key] = text
        }
        return result
    }

    private static func layout(
        _ name: String, _ value: StrictJSON
    ) throws(ModelFileError) -> (shape: [Int], range: Range<Int>, isFloat: Bool) {
        guard case .object(let members) = value, members.map(\.key).sorted() == ["data_offsets", "dtype", "shape"],
            case .string(let dtype)? = members.first(where: { $0.key == "dtype" })?.value,
            case .array(let dimensions)? = members.first(where: { $0.key == "shape" })?.value,
            case .array(let offsets)? = members.first(where: { $0.key == "data_offsets" })?.value
        else { throw ModelFileError("tensor '\(name)' needs dtype, shape and data_offsets, and nothing else") }
        guard dtype == "F32" || dtype == "F64" else {
            throw ModelFileError("tensor '\(name)' has the unknown type '\(dtype)'")
        }
        guard dimensions.count <= highestRank else {
            throw ModelFileError("tensor '\(name)' has \(dimensions.count) dimensions, more than \(highestRank)")
        }
        var (shape, size) = ([Int](), dtype == "F32" ? 4 : 8)
        for dimension in dimensions {
            guard case .integer(let length) = dimension else {
                throw ModelFileError("tensor '\(name)' has a shape that is no list of numbers")
            }
            let (product, overflow) = size.multipliedReportingOverflow(by: length)
            if overflow { throw ModelFileError("tensor '\(name)' has a shape whose size overflows") }
            size = product
            shape.append(length)
        }
        guard offsets.count == 2, case .integer(let begin) = offsets[0], case .integer(let end) = offsets[1] else {
            throw ModelFileError("tensor '\(name)' has data_offsets that are no pair of numbers")
        }
        guard begin <= end else {
            throw ModelFileError("tensor '\(name)' ends at byte \(end), before it starts at \(begin)")
        }
        guard end - begin == size else {
            throw ModelFileError("tensor '\(name)' has \(end - begin) bytes, and its shape needs \(size)")
        }
        return (shape, begin..<end, dtype == "F32")
    }

    private static func values(_ data: ArraySlice<UInt8>, isFloat: Bool) -> Tensor.Values {
        data.withUnsafeBytes { raw in
            if isFloat {
                return .float(
                    (0..<raw.count / 4).map {
                        Float(
                            bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self))
                        )
                    })
            }
            return .double(
                (0..<raw.count / 8).map {
                    Double(bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
                })
        }
    }

    /// The header must be, to the byte, what our writer writes, and the digest that of everything else.
    private func checkDigest(header text: ArraySlice<UInt8>, payload: ArraySlice<UInt8>) throws(ModelFileError) {
        guard let written = metadata[Self.digestKey] else {
            throw ModelFileError("the file has no digest", hint: "Was it written by Lariat?")
        }
        var rest = metadata
        rest[Self.digestKey] = nil
        let isCanonical = text.starts(with: header(metadata).utf8)  // only padding may follow, which was checked
        guard isCanonical, Self.digest(header: header(rest), payload: payload) == written else {
            throw ModelFileError(
                "the file is damaged: its contents do not match their digest", hint: "Take another copy.")
        }
    }

    private func checkFinite() throws(ModelFileError) {
        for tensor in tensors {
            let bad: Int? =
                switch tensor.values {
                case .float(let values): values.firstIndex { !$0.isFinite }
                case .double(let values): values.firstIndex { !$0.isFinite }
                }
            if let bad { throw ModelFileError("tensor '\(tensor.name)' holds a NaN or an infinity at element \(bad)") }
        }
    }
}
