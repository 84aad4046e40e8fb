/// The JSON of a safetensors header, read strictly: a duplicate key is an error, and so is anything that the
/// header never needs (fractions, nested metadata).
indirect enum StrictJSON {
    /// One member of an object.
    struct Member {
        let key: String
        let value: StrictJSON
    }

    case string(String)
    case integer(Int)
    case array([StrictJSON])
    /// In the order of the text.
    case object([Member])

    /// Parses one value that fills `bytes`, but for spaces behind it.
    init(_ bytes: ArraySlice<UInt8>) throws(ModelFileError) {
        var scanner = Scanner(bytes: bytes, position: bytes.startIndex)
        self = try scanner.value(depth: 0)
        while scanner.position < bytes.endIndex {
            if bytes[scanner.position] != 0x20 { throw scanner.error("only spaces may follow the header") }
            scanner.position += 1
        }
    }

    private struct Scanner {
        /// More values than any header of the most tensors has: a longer text could claim many times its own memory.
        private static let mostValues = 1 << 17

        let bytes: ArraySlice<UInt8>
        var position: Int
        private var values = 0

        init(bytes: ArraySlice<UInt8>, position: Int) { (self.bytes, self.position) = (bytes, position) }

        func error(_ what: String) -> ModelFileError {
            ModelFileError("the header is not valid at byte \(8 + position - bytes.startIndex): \(what)")
        }

        private var current: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

        private mutating func skipSpaces() {
            while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
        }

        private mutating func expect(_ byte: UInt8) throws(ModelFileError) {
            skipSpaces()
            guard current == byte else { throw error("expected '\(Character(Unicode.Scalar(byte)))'") }
            position += 1
        }

        mutating func value(depth: Int) throws(ModelFileError) -> StrictJSON {
            if depth > 4 { throw error("it is nested too deeply") }
            values += 1
            if values > Self.mostValues { throw error("there are more than \(Self.mostValues) values") }
            skipSpaces()
            switch current {
            case UInt8(ascii: "{"): return .object(try object(depth))
            case UInt8(ascii: "["): return .array(try array(depth))
            case UInt8(ascii: "\""): return .string(try string())
            default: return .integer(try integer())
            }
        }

        private mutating func object(_ depth: Int) throws(ModelFileError) -> [Member] {
            try expect(UInt8(ascii: "{"))
            var (members, keys) = ([Member](), Set<String>())
            skipSpaces()
            if current == UInt8(ascii: "}") {
                position += 1
                return members
            }
            while true {
                skipSpaces()
                let key = try string()
                if !keys.insert(key).inserted { throw error("the key '\(key)' occurs twice") }
                try expect(UInt8(ascii: ":"))
                members.append(Member(key: key, value: try value(depth: depth + 1)))
                skipSpaces()
                if current == UInt8(ascii: "}") { break }
                try expect(UInt8(ascii: ","))
            }
            position += 1
            return members
        }

        private mutating func array(_ depth: Int) throws(ModelFileError) -> [StrictJSON] {
            try expect(UInt8(ascii: "["))
            var elements: [StrictJSON] = []
            skipSpaces()
            if current == UInt8(ascii: "]") {
                position += 1
                return elements
            }
            while true {
                elements.append(try value(depth: depth + 1))
                skipSpaces()
                if current == UInt8(ascii: "]") { break }
                try expect(UInt8(ascii: ","))
            }
            position += 1
            return elements
        }

        private mutating func integer() throws(ModelFileError) -> Int {
            let start = position
            while let byte = current, byte >= 0x30, byte <= 0x39 { position += 1 }
            let digits = bytes[start..<position]
            if digits.isEmpty { throw error("expected a number that is not negative") }
            if digits.count > 1 && digits.first == 0x30 { throw error("a number starts with 0") }
            guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
                throw error("a number is too large")
            }
            return value
        }

        private mutating func string() throws(ModelFileError) -> String {
            guard current == UInt8(ascii: "\"") else { throw error("expected a string") }
            position += 1
            var text: [UInt8] = []
            while true {
                guard let byte = current else { throw error("a string is not closed") }
                position += 1
                if byte == UInt8(ascii: "\"") { break }
                if byte < 0x20 { throw error("a control character in a string") }
                if byte == UInt8(ascii: "\\") { try escape(into: &text) } else { text.append(byte) }
            }
            guard let result = String(validating: text, as: UTF8.self) else {
                throw error("a string is not valid UTF-8")
            }
            return result
        }

        private mutating func escape(into text: inout [UInt8]) throws(ModelFileError) {
            guard let byte = current else { throw error("a string is not closed") }
            position += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "u"):
                var code = try hexadecimal()
                if (0xD800..<0xDC00).contains(code) {
                    guard current == UInt8(ascii: "\\"),
                        bytes.dropFirst(position + 1 - bytes.startIndex).first == UInt8(ascii: "u")
                    else { throw error("half of a surrogate pair") }
                    position += 2
                    let low = try hexadecimal()
                    guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair") }
                    code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                }
                guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
                text += Array(String(Character(scalar)).utf8)
            default: throw error("an unknown escape")
            }
        }

        private mutating func hexadecimal() throws(ModelFileError) -> UInt32 {
            var value: UInt32 = 0
            for _ in 0..<4 {
                guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                    throw error("an escape needs four hexadecimal digits")
                }
                value = value << 4 | UInt32(digit)
                position += 1
            }
            return value
        }
    }
}
