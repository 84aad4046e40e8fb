import LariatTestSupport
import LinearAlgebra
import Testing

/// Against 50 digits, which agree with PyTorch's BatchNorm1d (generate_batch_norm.py): Double to 1e-10 of the largest
/// magnitude, Float on the same Float-rounded input to 1e-5 (1e-4 at an offset of 10⁶ standard deviations).
@Suite("Batch normalisation against 50 digits and PyTorch")
struct BatchNormReferenceTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let momentum: Double?
        let affine: Bool
        let rows, columns: Int
        let offset: Double
        let scale, shift, scaleGradient, shiftGradient: [Double]?
        let batches, outputs: [[Double]]
        let upstream, inputGradient, runningMean, runningVariance, evaluated, evaluatedInputGradient: [Double]
        let evaluatedScaleGradient, evaluatedShiftGradient: [Double]?

        var testDescription: String { "\(rows) rows, momentum \(momentum as Any), affine \(affine), offset \(offset)" }
    }

    static let cases: [Case] = try! reference("batch_norm", as: [Case].self)

    @Test(arguments: cases)
    func inDouble(reference: Case) {
        compare(run(reference, Double.self), reference, 1e-10)
    }

    @Test(arguments: cases)
    func inFloat(reference: Case) {
        compare(run(reference, Float.self), reference, reference.offset == 0 ? 1e-5 : 1e-4)
    }

    private struct Result {
        var outputs: [[Double]] = []
        var inputGradient, scaleGradient, shiftGradient, evaluated, evaluatedInputGradient: [Double]
        var evaluatedScaleGradient, evaluatedShiftGradient: [Double]
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
        let x = matrix(reference.batches[0])
        BatchNormKernel.forwardInference(x, running: running, scale: scale, shift: shift, into: &y)
        var (dxEvaluated, evaluated) = (dx, BatchNormKernel.Gradients<Scalar>(columns: m))
        BatchNormKernel.backwardInference(
            matrix(reference.upstream), input: x, output: y, running: running, scale: scale, into: &dxEvaluated,
            adding: &evaluated)
        func doubles(_ values: [Scalar]) -> [Double] { values.map { Double($0) } }
        return Result(
            outputs: outputs, inputGradient: doubles(dx.elements), scaleGradient: doubles(gradients.scale),
            shiftGradient: doubles(gradients.shift), evaluated: doubles(y.elements),
            evaluatedInputGradient: doubles(dxEvaluated.elements), evaluatedScaleGradient: doubles(evaluated.scale),
            evaluatedShiftGradient: doubles(evaluated.shift), running: running)
    }

    private func compare(_ result: Result, _ reference: Case, _ tolerance: Double) {
        func near(_ mine: [Double], _ theirs: [Double]?, _ name: String) {
            guard let theirs else { return }
            #expect(relativeDifference(mine, theirs) <= tolerance, "\(name)")
        }
        for (mine, theirs) in zip(result.outputs, reference.outputs) { near(mine, theirs, "output") }
        near(result.scaleGradient, reference.scaleGradient, "scale gradient")
        near(result.shiftGradient, reference.shiftGradient, "shift gradient")
        near(result.running.mean, reference.runningMean, "running mean")
        near(result.running.variance, reference.runningVariance, "running variance")
        near(result.evaluated, reference.evaluated, "evaluated output")
        near(result.evaluatedInputGradient, reference.evaluatedInputGradient, "evaluated input gradient")
        near(result.evaluatedScaleGradient, reference.evaluatedScaleGradient, "evaluated scale gradient")
        near(result.evaluatedShiftGradient, reference.evaluatedShiftGradient, "evaluated shift gradient")
        near(result.inputGradient, reference.inputGradient, "input gradient")
    }
}
