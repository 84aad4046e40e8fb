import CAllocationCount
import Foundation
import Lariat
import LariatTestSupport
import LariatTraining
import Testing

/// A training step allocates nothing once it runs: counted in a process of its own, on all threads.
@Suite("Allocations", .enabled(if: allocation_count() >= 0))
struct AllocationTests {
    @Test func theCounterCounts() async {
        await #expect(processExitsWith: .success) {
            let count = AllocationTests.count { for size in 1...10 { _ = AlignedBuffer<Float>(count: size) } }
            exit(count >= 10 ? 0 : 1)
        }
    }

    @Test func stepsOfOneWorkerAllocateNothing() async {
        await #expect(processExitsWith: .success) { try AllocationTests.checkSteps(workers: 1) }
    }

    @Test func stepsOfTwoWorkersAllocateNothing() async {
        await #expect(processExitsWith: .success) { try AllocationTests.checkSteps(workers: 2) }
    }

    private static func count(_ body: () -> Void) -> Int {
        let before = allocation_count()
        body()
        return allocation_count() - before
    }

    /// Networks with everything that a step can meet, and every way to go on from a gradient.
    static func checkSteps(workers: Int) throws {
        var found = false
        // OpenBLAS's AVX-512 kernels take memory for a small product themselves; there the step does without them.
        let isQuiet = !["SkylakeX", "Cooperlake", "SapphireRapids"].contains(EngineReport.current().kernelsChosen)
        for products in isQuiet ? [Products.panels, .blas] : [.panels] {
            for (clipping, penalties) in [
                (GradientClipping.none, [Penalty.l1(1e-3), .l2(1e-3)]), (.byGlobalNorm(1), [.groupLasso(1e-3)]),
                (.byValue(1), [.maxNorm(2), .elasticNet(strength: 1e-3, l1Ratio: 0.5)]),
            ] {
                for optimizer in [Optimizer.adamW(), .nesterov()] {
                    let float = try allocations(Float.self, products, clipping, penalties, optimizer, workers)
                    let double = try allocations(Double.self, products, clipping, penalties, optimizer, workers)
                    if float + double == 0 { continue }
                    found = true
                    let setting = "\(products), \(clipping), \(penalties.map(\.kind)), \(optimizer.name)"
                    FileHandle.standardError.write(Data("\(setting): \(float) in Float, \(double) in Double\n".utf8))
                }
            }
        }
        exit(found ? 1 : 0)
    }

    private static func allocations<Scalar: BLASScalar>(
        _: Scalar.Type, _ products: Products, _ clipping: GradientClipping, _ penalties: [Penalty],
        _ optimizer: Optimizer, _ workers: Int
    ) throws -> Int {
        let x: Matrix<Double> = randomMatrix(70, 20, seed: 1)
        let data = try Dataset(
            features: x, labels: (0..<70).map { "\($0 % 3)" }, weights: (0..<70).map { Double(1 + $0 % 4) })
        let network = NeuralNetwork<Scalar>(inputs: 20, seed: 2) {
            Dense(33); BatchNorm(); ReLU(); Dropout(0.2); Dense(40); GELU(); Dense(16); BatchNorm(momentum: nil); Tanh()
            Dense(3)
        }
        let trainer = Trainer(
            objective: Objective(.softmaxCrossEntropy(), penalties: penalties), optimizer: optimizer,
            schedule: .cosine(1e-3), clipping: clipping, batchSize: 64, epochs: 10)
        let session = try TrainingSession(
            network, trainer, on: data, .identity(inputs: 20, outputs: 3), products: products, workers: workers)
        return (0..<64).map { $0 }.withUnsafeBufferPointer { rows in
            for _ in 0..<5 { _ = session.step(rows: rows) }
            // Others in the process may allocate meanwhile, but not in every one of several tries.
            return (0..<5).map { _ in count { for _ in 0..<20 { _ = session.step(rows: rows) } } }.min()!
        }
    }
}
