internal import CKernels
internal import Glibc

/// What this process may use of the machine.
public enum Machine {
    /// The workers that a team has by default: the cores of the affinity mask, bounded by the cgroup's CPU quota.
    ///
    /// A quota of 1.5 cores gives one worker: a team whose members wait for each other at barriers is only as
    /// fast as the one that is throttled.
    public static let workers: Int = max(1, min(cores, quota.map { Int($0) } ?? cores))

    /// Whether the kernels in use have vectors of 32 bytes or more with fused multiply-adds.
    public static let hasWideVectors = ck_level_active() != .base

    /// The cores of this process's affinity mask.
    public static let cores: Int = {
        let cores = Int(ck_affinity_cores())
        return cores > 0 ? cores : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }()

    /// The CPU quota of the cgroup in cores, or nil when there is none.
    public static let quota: Double? = {
        if let text = read("/sys/fs/cgroup/cpu.max") { return parseQuota(text) }
        guard let quota = read("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
            let period = read("/sys/fs/cgroup/cpu/cpu.cfs_period_us")
        else { return nil }
        return parseQuota(quota + " " + period)
    }()

    /// "150000 100000" → 1.5; "max 100000" and "-1 100000" → nil.
    package static func parseQuota(_ text: String) -> Double? {
        let fields = text.split(whereSeparator: \.isWhitespace)
        guard fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1]), quota > 0, period > 0
        else { return nil }
        return quota / period
    }

    /// The first `limit` bytes of one of the system's small text files.
    static func read(_ path: String, limit: Int = 256) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
