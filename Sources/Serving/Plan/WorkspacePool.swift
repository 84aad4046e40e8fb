internal import LinearAlgebra
internal import Synchronization

/// Workspaces of one size, handed out without a lock: bit k of `free` says that place k is free.
///
/// A place gets its workspace when it is first taken, and keeps it. Lower places are taken first, so that there are as
/// many workspaces as threads that ever predicted at once; a thread that finds none of the 64 free works in one of its
/// own, which is the only time that it allocates again.
///
/// `@unchecked Sendable` holds because a place is touched only by the thread that has cleared its bit; the atomic
/// exchange orders that after all that its last holder did.
final class WorkspacePool<Scalar: BLASScalar>: @unchecked Sendable {
    private static var places: Int { 64 }

    private let plan: ServingPlan<Scalar>
    let rows: Int
    private let free = Atomic<UInt64>(.max)
    private let workspaces: UnsafeMutablePointer<Unmanaged<Workspace<Scalar>>?>

    init(_ plan: ServingPlan<Scalar>, rows: Int) {
        (self.plan, self.rows) = (plan, rows)
        workspaces = .allocate(capacity: Self.places)
        workspaces.initialize(repeating: nil, count: Self.places)
    }

    deinit {
        for place in 0..<Self.places { workspaces[place]?.release() }
        workspaces.deallocate()
    }

    /// Calls `body` with a workspace that no other thread has.
    @inline(__always)
    func withWorkspace<Result>(_ body: (Workspace<Scalar>) -> Result) -> Result {
        guard let place = take() else { return body(Workspace(plan, rows: rows, pool: self)) }
        defer { give(place) }
        if let workspace = workspaces[place] { return workspace._withUnsafeGuaranteedRef(body) }
        let workspace = Workspace(plan, rows: rows, pool: self)
        workspaces[place] = .passRetained(workspace)
        return body(workspace)
    }

    private func take() -> Int? {
        var seen = free.load(ordering: .relaxed)
        while seen != 0 {
            let (exchanged, original) = free.weakCompareExchange(
                expected: seen, desired: seen & (seen - 1), successOrdering: .acquiring, failureOrdering: .relaxed)
            if exchanged { return seen.trailingZeroBitCount }
            seen = original
        }
        return nil
    }

    private func give(_ place: Int) { free.bitwiseOr(1 << UInt64(place), ordering: .releasing) }
}
