internal import Glibc

/// A block of scalars on a 64-byte boundary, with value semantics (copied on write).
///
/// It is the storage of ``Matrix`` and of every parameter block: one cache line or one AVX-512
/// register never straddles its start.
public struct AlignedBuffer<Scalar: BLASScalar>: Sendable {
    @usableFromInline var storage: AlignedStorage<Scalar>

    /// A buffer of `count` copies of `value`.
    public init(repeating value: Scalar = 0, count: Int) {
        storage = AlignedStorage(count: count)
        storage.base.initialize(repeating: value, count: count)
    }

    /// A buffer whose elements are still to be written.
    init(uninitializedCount count: Int) { storage = AlignedStorage(count: count) }

    /// A buffer with the elements of `elements`.
    public init(_ elements: [Scalar]) {
        storage = AlignedStorage(count: elements.count)
        for index in elements.indices { (storage.base + index).initialize(to: elements[index]) }
    }

    /// The number of scalars.
    public var count: Int { storage.count }

    /// The element at `index`.
    public subscript(index: Int) -> Scalar {
        get {
            precondition(index >= 0 && index < count, "index \(index) is outside 0 ..< \(count)")
            return storage.base[index]
        }
        set {
            precondition(index >= 0 && index < count, "index \(index) is outside 0 ..< \(count)")
            makeUnique()
            storage.base[index] = newValue
        }
    }

    /// Calls `body` with the address of the elements, valid for the call only.
    @inlinable
    public func withUnsafePointer<Result>(_ body: (UnsafePointer<Scalar>) throws -> Result) rethrows -> Result {
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafePointer(storage.base))
    }

    /// Calls `body` with the address of the elements for writing, valid for the call only.
    @inlinable
    public mutating func withUnsafeMutablePointer<Result>(
        _ body: (UnsafeMutablePointer<Scalar>) throws -> Result
    ) rethrows -> Result {
        makeUnique()
        defer { withExtendedLifetime(storage) {} }
        return try body(storage.base)
    }

    /// The elements as an array.
    public var elements: [Scalar] { Array(UnsafeBufferPointer(start: storage.base, count: count)) }

    // The check is inlined, because every write pays for it; the copy is not.
    @inlinable
    mutating func makeUnique() { if !isKnownUniquelyReferenced(&storage) { copyStorage() } }

    @usableFromInline
    mutating func copyStorage() { storage = AlignedStorage(copying: storage) }
}

extension AlignedBuffer: Equatable {
    /// Element-wise equality, as floating-point numbers compare.
    public static func == (left: Self, right: Self) -> Bool {
        guard left.count == right.count else { return false }
        return (0..<left.count).allSatisfy { left.storage.base[$0] == right.storage.base[$0] }
    }
}

/// The allocation behind an ``AlignedBuffer``.
///
/// `@unchecked Sendable` holds because the elements are written only through `AlignedBuffer`, which
/// first makes sure that it is the sole owner; whatever is shared between threads is read-only.
@usableFromInline
final class AlignedStorage<Scalar: BLASScalar>: @unchecked Sendable {
    @usableFromInline let base: UnsafeMutablePointer<Scalar>
    @usableFromInline let count: Int

    /// A large block asks for huge pages: the first writing of small ones costs more than the numbers do.
    init(count: Int) {
        precondition(count >= 0, "a buffer cannot hold \(count) scalars")
        let hugePage = 2 << 20
        let bytes = max(count, 1) * MemoryLayout<Scalar>.stride
        let isLarge = bytes >= 4 * hugePage
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? hugePage : 64)
        // Advice only: where it is not taken, pages are small. The end is left to them, so that none is wasted.
        if isLarge { madvise(raw, bytes / hugePage * hugePage, Int32(MADV_HUGEPAGE)) }
        base = raw.bindMemory(to: Scalar.self, capacity: max(count, 1))
        self.count = count
    }

    convenience init(copying other: AlignedStorage) {
        self.init(count: other.count)
        base.initialize(from: other.base, count: count)
    }

    deinit { UnsafeMutableRawPointer(base).deallocate() }
}
