import CKernels
import Foundation
import LariatTestSupport
import LinearAlgebra
import Testing

/// The element-wise kernels of the active feature level against naive loops in Double, over awkward sizes. `make test`
/// runs these once more at every lower level.
///
/// Tolerances: an element that is computed with k roundings errs by at most k·ε of the magnitudes that went in;
/// a sum over n elements by n·ε·Σ|x| in the precision in which it is taken.
@Suite("Kernels")
struct KernelTests {
    static let sizes = [0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 1000]
    static let activations: [Activation] = [
        .identity, .relu, .leakyReLU(slope: 0.125), .tanh, .sigmoid, .gelu, .silu,
    ]

    @Test func theForcedLevelRuns() {
        let forced = ProcessInfo.processInfo.environment["LARIAT_KERNELS"]
        let (active, supported) = (ck_level_active(), ck_level_supported())
        if let forced { #expect(String(cString: ck_level_name(active)) == forced || active == supported) }
        if forced == nil { #expect(active == supported) }
    }

    @Test(arguments: sizes)
    func vectors(size: Int) {
        Vectors<Float>.check(size)
        Vectors<Double>.check(size)
    }

    @Test(arguments: sizes)
    func rowsAndColumns(size: Int) {
        for rows in [0, 1, 2, 3, 63, 64, 65, 130] {
            Rows<Float>.check(rows, size)
            Rows<Double>.check(rows, size)
        }
    }

    @Test(arguments: activations)
    func activationsOverTheirWholeRange(activation: Activation) {
        Functions<Float>.check(activation)
        Functions<Double>.check(activation)
    }

    /// The logistic loss by the C library's functions in double, at both ends of its range and with rows of no weight.
    @Test func logisticLossIsExact() {
        let edges = [0, -0.0, 1e-300, 1e-20, -1e-9, 0.3, -0.7, 5, -12, 36, -38, 700, -700, 1e4, -1e4]
        let eta = (0..<5).flatMap { k in edges.map { $0 * (1 + 0.1 * Double(k)) } }
        let targets = eta.indices.map { [0, 1, 0.25][$0 % 3] }
        let weights = eta.indices.map { $0 % 7 == 3 ? 0 : 0.01 * Double($0 + 1) }
        var (u, h) = (Array(repeating: Double.nan, count: eta.count), Array(repeating: Double.nan, count: eta.count))
        let loss = Double.logistic(
            eta.count, eta: eta, targets: targets, weights: weights, residuals: &u, curvatures: &h)
        var sum = 0.0
        for i in eta.indices {
            let (e, w, y) = (exp(-abs(eta[i])), weights[i], targets[i])
            let (p, q) = eta[i] < 0 ? (e / (1 + e), 1 / (1 + e)) : (1 / (1 + e), e / (1 + e))
            sum += w * (log1p(e) + (eta[i] < 0 ? -y * eta[i] : (1 - y) * eta[i]))
            let bound = 8 * Double.ulpOfOne
            #expect(abs(u[i] - w * (y * q - (1 - y) * p)) <= bound * w * (y * q + (1 - y) * p))
            #expect(abs(h[i] - (w == 0 ? 0 : p * q)) <= bound * p * q)
        }
        #expect(abs(loss - sum) <= 16 * Double.ulpOfOne * sum)
    }
}

/// Records an issue where a number is not within its bound; an expectation for each would take most of the time.
private func near<Scalar: BLASScalar>(_ mine: Scalar, _ exact: Double, _ bound: Double) {
    if !(abs(Double(mine) - exact) <= bound) { Issue.record("\(mine) is not within \(bound) of \(exact)") }
}

extension Activation {
    /// f(z) and f′(z) in Double.
    func exact(_ z: Double) -> (value: Double, slope: Double) {
        let logistic = z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z))
        switch self {
        case .identity: return (z, 1)
        case .relu: return (max(z, 0), z > 0 ? 1 : 0)
        case .leakyReLU(let slope): return (z > 0 ? z : slope * z, z > 0 ? 1 : slope)
        case .tanh: return (Foundation.tanh(z), 1 - Foundation.tanh(z) * Foundation.tanh(z))
        case .sigmoid: return (logistic, logistic * (1 - logistic))
        case .gelu:
            let share = 0.5 * erfc(-z / 2.0.squareRoot())
            return (z * share, share + z * exp(-z * z / 2) / (2 * Double.pi).squareRoot())
        case .silu: return (z * logistic, logistic + z * logistic * (1 - logistic))
        }
    }
}

private enum Functions<Scalar: BLASScalar> {
    static var epsilon: Double { Double(Scalar.ulpOfOne) }

    /// Dense near zero, and out to both ends of the range.
    static var points: [Scalar] {
        let magnitudes =
            (-40...40).map { Scalar(Foundation.pow(2, Double($0) / 4)) } + [88, 89, 104, 709, 710, 746, 1e30]
        let dense = (0...4000).map { Scalar(Double($0) / 200) }
        return (magnitudes + dense).flatMap { [$0, -$0] }
    }

    static func check(_ activation: Activation) {
        let x = GuardedBuffer<Scalar>(1, points.count, gap: 0) { points[$1] }
        let y = GuardedBuffer<Scalar>(1, points.count, gap: 0)
        let slope: Scalar = if case .leakyReLU(let slope) = activation { Scalar(slope) } else { 0 }
        Scalar.biasActivate(
            activation, slope: slope, rows: 1, columns: points.count, x.readOnly, ldx: x.stride, bias: nil, y.base,
            ldy: y.stride)
        for (k, z) in points.enumerated() {
            let exact = activation.exact(Double(z)).value
            // Six roundings; in the tail of Φ, e^(−z²/2) makes ε of its argument z²/2 times as large, in
            // the kernel, and in erfc here. Below the normal
            // numbers ε is lost, and z times that in silu.
            let tail = activation == .gelu && z < 0 ? 2 * Double(z) * Double(z) : 0
            let floor = Double(Scalar.leastNormalMagnitude) * max(abs(Double(z)), 1)
            near(y[0, k], exact, (6 + tail) * epsilon * abs(exact) + floor)
        }
        let ends: [Scalar] = [.nan, .infinity, -.infinity]
        let end = GuardedBuffer<Scalar>(1, 3, gap: 0) { ends[$1] }
        Scalar.biasActivate(
            activation, slope: slope, rows: 1, columns: 3, end.readOnly, ldx: 3, bias: nil, end.base, ldy: 3)
        #expect(end[0, 0].isNaN && end[0, 1] == Scalar(activation.exact(.infinity).value == 1 ? 1 : Double.infinity))
        #expect(y.isIntact && end.isIntact)
    }
}

private enum Vectors<Scalar: BLASScalar> {
    static func check(_ n: Int) {
        var generator = CounterGenerator(seed: UInt64(n))
        let values = (0..<n).map { _ in Scalar(2 * generator.nextUniform() - 1) }
        func buffer(_ value: (Int) -> Scalar) -> GuardedBuffer<Scalar> { GuardedBuffer(1, n, gap: 0) { value($1) } }
        let x = buffer { $0 % 5 == 4 ? 0 : values[$0] }
        let exact = (0..<n).map { Double(x[0, $0]) }
        let bound = Double(n) * Double.ulpOfOne
        let (squares, sum) = (exact.reduce(0) { $0 + $1 * $1 }, exact.reduce(0) { $0 + abs($1) })
        #expect(abs(Scalar.sumOfSquares(n, x.readOnly) - squares) <= bound * squares)
        #expect(abs(Scalar.sumOfMagnitudes(n, x.readOnly) - sum) <= bound * sum)
        #expect(Double(Scalar.largestMagnitude(n, x.readOnly)) == exact.map(abs).max() ?? 0)
        #expect(Scalar.countZeros(n, x.readOnly) == exact.filter { $0 == 0 }.count)
        #expect(Scalar.firstNonFinite(n, x.readOnly) == -1)

        let w = buffer { values[$0] }
        let d = buffer { 0.5 + Scalar($0 % 3) }
        Scalar.softThreshold(n, l1: 0.25, ridge: 0.5, metric: d.readOnly, w.base)
        for k in 0..<n {
            let (v, metric) = (Double(values[k]), Double(d[0, k]))
            let shrunk = max(abs(v) - 0.25 / metric, 0) / (1 + 0.5 / metric)
            #expect(abs(abs(Double(w[0, k])) - shrunk) <= 6 * Double(Scalar.ulpOfOne))
            #expect(w[0, k] == 0 || (w[0, k] > 0) == (v > 0))
        }
        Scalar.scale(n, 3, x.base)
        for k in 0..<n { #expect(x[0, k] == Scalar(exact[k]) * 3) }

        for place in Set([0, n / 2, n - 1]) where place >= 0 && place < n {
            for bad in [Scalar.nan, .infinity, -.infinity] {
                let y = buffer { $0 == place ? bad : values[$0] }
                #expect(Scalar.firstNonFinite(n, y.readOnly) == place)
                #expect(bad.isNaN == Scalar.largestMagnitude(n, y.readOnly).isNaN)
                Scalar.scale(n, 0, y.base)
                #expect(y[0, place].isNaN)
                #expect(y.isIntact)
            }
            let y = buffer { $0 == place ? Scalar.leastNonzeroMagnitude : 1 }
            #expect(Scalar.flushSubnormals(n, y.base) == 1 && y[0, place] == 0)
        }
        #expect(x.isIntact && w.isIntact && d.isIntact)
    }
}

private enum Rows<Scalar: BLASScalar> {
    static var epsilon: Double { Double(Scalar.ulpOfOne) }

    static func check(_ n: Int, _ m: Int) {
        let random: Matrix<Scalar> = randomMatrix(max(n, 1), max(m, 1), seed: UInt64(n * 2000 + m))
        let x = GuardedBuffer<Scalar>(n, m) { random[$0, $1] * 4 }
        let bias = GuardedBuffer<Scalar>(1, m) { random[0, $1] }
        activate(x, bias)
        sums(x)
        softmax(x)
        normalize(x, bias)
        #expect(x.isIntact && bias.isIntact)
    }

    private static func activate(_ x: GuardedBuffer<Scalar>, _ bias: GuardedBuffer<Scalar>) {
        let (n, m) = (x.rows, x.columns)
        for activation in KernelTests.activations {
            let slope: Scalar = if case .leakyReLU(let slope) = activation { Scalar(slope) } else { 0 }
            let (y, dz) = (GuardedBuffer<Scalar>(n, m), GuardedBuffer<Scalar>(n, m))
            Scalar.biasActivate(
                activation, slope: slope, rows: n, columns: m, x.readOnly, ldx: x.stride, bias: bias.readOnly, y.base,
                ldy: y.stride)
            let saved = activation.gradientNeedsInput ? x : y
            Scalar.activationGradient(
                activation, slope: slope, rows: n, columns: m, saved: saved.readOnly, lds: saved.stride, x.readOnly,
                lddy: x.stride, dz.base, lddz: dz.stride)
            for i in 0..<n {
                for j in 0..<m {
                    let z = Double(x[i, j] + bias[0, j])
                    near(y[i, j], activation.exact(z).value, 8 * epsilon * max(abs(z), 1))
                    let slope = activation.exact(activation.gradientNeedsInput ? Double(x[i, j]) : z).slope
                    near(dz[i, j], slope * Double(x[i, j]), 64 * epsilon)
                }
            }
            #expect(y.isIntact && dz.isIntact)
        }
    }

    private static func sums(_ x: GuardedBuffer<Scalar>) {
        let (n, m) = (x.rows, x.columns)
        let sums = GuardedBuffer<Scalar>(1, m)
        Scalar.columnSums(rows: n, columns: m, x.readOnly, ldx: x.stride, sums.base)
        for j in 0..<m {
            let column = (0..<n).map { Double(x[$0, j]) }
            let bound = Double(n) * epsilon * column.reduce(0) { $0 + abs($1) }
            near(sums[0, j], column.reduce(0, +), bound)
        }
        guard n > 0 else { return }
        let (mean, rest, m2) = (GuardedBuffer<Double>(1, m), GuardedBuffer<Double>(1, m), GuardedBuffer<Double>(1, m))
        Scalar.moments(
            rows: n, columns: m, x.readOnly, ldx: x.stride, mean: mean.base, rest: rest.base, m2: m2.base)
        for j in 0..<m {
            let column = (0..<n).map { Double(x[$0, j]) }
            let exact = column.reduce(0, +) / Double(n)
            let squares = column.reduce(0) { $0 + ($1 - exact) * ($1 - exact) }
            // Partial sums of 64 rows in the scalar's precision, around the first row.
            #expect(abs(mean[0, j] - exact) <= 66 * epsilon * 8)
            #expect(abs(rest[0, j]) <= mean[0, j].ulp)
            #expect(abs(m2[0, j] - squares) <= 200 * epsilon * max(squares, 64))
        }
        #expect(sums.isIntact && mean.isIntact && rest.isIntact && m2.isIntact)
    }

    private static func softmax(_ x: GuardedBuffer<Scalar>) {
        let (n, m) = (x.rows, x.columns)
        guard m > 0 else { return }
        let (p, logSum) = (GuardedBuffer<Scalar>(n, m), GuardedBuffer<Scalar>(1, n))
        Scalar.softmax(
            rows: n, columns: m, x.readOnly, ldx: x.stride, p.base, ldp: p.stride, logSumExp: logSum.base)
        for i in 0..<n {
            let largest = (0..<m).map { Double(x[i, $0]) }.max()!
            let total = (0..<m).reduce(0) { $0 + exp(Double(x[i, $1]) - largest) }
            let bound = Double(m + 16) * epsilon
            near(logSum[0, i], largest + log(total), bound * max(1, abs(largest) + log(total)))
            for j in 0..<m {
                let exact = exp(Double(x[i, j]) - largest) / total
                near(p[i, j], exact, bound * exact)
            }
        }
        #expect(p.isIntact && logSum.isIntact)
    }

    private static func normalize(_ x: GuardedBuffer<Scalar>, _ c: GuardedBuffer<Scalar>) {
        let (n, m) = (x.rows, x.columns)
        let (y, dx) = (GuardedBuffer<Scalar>(n, m), GuardedBuffer<Scalar>(n, m))
        Scalar.normalize(
            .relu, slope: 0, rows: n, columns: m, x.readOnly, ldx: x.stride, shift: c.readOnly, delta: c.readOnly,
            scale: c.readOnly, offset: c.readOnly, y.base, ldy: y.stride)
        Scalar.normalizeGradient(
            rows: n, columns: m, x.readOnly, ldx: x.stride, shift: c.readOnly, delta: c.readOnly, x.readOnly,
            lddz: x.stride, a: c.readOnly, b: c.readOnly, c: c.readOnly, dx.base, lddx: dx.stride)
        for i in 0..<n {
            for j in 0..<m {
                let (v, k) = (Double(x[i, j]), Double(c[0, j]))
                let centred = v - 2 * k
                // Four roundings of numbers below 16.
                near(y[i, j], max(centred * k + k, 0), 64 * epsilon)
                near(dx[i, j], k * (v - k - centred * k), 64 * epsilon)
            }
        }
        #expect(y.isIntact && dx.isIntact)
    }
}
