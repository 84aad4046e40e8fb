import Benchmark

/// What `swift package benchmark` measures: wall-clock time of every kernel, one second each.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock], timeUnits: .microseconds, warmupIterations: 3, maxDuration: .seconds(1),
        maxIterations: 10_000)
    productBenchmarks()
    layerBenchmarks()
    optimizerBenchmarks()
    trainingBenchmarks()
}
