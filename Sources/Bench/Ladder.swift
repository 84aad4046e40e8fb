internal import LariatOptimizers
internal import LinearAlgebra

/// The contests of one run, each made when its turn comes, so that memory is held for one at a time.
package struct Ladder {
    /// Makes a contest for a number of workers that it may use.
    package typealias Rung = (_ workers: Int) throws -> any Contest

    package let rungs: [Rung]

    package init(_ rungs: [Rung]) { self.rungs = rungs }

    /// From shapes that live in the first cache to shapes that live in main memory; the training steps are those of the
    /// project's comparison with other libraries.
    package static var full: Ladder {
        Ladder(
            products(
                gemm: [(64, 64, 64), (128, 512, 784), (512, 512, 512), (1024, 1024, 1024)],
                gemmDouble: [(128, 512, 784), (512, 512, 512)], gemv: [(512, 784), (4096, 4096)])
                + dense([(64, 64, 32), (256, 256, 256), (784, 512, 128), (2048, 2048, 512)])
                + elements(
                    batchNorm: [(64, 32), (512, 128), (2048, 512)], softmax: [(10, 128), (1000, 1024)],
                    parameters: [16_384, 535_818, 5_800_000])
                + [
                    { try TrainingContest<Float>([30, 16, 2], batch: 16, workers: $0) },
                    { try TrainingContest<Float>([64, 64, 64, 10], batch: 32, workers: $0) },
                    { try TrainingContest<Float>([100, 256, 256, 256, 2], batch: 256, workers: $0) },
                    { try TrainingContest<Float>([784, 512, 256, 10], batch: 128, workers: $0) },
                    { try TrainingContest<Float>([784, 2048, 2048, 10], batch: 512, workers: $0) },
                ])
    }

    /// Every kernel at awkward shapes that take no time, in both precisions: for tests.
    package static var small: Ladder {
        Ladder(
            products(gemm: [(5, 17, 33)], gemmDouble: [(17, 5, 9)], gemv: [(13, 29)]) + dense([(7, 19, 11)])
                + elements(batchNorm: [(19, 11)], softmax: [(3, 7)], parameters: [77])
                + [
                    { try TrainingContest<Float>([6, 5, 3], batch: 8, workers: $0) },
                    { try TrainingContest<Double>([6, 5, 7, 2], batch: 9, workers: $0) },
                ])
    }

    private static func products(
        gemm: [(Int, Int, Int)], gemmDouble: [(Int, Int, Int)], gemv: [(Int, Int)]
    ) -> [Rung] {
        gemm.map { shape in { _ in GemmContest<Float>(shape.0, shape.1, shape.2) } }
            + gemmDouble.map { shape in { _ in GemmContest<Double>(shape.0, shape.1, shape.2) } }
            + gemv.map { shape in { _ in GemvContest<Float>(shape.0, shape.1) } }
            + gemv.suffix(1).map { shape in { _ in GemvContest<Double>(shape.0 / 2, shape.1) } }
    }

    /// - Parameter shapes: inputs, units, batch.
    private static func dense(_ shapes: [(Int, Int, Int)]) -> [Rung] {
        shapes.map { shape in { _ in DenseForwardContest<Float>(shape.0, shape.1, batch: shape.2) } }
            + shapes.map { shape in { _ in PanelContest<Float>(shape.0, shape.1, batch: shape.2) } }
            + shapes.map { shape in { _ in DenseBackwardContest<Float>(shape.0, shape.1, batch: shape.2) } }
    }

    /// - Parameters:
    ///   - batchNorm: columns, batch.
    ///   - softmax: classes, batch.
    private static func elements(
        batchNorm: [(Int, Int)], softmax: [(Int, Int)], parameters: [Int]
    ) -> [Rung] {
        let forward: [Rung] = batchNorm.map { shape in
            { BatchNormForwardContest<Float>(shape.0, batch: shape.1, workers: $0) }
        }
        let backward: [Rung] = batchNorm.map { shape in
            { BatchNormBackwardContest<Float>(shape.0, batch: shape.1, workers: $0) }
        }
        return forward + backward
            + softmax.map { shape in { _ in SoftmaxContest<Float>(shape.0, batch: shape.1) } }
            + softmax.suffix(1).map { shape in { _ in SoftmaxContest<Double>(shape.0, batch: shape.1) } }
            + [Optimizer.momentum(), .adamW()].flatMap { rule -> [Rung] in
                parameters.map { count in { _ in OptimizerContest<Float>(rule, parameters: count) } }
            }
    }
}
