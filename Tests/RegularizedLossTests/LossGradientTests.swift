import LariatTestSupport
import LinearAlgebra
import RegularizedLoss
import Testing

/// Every loss against central differences in Double, kinks skipped.
@Suite("Loss gradients")
struct LossGradientTests {
    static let losses: [Loss] = [
        .squaredError, .absoluteError, .huber(delta: 0.7), .quantile(0.3), .binaryCrossEntropy(),
        .binaryCrossEntropy(labelSmoothing: 0.1), .softmaxCrossEntropy(), .softmaxCrossEntropy(labelSmoothing: 0.1),
        .poisson, .hinge,
    ]

    @Test(arguments: losses, [(1, 1), (2, 3), (7, 5)])
    func matchCentralDifferences(loss: Loss, shape: (Int, Int)) {
        let (rows, columns) = shape
        let outputs: Matrix<Double> = randomMatrix(rows, columns, seed: 11)
        let targets = Self.targets(loss, rows, columns)
        let weights = (0..<rows).map { 0.5 + Double($0) }
        let gradient = Self.gradient(loss, outputs, targets, weights)
        let step = 1e-6
        for row in 0..<rows {
            for column in 0..<columns where !Self.isNearKink(loss, outputs[row, column], targets, row, column) {
                var (up, down) = (outputs, outputs)
                up[row, column] += step
                down[row, column] -= step
                let difference =
                    (Self.value(loss, up, targets, weights) - Self.value(loss, down, targets, weights)) / (2 * step)
                #expect(abs(difference - gradient[row, column]) <= 1e-6 * max(1, abs(difference)))
            }
        }
    }

    @Test(arguments: losses)
    func extremeOutputsStayFinite(loss: Loss) {
        if loss == .poisson { return }  // e^ŷ is truly infinite
        for size in [1e4, -1e4] {
            let outputs = Matrix<Double>(rows: 2, columns: 2, [size, -size, size / 2, size])
            let targets = Self.targets(loss, 2, 2)
            #expect(Self.value(loss, outputs, targets, [1, 1]).isFinite)
            #expect(Self.gradient(loss, outputs, targets, [1, 1]).firstNonFinite == nil)
        }
    }

    @Test func weightZeroIsNoRow() {
        let outputs = Matrix<Double>(rows: 2, columns: 1, [0.5, .nan])
        let targets = Matrix<Double>(rows: 2, columns: 1, [1, 0])
        #expect(Self.value(.squaredError, outputs, targets, [1, 0]) == 0.125)
        #expect(Self.gradient(.squaredError, outputs, targets, [1, 0])[1, 0] == 0)
    }

    @Test func knownValues() {
        // ½·0.5² and log 2, by hand.
        #expect(Self.value(.squaredError, Matrix([[1.5]]), Matrix([[1]]), [1]) == 0.125)
        #expect(abs(Self.value(.binaryCrossEntropy(), Matrix([[0]]), Matrix([[1]]), [1]) - 0.6931471805599453) < 1e-15)
        #expect(
            abs(Self.value(.softmaxCrossEntropy(), Matrix([[0, 0, 0]]), Matrix([[2]]), [1]) - 1.0986122886681098)
                < 1e-15)
        #expect(Self.value(.hinge, Matrix([[0.25]]), Matrix([[0]]), [1]) == 1.25)
        #expect(abs(Self.value(.quantile(0.9), Matrix([[0]]), Matrix([[2]]), [1]) - 1.8) < 1e-15)
    }

    @Test func validationNamesTheRow() throws {
        let error = #expect(throws: ObjectiveError.self) {
            try Loss.poisson.validate(targets: Matrix([[1], [-2]]), outputs: 1)
        }
        #expect(error?.description.contains("row index 1") == true)
        #expect(throws: ObjectiveError.self) {
            try Loss.softmaxCrossEntropy().validate(targets: Matrix([[3]]), outputs: 3)
        }
        #expect(throws: ObjectiveError.self) { try Loss.hinge.validate(targets: Matrix([[0.5]]), outputs: 1) }
        #expect(throws: ObjectiveError.self) { try Loss.quantile(1).validate() }
        #expect(throws: ObjectiveError.self) { try Loss.huber(delta: 0).validate() }
    }

    // MARK: What the tests share

    static func targets(_ loss: Loss, _ rows: Int, _ columns: Int) -> Matrix<Double> {
        switch loss {
        case .softmaxCrossEntropy: Matrix(rows: rows, columns: 1) { row, _ in Double(row % columns) }
        case .binaryCrossEntropy, .hinge: Matrix(rows: rows, columns: columns) { Double(($0 + $1) % 2) }
        case .poisson: Matrix(rows: rows, columns: columns) { Double(($0 + 2 * $1) % 4) }
        default: randomMatrix(rows, columns, seed: 12)
        }
    }

    static func isNearKink(_ loss: Loss, _ output: Double, _ targets: Matrix<Double>, _ row: Int, _ column: Int) -> Bool
    {
        switch loss {
        case .absoluteError, .quantile: abs(output - targets[row, column]) < 1e-5
        case .hinge: abs(1 - (2 * targets[row, column] - 1) * output) < 1e-5
        default: false
        }
    }

    static func value(_ loss: Loss, _ outputs: Matrix<Double>, _ targets: Matrix<Double>, _ weights: [Double]) -> Double
    {
        outputs.withView { outputs in
            targets.withView { targets in
                weights.withUnsafeBufferPointer {
                    loss.value(outputs: outputs, targets: targets, weights: $0.baseAddress)
                }
            }
        }
    }

    static func gradient(
        _ loss: Loss, _ outputs: Matrix<Double>, _ targets: Matrix<Double>, _ weights: [Double]
    ) -> Matrix<Double> {
        var gradient = Matrix<Double>(rows: outputs.rows, columns: outputs.columns)
        gradient.withMutableView { gradient in
            outputs.withView { outputs in
                targets.withView { targets in
                    weights.withUnsafeBufferPointer {
                        _ = loss.evaluate(
                            outputs: outputs, targets: targets, weights: $0.baseAddress, scale: 1, gradient: gradient)
                    }
                }
            }
        }
        return gradient
    }
}
