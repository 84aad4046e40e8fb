// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that users of Lariat never resolve what only its benchmarks need.

let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]

let package = Package(
    name: "LariatBenchmarks",
    dependencies: [
        .package(name: "Lariat", path: ".."),
        // Without its traits, whose packages count allocations: its malloc figures then read 0 and are not asked for.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        // The networks and data that both measure.
        .target(
            name: "Networks", dependencies: [.product(name: "Lariat", package: "Lariat")], swiftSettings: settings),
        // The kernels under the benchmark package, for regressions: `make bench-kernels`.
        .executableTarget(
            name: "Kernels",
            dependencies: [
                "Networks", .product(name: "Lariat", package: "Lariat"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Kernels", swiftSettings: settings, plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
        // Our side of the comparison with other libraries: `make bench-peers` and `make bench-scaling`.
        .executableTarget(
            name: "PeerWorkloads", dependencies: ["Networks", .product(name: "Lariat", package: "Lariat")],
            swiftSettings: settings),
    ]
)
