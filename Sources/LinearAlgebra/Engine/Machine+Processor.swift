internal import Glibc

extension Machine {
    /// The processor's name as the system tells it, or its architecture.
    package static let processor: String = {
        let lines = read("/proc/cpuinfo", limit: 4096)?.split(separator: "\n") ?? []
        if let line = lines.first(where: { $0.hasPrefix("model name") }), let colon = line.firstIndex(of: ":") {
            return line[line.index(after: colon)...].split(separator: " ").joined(separator: " ")
        }
        #if arch(x86_64)
            return "x86_64"
        #elseif arch(arm64)
            return "aarch64"
        #else
            return "unknown"
        #endif
    }()

    /// The bytes of the largest cache that a core reaches; 32 MiB where the system does not say.
    package static let lastLevelCache: Int = {
        // Not sysconf, which in a virtual machine may tell of all caches of the host together.
        for index in [3, 2] {
            guard let text = read("/sys/devices/system/cpu/cpu0/cache/index\(index)/size", limit: 32),
                let kilobytes = Int(text.prefix { $0.isNumber }), kilobytes > 0
            else { continue }
            return kilobytes << 10
        }
        return 32 << 20
    }()

    /// The bytes of the machine's memory.
    package static var memory: Int { sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) }
}
