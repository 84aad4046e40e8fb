import Benchmark
import Lariat
import Networks

/// Whole training steps: a hundred (of the largest network, ten) from within a fit, whose beginning and end do not count.
func trainingBenchmarks() {
    let networks = [
        ("30-16-2", 16, 100), ("64-64-64-10", 32, 100), ("100-256-256-256-2", 256, 100), ("784-512-256-10", 128, 100),
        ("784-2048-2048-10", 512, 10),
    ]
    for (name, batch, steps) in networks {
        for optimizer in ["sgd", "adamw"] {
            Benchmark("\(steps) steps \(name) @ \(batch) \(optimizer)") { benchmark, data in
                try train(NetworkShape(name)!, on: data, batch: batch, optimizer: optimizer, steps: steps, benchmark)
            } setup: {
                try NetworkShape(name)!.syntheticData(rows: (steps + warmUp) * batch)
            }
        }
    }
}

/// Steps before the clock starts.
private let warmUp = 3

private func train(
    _ shape: NetworkShape, on data: Dataset, batch: Int, optimizer: String, steps: Int, _ benchmark: Benchmark
) throws {
    var network = shape.network
    let stop = StopSignal()
    var done = 0
    _ = try Trainer(optimizer: optimizer, batch: batch, epochs: 1, workers: nil).fit(
        &network, on: data, stop: stop
    ) { event in
        guard case .step = event else { return }
        done += 1
        if done == warmUp { benchmark.startMeasurement() }
        if done == warmUp + steps {
            benchmark.stopMeasurement()
            stop.set()
        }
    }
}
