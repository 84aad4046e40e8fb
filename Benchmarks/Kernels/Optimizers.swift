import Benchmark
import Lariat

/// The fused update of every rule, on as many parameters as 784-512-256-10 has, and with an L1 penalty.
func optimizerBenchmarks() {
    let count = 535_818
    let rules: [Optimizer] = [.sgd, .momentum(), .nesterov(), .rmsprop(), .adagrad(), .adam(), .adamW()]
    for rule in rules {
        for l1: Float in [0, 1e-4] {
            let buffers = (0..<4).map { _ in buffer(count) }
            let name = "\(rule.name) \(count) parameters" + (l1 > 0 ? ", L1" : "")
            var t = 0
            measure(name, operations: .max) {
                for _ in $0 {
                    t += 1
                    var step: OptimizerStep<Float> = rule.step(t, rate: 1e-6)
                    step.l1 = l1
                    rule.update(
                        step, weights: buffers[0], gradients: buffers[1],
                        slots: OptimizerSlots(first: buffers[2], second: buffers[3]), count: count)
                }
            }
        }
    }
}

/// Scalars that live as long as the process, like the benchmark that uses them.
private func buffer(_ count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: 4 * count, alignment: 64)
    let base = bytes.bindMemory(to: Float.self, capacity: count)
    base.initialize(repeating: 0.01, count: count)
    return base
}
