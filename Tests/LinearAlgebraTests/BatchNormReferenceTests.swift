import LariatTestSupport
import LinearAlgebra
import Testing

/// Against PyTorch's BatchNorm1d (generate_batch_norm.py): Double to 1e-10 of the largest magnitude, Float against
/// Double on the same Float-rounded input to 1e-5 (1e-4 at an offset of 10⁶ standard deviations).
@Suite("Batch normalisation against PyTorch")
struct BatchNormReferenceTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let momentum: Double?
        let affine: Bool
        let rows, columns: Int
        let offset: Double
        let scale, shift, scaleGradient, shiftGradient: [Double]?
        let batches, outputs: [[Double]]
        let upstream, inputGradient, runningMean, runningVariance, evaluated: [Double]

        var testDescription: String { "\(rows) rows, momentum \(momentum as Any), affine \(affine), offset \(offset)" }
    }

    static let cases: [Case] = try! reference("batch_norm", as: [Case].self)

    @Test(arguments: cases)
    func inDouble(reference: Case) {
        let result = run(reference, Double.self)
        // PyTorch's own mean at the offset is good to ε·10⁶ of a standard deviation.
        let tolerance = reference.offset == 0 ? 1e-10 : 4 * Double.ulpOfOne * reference.offset * 4
        compare(result, reference, tolerance)
    }

    @Test(arguments: cases)
    func inFloat(reference: Case) {
        compare(run(reference, Float.self), reference, reference.offset == 0 ? 1e-5 : 1e-4)
    }

    private struct Result {
        var outputs: [[Double]] = []
        var inputGradient, scaleGradient, shiftGradient, evaluated: [Double]
        var running: RunningStatistics
    }

    private func run<Scalar: BLASScalar>(_ reference: Case, _: Scalar.Type) -> Result {
        let (n, m) = (reference.rows, reference.columns)
        func matrix(_ values: [Double]) -> Matrix<Scalar> { Matrix(rows: n, columns: m, values.map { Scalar($0) }) }
        let scale = (reference.scale ?? Array(repeating: 1, count: m)).map { Scalar($0) }
        let shift = (reference.shift ?? Array(repeating: 0, count: m)).map { Scalar($0) }
        var cache = BatchNormKernel.Cache<Scalar>(rows: n, columns: m)
        var running = RunningStatistics(columns: m)
        var (y, dx) = (Matrix<Scalar>(rows: n, columns: m), Matrix<Scalar>(rows: n, columns: m))
        var outputs: [[Double]] = []
        for batch in reference.batches {
            BatchNormKernel.forwardTraining(
                matrix(batch), scale: scale, shift: shift, cache: &cache, into: &y, updating: &running,
                momentum: reference.momentum)
            outputs.append(y.elements.map { Double($0) })
        }
        var gradients = BatchNormKernel.Gradients<Scalar>(columns: m)
        BatchNormKernel.backward(matrix(reference.upstream), cache: cache, scale: scale, into: &dx, adding: &gradients)
        BatchNormKernel.forwardInference(
            matrix(reference.batches[0]), running: running, scale: scale, shift: shift, into: &y)
        return Result(
            outputs: outputs, inputGradient: dx.elements.map { Double($0) },
            scaleGradient: gradients.scale.map { Double($0) },
            shiftGradient: gradients.shift.map { Double($0) }, evaluated: y.elements.map { Double($0) },
            running: running)
    }

    private func compare(_ result: Result, _ reference: Case, _ tolerance: Double) {
        for (mine, theirs) in zip(result.outputs, reference.outputs) {
            #expect(relativeDifference(mine, theirs) <= tolerance)
        }
        // With two rows the gradient is what is left of a cancellation: its size is that of ε/σ², not of dy.
        let scale = (reference.scale ?? [1]).map(abs).max()! * reference.upstream.map(abs).max()!
        let size = max(reference.inputGradient.map(abs).max()!, reference.rows == 2 ? scale : 0)
        for (mine, theirs) in zip(result.inputGradient, reference.inputGradient) {
            #expect(abs(mine - theirs) <= tolerance * size)
        }
        if let gradient = reference.scaleGradient {
            #expect(relativeDifference(result.scaleGradient, gradient) <= tolerance)
        }
        if let gradient = reference.shiftGradient {
            #expect(relativeDifference(result.shiftGradient, gradient) <= tolerance)
        }
        #expect(relativeDifference(result.running.mean, reference.runningMean) <= tolerance)
        #expect(relativeDifference(result.running.variance, reference.runningVariance) <= tolerance)
        #expect(relativeDifference(result.evaluated, reference.evaluated) <= tolerance)
    }
}
