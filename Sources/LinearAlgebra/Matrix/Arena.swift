internal import Glibc

/// Working memory that is carved up once and freed as a whole: the scratch of a training plan.
///
/// Every piece starts on a 64-byte boundary, is zero at first, and lives as long as the arena. Pieces come from chunks,
/// each at least as large as all before it; from 2 MB on they ask for huge pages, without which a walk through the
/// weights and activations of a large network misses the address-translation cache at every row.
package final class Arena {
    private var chunks: [UnsafeMutableRawPointer] = []
    /// What is left of the newest chunk.
    private var free = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var reserved = 0

    private static let smallestChunk = 16 << 10
    private static let hugePage = 2 << 20
    private static let line = 64
    /// Between pieces, so that those of a power of two in size do not lie on the same sets of the caches.
    private static let gap = 9 * line

    package init() {}

    /// `count` zeros.
    package func scalars<Scalar: BitwiseCopyable>(_ type: Scalar.Type, count: Int) -> UnsafeMutablePointer<Scalar> {
        let bytes = (max(count, 1) * MemoryLayout<Scalar>.stride + Self.line - 1) / Self.line * Self.line
        if free.count < bytes { reserve(bytes) }
        let piece = UnsafeMutableRawBufferPointer(rebasing: free[..<bytes])
        free = UnsafeMutableRawBufferPointer(rebasing: free[min(bytes + Self.gap, free.count)...])
        return piece.bindMemory(to: Scalar.self).baseAddress!
    }

    private func reserve(_ bytes: Int) {
        let wanted = max(bytes, reserved, Self.smallestChunk)
        let isHuge = wanted >= Self.hugePage
        let grain = isHuge ? Self.hugePage : Self.line
        let size = (wanted + grain - 1) / grain * grain
        let chunk = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: grain)
        // Advice only: where it is not taken, pages are small.
        if isHuge { madvise(chunk, size, Int32(MADV_HUGEPAGE)) }
        chunk.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        chunks.append(chunk)
        reserved += size
        free = UnsafeMutableRawBufferPointer(start: chunk, count: size)
    }

    deinit { for chunk in chunks { chunk.deallocate() } }
}
