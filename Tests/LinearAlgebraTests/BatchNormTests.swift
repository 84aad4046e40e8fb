import LariatTestSupport
import LinearAlgebra
import Testing

/// What batch normalisation promises, against the formulas written out in Double, at fifty shapes.
@Suite("Batch normalisation")
struct BatchNormTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        let rows, columns: Int
        var testDescription: String { "[\(rows) × \(columns)]" }
    }

    static let shapes: [Shape] = [2, 3, 4, 7, 16, 17, 33, 64, 65, 130].flatMap { rows in
        [1, 2, 5, 16, 33].map { Shape(rows: rows, columns: $0) }
    }

    /// Mean, biased variance and all gradients of one column.
    struct Exact {
        let x: [Double]
        let mean, variance, inverse: Double

        init(_ x: [Double], epsilon: Double) {
            let n = Double(x.count)
            let mean = x.reduce(0, +) / n
            (self.x, self.mean) = (x, mean)
            variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
            inverse = 1 / (variance + epsilon).squareRoot()
        }

        var normalized: [Double] { x.map { ($0 - mean) * inverse } }
        var unbiased: Double { variance * Double(x.count) / Double(x.count - 1) }

        /// dx, dγ, dβ: through the mean, through the variance and directly.
        func gradients(_ dy: [Double], scale: Double) -> (input: [Double], scale: Double, shift: Double) {
            let (n, hat) = (Double(x.count), normalized)
            let dHat = dy.map { $0 * scale }
            let dVariance = zip(dHat, x).reduce(0) { $0 + $1.0 * ($1.1 - mean) } * -0.5 * inverse * inverse * inverse
            let dMean = dHat.reduce(0) { $0 - $1 * inverse }
            let input = (0..<x.count).map {
                dHat[$0] * inverse + dVariance * 2 * (x[$0] - mean) / n + dMean / n
            }
            return (input, zip(dy, hat).reduce(0) { $0 + $1.0 * $1.1 }, dy.reduce(0, +))
        }
    }

    struct Pass<Scalar: BLASScalar> {
        let x, dy: Matrix<Scalar>
        let scale, shift: [Scalar]
        var y, dx: Matrix<Scalar>
        var cache: BatchNormKernel.Cache<Scalar>
        var gradients: BatchNormKernel.Gradients<Scalar>
        var running: RunningStatistics

        init(_ shape: Shape, affine: Bool = true, _ element: (Int, Int, Double) -> Double = { $2 }) {
            let (rows, columns) = (shape.rows, shape.columns)
            let noise: Matrix<Double> = randomMatrix(rows, columns, seed: UInt64(rows * 1000 + columns))
            x = Matrix(rows: rows, columns: columns) { Scalar(element($0, $1, noise[$0, $1])) }
            dy = randomMatrix(rows, columns, seed: 77)
            scale = (0..<columns).map { affine ? 0.5 + Scalar($0 % 4) : 1 }
            shift = (0..<columns).map { affine ? 0.25 * Scalar($0 % 3) : 0 }
            (y, dx) = (Matrix(rows: rows, columns: columns), Matrix(rows: rows, columns: columns))
            cache = BatchNormKernel.Cache(rows: rows, columns: columns)
            gradients = BatchNormKernel.Gradients(columns: columns)
            running = RunningStatistics(columns: columns)
        }

        mutating func run(epsilon: Double = 1e-5, momentum: Double? = 0.1) {
            BatchNormKernel.forwardTraining(
                x, scale: scale, shift: shift, epsilon: epsilon, cache: &cache, into: &y, updating: &running,
                momentum: momentum)
            BatchNormKernel.backward(dy, cache: cache, scale: scale, into: &dx, adding: &gradients)
        }

        func exact(_ column: Int, epsilon: Double = 1e-5) -> Exact {
            Exact(x.column(column).map { Double($0) }, epsilon: epsilon)
        }
    }

    /// Outputs use the biased variance with ε inside the root, running statistics the unbiased one; the gradient goes
    /// through mean and variance; without scale and shift likewise.
    @Test(arguments: shapes, [true, false])
    func followsItsFormulas(shape: Shape, affine: Bool) {
        check(shape, affine, Double.self, 1e-11)
        check(shape, affine, Float.self, 2e-5)
    }

    private func check<Scalar: BLASScalar>(_ shape: Shape, _ affine: Bool, _: Scalar.Type, _ tolerance: Double) {
        for epsilon in [1e-5, 0.1] {
            var pass = Pass<Scalar>(shape, affine: affine)
            pass.run(epsilon: epsilon)
            for j in 0..<shape.columns {
                let (exact, scale, shift) = (
                    pass.exact(j, epsilon: epsilon), Double(pass.scale[j]), Double(pass.shift[j])
                )
                // A column of two rows may lie so close together that rounding is magnified by 1/σ.
                let size = max(1, exact.inverse)
                func near(_ mine: Double, _ theirs: Double, _ magnitude: Double) -> Bool {
                    abs(mine - theirs) <= tolerance * size * max(1, magnitude)
                }
                let gradients = exact.gradients(pass.dy.column(j).map { Double($0) }, scale: scale)
                for i in 0..<shape.rows {
                    #expect(near(Double(pass.y[i, j]), scale * exact.normalized[i] + shift, scale))
                    #expect(near(Double(pass.dx[i, j]), gradients.input[i], scale * size))
                }
                #expect(near(Double(pass.gradients.scale[j]), gradients.scale, Double(shape.rows)))
                #expect(near(Double(pass.gradients.shift[j]), gradients.shift, Double(shape.rows)))
                #expect(near(pass.running.mean[j], 0.1 * exact.mean, 1))
                #expect(near(pass.running.variance[j], 0.9 + 0.1 * exact.unbiased, 1))
            }
        }
    }

    /// momentum nil: after t batches the mean of their statistics.
    @Test(arguments: shapes)
    func cumulativeAverage(shape: Shape) {
        var (means, variances) = (
            [Double](repeating: 0, count: shape.columns), [Double](repeating: 0, count: shape.columns)
        )
        var running = RunningStatistics(columns: shape.columns)
        for batch in 0..<3 {
            var pass = Pass<Double>(shape) { $2 * Double(batch + 1) + Double(batch) }
            pass.running = running
            pass.run(momentum: nil)
            running = pass.running
            for j in 0..<shape.columns {
                means[j] += pass.exact(j).mean / 3
                variances[j] += pass.exact(j).unbiased / 3
            }
        }
        #expect(running.batches == 3)
        #expect(relativeDifference(running.mean, means) <= 1e-13)
        #expect(relativeDifference(running.variance, variances) <= 1e-13)
    }

    /// Inference takes the running statistics, any number of rows, and leaves the statistics alone.
    @Test(arguments: shapes)
    func inference(shape: Shape) {
        var pass = Pass<Double>(shape)
        pass.run()
        let running = pass.running
        for rows in [1, shape.rows] {
            let x: Matrix<Double> = randomMatrix(rows, shape.columns, seed: 5)
            var y = Matrix<Double>(rows: rows, columns: shape.columns)
            BatchNormKernel.forwardInference(x, running: running, scale: pass.scale, shift: pass.shift, into: &y)
            for j in 0..<shape.columns {
                let inverse = 1 / (running.variance[j] + 1e-5).squareRoot()
                for i in 0..<rows {
                    let expected = (x[i, j] - running.mean[j]) * inverse * pass.scale[j] + pass.shift[j]
                    #expect(abs(y[i, j] - expected) <= 1e-13 * max(1, abs(expected)))
                }
            }
        }
        #expect(pass.running == running)
    }

    /// With given statistics no gradient goes through them: against the slopes of Σ dy·y, fused with every activation
    /// that can be, and added to what stood in the gradients.
    @Test(arguments: [1, 2, 7, 65], [Activation.identity, .relu, .leakyReLU(slope: 0.1), .tanh, .sigmoid])
    func inferenceBackward(rows: Int, activation: Activation) {
        let shape = Shape(rows: rows, columns: 3)
        let pass = Pass<Double>(shape)
        let running = RunningStatistics(mean: [0.3, -0.1, 0], variance: [0.5, 2, 0], batches: 4)
        func output(_ x: Matrix<Double>, _ scale: [Double], _ shift: [Double]) -> Matrix<Double> {
            var y = Matrix<Double>(rows: rows, columns: 3)
            BatchNormKernel.forwardInference(
                x, running: running, scale: scale, shift: shift, epsilon: 0.01, activation: activation, into: &y)
            return y
        }
        let y = output(pass.x, pass.scale, pass.shift)
        var (dx, gradients) = (pass.dx, BatchNormKernel.Gradients<Double>(columns: 3))
        gradients.scale[1] = 5
        BatchNormKernel.backwardInference(
            pass.dy, input: pass.x, output: y, running: running, scale: pass.scale, epsilon: 0.01,
            activation: activation, into: &dx, adding: &gradients)
        func slope(_ moved: (Double) -> Matrix<Double>) -> Double {
            func objective(_ y: Matrix<Double>) -> Double {
                zip(y.elements, pass.dy.elements).reduce(0) { $0 + $1.0 * $1.1 }
            }
            return (objective(moved(1e-6)) - objective(moved(-1e-6))) / 2e-6
        }
        for j in 0..<3 {
            func changed(_ values: [Double], by step: Double) -> [Double] {
                var copy = values
                copy[j] += step
                return copy
            }
            let byScale = slope { output(pass.x, changed(pass.scale, by: $0), pass.shift) }
            let byShift = slope { output(pass.x, pass.scale, changed(pass.shift, by: $0)) }
            #expect(abs(gradients.scale[j] - byScale - (j == 1 ? 5 : 0)) <= 1e-7 * Double(rows + 1))
            #expect(abs(gradients.shift[j] - byShift) <= 1e-7 * Double(rows + 1))
            for i in 0..<rows {
                let byInput = slope { step in
                    var x = pass.x
                    x[i, j] += step
                    return output(x, pass.scale, pass.shift)
                }
                #expect(abs(dx[i, j] - byInput) <= 1e-6)
            }
        }
    }

    /// A column of one number: its output is β, its gradient finite, and with ε = 0 too.
    @Test(arguments: shapes, [1e-5, 0])
    func constantColumns(shape: Shape, epsilon: Double) {
        for constant in [0, 1, -3.7, 1e8] {
            var pass = Pass<Float>(shape) { _, column, noise in column == 0 ? constant : noise }
            pass.run(epsilon: epsilon)
            #expect(pass.y.column(0).allSatisfy { $0 == pass.shift[0] })
            #expect(pass.dx.firstNonFinite == nil && pass.gradients.scale[0].isFinite)
            #expect(pass.gradients.scale[0] == 0)
        }
    }

    /// Far from zero the statistics of Float data keep the digits that the data have.
    @Test(arguments: shapes, [(1e4, 1e-2), (1e6, 1), (-1e6, 1)])
    func offsets(shape: Shape, data: (mean: Double, deviation: Double)) {
        var pass = Pass<Float>(shape) { data.mean + data.deviation * $2 }
        pass.run(epsilon: 1e-12)
        for j in 0..<shape.columns {
            let exact = pass.exact(j, epsilon: 1e-12)
            if exact.variance == 0 { continue }
            for i in 0..<shape.rows {
                let expected = Double(pass.scale[j]) * exact.normalized[i] + Double(pass.shift[j])
                #expect(abs(Double(pass.y[i, j]) - expected) <= 1e-5 * max(1, abs(expected)))
            }
        }
    }

    /// Statistics over shards, combined by Chan's formula, are those of the whole batch, and always the same bits.
    @Test(arguments: shapes)
    func shards(shape: Shape) {
        let pass = Pass<Float>(shape) { 1e6 + $2 }
        let one = running(pass.x, shards: 1)
        for count in [2, 3, 5] {
            let several = running(pass.x, shards: count)
            #expect(relativeDifference(several.mean, one.mean) <= 1e-15)
            // The squares are summed in Float.
            #expect(
                relativeDifference(several.variance, one.variance) <= Double(shape.rows + 4) * Double(Float.ulpOfOne))
            #expect(several == running(pass.x, shards: count))
        }
    }

    private func running(_ x: Matrix<Float>, shards count: Int) -> RunningStatistics {
        typealias Coefficients = BatchNormKernel.Coefficients<Float>
        let columns = x.columns
        var scalars = AlignedBuffer<Float>(count: Coefficients.scalarCount(columns: columns))
        let statistics = BatchNormKernel.Shards.doubleCount(columns: columns, count: count)
        var doubles = AlignedBuffer<Double>(count: Coefficients.doubleCount(columns: columns) + statistics)
        var running = RunningStatistics(columns: columns)
        scalars.withUnsafeMutablePointer { scalars in
            doubles.withUnsafeMutablePointer { doubles in
                let shards = BatchNormKernel.Shards(doubles, columns: columns, count: count)
                let coefficients = Coefficients(columns: columns, scalars: scalars, doubles: doubles + statistics)
                x.withView { x in
                    for index in 0..<count {
                        let rows = WorkerTeam.shard(of: x.rows, index: index, of: count)
                        BatchNormKernel.moments(
                            of: x.rows(rows), into: shards[index])
                    }
                }
                coefficients.mergeMoments(shards, epsilon: 1e-5, scale: nil, shift: nil)
                running.update(coefficients, rows: x.rows, momentum: nil)
            }
        }
        return running
    }

    /// What does not fit is a programming error that says so.
    @Test func refusesWhatDoesNotFit() async {
        await #expect(processExitsWith: .failure) { Pass<Float>.misfit(rows: 1) }
        await #expect(processExitsWith: .failure) { Pass<Float>.misfit(scale: 3) }
        await #expect(processExitsWith: .failure) { Pass<Float>.misfit(shift: 5) }
        await #expect(processExitsWith: .failure) { Pass<Float>.misfit(statistics: 3) }
        await #expect(processExitsWith: .success) { Pass<Float>.misfit() }
    }
}

extension BatchNormTests.Pass {
    /// A pass over 4 columns, parts of which may have other sizes.
    static func misfit(rows: Int = 3, scale: Int = 4, shift: Int = 4, statistics: Int = 4) {
        var y = Matrix<Float>(rows: rows, columns: 4)
        var cache = BatchNormKernel.Cache<Float>(rows: rows, columns: 4)
        var running = RunningStatistics(columns: statistics)
        BatchNormKernel.forwardTraining(
            randomMatrix(rows, 4, seed: 1), scale: Array(repeating: 1, count: scale),
            shift: Array(repeating: 0, count: shift), cache: &cache, into: &y, updating: &running, momentum: 0.1)
    }
}
