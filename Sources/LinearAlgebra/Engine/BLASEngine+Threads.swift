internal import CKernels
internal import COpenBLAS

// What benchmarks need of the engine, and nothing else may use.

extension BLASEngine {
    /// Runs `body` with OpenBLAS on up to `count` threads of its own, then goes back to one: what a program has that
    /// merely links OpenBLAS, and what ours is compared with.
    ///
    /// The setting is the process's, so that nothing else may compute meanwhile; and OpenBLAS's threads go on spinning
    /// for some 0.1 s after the last call.
    package static func withOwnThreads<Result>(_ count: Int, _ body: () throws -> Result) rethrows -> Result {
        prepare()
        if count == 1 { return try body() }
        openblas_set_num_threads(Int32(count))
        defer { openblas_set_num_threads(1) }
        return try body()
    }

    /// Does `rounds` rounds of independent fused multiply-adds at the active level on the caller's thread; returns how
    /// many floating-point operations that were. The caller times it.
    package static func multiplyAdds<Scalar: BLASScalar>(rounds: Int, _ type: Scalar.Type) -> Double {
        type == Float.self ? ck_fma_rounds_f32(rounds) : ck_fma_rounds_f64(rounds)
    }
}

extension Worker {
    /// The caller's thread, without a team: for work that is too small to share.
    package static var alone: Worker { Worker(index: 0, count: 1, barrier: nil) }
}
