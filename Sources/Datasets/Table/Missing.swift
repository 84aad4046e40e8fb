/// The spellings of a missing value: empty, NA, N/A, NaN, null, ? (letters in any case).
enum Missing {
    static func matches(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        switch bytes.count {
        case 0: true
        case 1: bytes[0] == UInt8(ascii: "?")
        case 2: equals(bytes, "na")
        case 3: equals(bytes, "nan") || equals(bytes, "n/a")
        case 4: equals(bytes, "null")
        default: false
        }
    }

    private static func equals(_ bytes: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
        (0..<bytes.count).allSatisfy { (bytes[$0] | 0x20) == (word.utf8Start[$0] | 0x20) }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Without spaces and tabs at either end.
    var trimmingSpaces: UnsafeBufferPointer<UInt8> {
        var (start, end) = (0, count)
        while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
        while end > start, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
        return start == 0 && end == count ? self : UnsafeBufferPointer(rebasing: self[start..<end])
    }
}
