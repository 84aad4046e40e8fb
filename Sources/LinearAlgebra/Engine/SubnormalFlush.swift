internal import CKernels

/// The calling thread's setting that subnormal numbers, read or computed, count as zero: they cost ten times as much
/// as others and mean nothing to a network.
package struct SubnormalFlush {
    private let saved: UInt64

    /// Sets it; ``end()`` brings back what the thread had.
    package init() { saved = ck_flush_subnormals_begin() }

    /// Brings back what the thread had; exceptions raised meanwhile stay raised.
    package func end() { ck_flush_subnormals_end(saved) }
}
