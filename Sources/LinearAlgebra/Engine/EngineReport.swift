internal import CKernels
internal import COpenBLAS
internal import Glibc

/// What `lariat doctor` prints: which OpenBLAS this is, what it runs and why, and how fast.
public struct EngineReport: Sendable, Codable, Equatable {
    /// The path of the library and its flavour (pthread, openmp or serial).
    public let library: String
    /// The version of OpenBLAS.
    public let version: String
    /// The configuration it was built with.
    public let config: String
    /// The kernel set that OpenBLAS had chosen by itself.
    public let kernelsFound: String
    /// The kernel set in use.
    public let kernelsChosen: String
    /// Why.
    public let reason: String
    /// Whether the set in use leaves features of this CPU unused, so that products take several times as long.
    public let isBelowCPU: Bool
    /// The feature level of the element-wise kernels: base, avx2 or avx512.
    public let elementKernels: String
    /// The workers of a team by default.
    public let workers: Int
    /// The CPU quota in cores, or nil.
    public let quota: Double?
    /// "passed", or what failed.
    public let selfTest: String

    /// The report on this process.
    public static func current() -> EngineReport {
        BLASEngine.prepare()
        let choice = ck_blas_choice_made()
        return EngineReport(
            library: "\(libraryPath) (\(flavour))", version: blasVersion, config: blasConfig,
            kernelsFound: String(cString: choice.found), kernelsChosen: String(cString: choice.chosen),
            reason: String(cString: choice.reason), isBelowCPU: choice.below != 0,
            elementKernels: String(cString: ck_level_name(ck_level_active())),
            workers: Machine.workers, quota: Machine.quota,
            selfTest: BLASEngine.selfTest.map { "failed: \($0)" } ?? "passed")
    }

    /// "OpenBLAS 0.3.21, SkylakeX; loops avx512": what `lariat --version` says, without the self-test.
    public static var summary: String {
        let kernels = String(cString: ck_blas_choice_made().chosen)
        return "OpenBLAS \(blasVersion), \(kernels); loops \(String(cString: ck_level_name(ck_level_active())))"
    }

    /// What is to be told before long work: that a kernel set below the CPU is in use, and why; or nil.
    public var warning: String? {
        isBelowCPU ? "OpenBLAS runs its \(kernelsChosen) kernels, which are below this CPU's features: \(reason)" : nil
    }

    private static var blasConfig: String { String(cString: openblas_get_config()).trimmingTrailingSpaces }

    private static var blasVersion: String {
        let words = blasConfig.split(separator: " ")
        return words.count > 1 ? String(words[1]) : "unknown"
    }

    private static var flavour: String {
        switch openblas_get_parallel() {
        case 0: "serial"
        case 1: "pthread"
        default: "openmp"
        }
    }

    private static var libraryPath: String {
        guard let path = realpath(ck_blas_library_path(), nil) else { return "libopenblas" }
        defer { free(path) }
        return String(cString: path)
    }
}

extension EngineReport {
    /// The rate of sgemm 1024³ on one core, in GFLOP/s: the best of some repeats within about half a second.
    public static func measureSgemmGflops() -> Double {
        let n = 1024
        let a = Matrix<Float>(rows: n, columns: n, repeating: 0.5)
        var c = a
        return best { multiply(a, a, into: &c) } / 1e9 * 2 * Double(n * n * n)
    }

    /// The rate of independent fused multiply-adds on one core at the active level, in GFLOP/s: the peak.
    public static func measurePeakGflops() -> Double {
        let rounds = 2_000_000
        var flops = 0.0
        return best { flops = ck_fma_rounds_f32(rounds) } / 1e9 * flops
    }

    /// The highest number of runs a second over some repeats.
    private static func best(_ body: () -> Void) -> Double {
        body()
        var (fastest, elapsed) = (Double.infinity, 0.0)
        while elapsed < 0.5 {
            let seconds = { time(body) }()
            fastest = min(fastest, seconds)
            elapsed += seconds
        }
        return 1 / fastest
    }

    private static func time(_ body: () -> Void) -> Double {
        let clock = ContinuousClock()
        let duration = clock.measure(body).components
        return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        var text = Substring(self)
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
