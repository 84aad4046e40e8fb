/// Working memory that is carved up once and freed as a whole: the scratch of a training plan.
///
/// Every piece starts on a 64-byte boundary, is zero at first, and lives as long as the arena.
package final class Arena {
    private var pieces: [UnsafeMutableRawPointer] = []

    package init() {}

    /// `count` zeros.
    package func scalars<Scalar: BitwiseCopyable>(_ type: Scalar.Type, count: Int) -> UnsafeMutablePointer<Scalar> {
        let bytes = max(count, 1) * MemoryLayout<Scalar>.stride
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        pieces.append(raw)
        return raw.bindMemory(to: Scalar.self, capacity: max(count, 1))
    }

    deinit { for piece in pieces { piece.deallocate() } }
}
