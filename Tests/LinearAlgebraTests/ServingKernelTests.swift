import LariatTestSupport
import LinearAlgebra
import Testing

/// The kernels of prediction against plain loops, at the awkward sizes of vectors and panels.
///
/// The dense kernels get small integers over 16, so that every sum is exact, in any order, and equality is what is asked.
@Suite("Serving kernels")
struct ServingKernelTests {
    static let depths = [1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 30, 64, 65, 300]

    @Test(arguments: depths)
    func oneRowIsExact(depth: Int) {
        for columns in [1, 3, 4, 5, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 64, 70, 150, 200] {
            Dense<Float>.checkRow(columns: columns, depth: depth)
            Dense<Double>.checkRow(columns: columns, depth: depth)
        }
    }

    @Test(arguments: depths)
    func narrowLayersAreExact(depth: Int) {
        for (rows, columns) in [(1, 1), (1, 4), (3, 2), (10, 3)] {
            Dense<Float>.checkNarrow(rows: rows, columns: columns, depth: depth)
            Dense<Double>.checkNarrow(rows: rows, columns: columns, depth: depth)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 7, 15, 16, 17, 30, 64, 100])
    func standardizationIsTakenInDouble(columns: Int) {
        Standardized<Float>.check(columns)
        Standardized<Double>.check(columns)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 8, 9, 10, 16, 17, 40])
    func softmaxOfPaddedRows(columns: Int) {
        Softmax<Float>.check(columns, tolerance: 1e-6)
        Softmax<Double>.check(columns, tolerance: 1e-14)
    }
}

/// k/16 with k in −11 ... 11, different for each place and salt.
private func exact<Scalar: BLASScalar>(_ count: Int, _ salt: Int) -> [Scalar] {
    (0..<count).map { Scalar(($0 * 7 + salt * 13 + $0 / 23) % 23 - 11) / 16 }
}

private func padded<Scalar: BLASScalar>(_ count: Int, _: Scalar.Type) -> Int {
    (count + Scalar.panelWidth - 1) / Scalar.panelWidth * Scalar.panelWidth
}

private enum Dense<Scalar: BLASScalar> {
    static func checkRow(columns: Int, depth: Int) {
        let w = Matrix<Scalar>(rows: depth, columns: columns, exact(depth * columns, 2))
        let (x, bias): ([Scalar], [Scalar]) = (exact(depth, 1), exact(columns, 3))
        let wide = padded(columns, Scalar.self)
        let plain = (0..<columns).map { j in (0..<depth).reduce(bias[j]) { $0 + x[$1] * w[$1, j] } }
        var memory = AlignedBuffer<Scalar>(count: Panels<Scalar>.scalarCount(rows: depth, columns: columns))
        for activation in [Activation.identity, .relu, .leakyReLU(slope: 0.5)] {
            var y = [Scalar](repeating: 77, count: wide + 1)
            memory.withUnsafeMutablePointer { base in
                let panels = Panels(rows: depth, columns: columns, base)
                w.withView { panels.pack($0) }
                Scalar.denseRow(
                    activation, slope: 0.5, columns: columns, depth: depth, x, panels: base,
                    panelStep: Panels<Scalar>.scalarCount(rows: depth, columns: columns) / panels.count,
                    bias: bias + [Scalar](repeating: 0, count: wide - columns), &y)
            }
            let expected = plain.map { z in
                activation == .identity ? z : activation == .relu ? max(z, 0) : max(z, 0.5 * z)
            }
            #expect(Array(y[..<columns]) == expected && y[wide] == 77, "[\(depth) × \(columns)], \(activation)")
        }
    }

    /// What lies behind the end of x's rows does not count, though it is read.
    static func checkNarrow(rows: Int, columns: Int, depth: Int) {
        let wide = padded(depth, Scalar.self)
        var x = [Scalar](repeating: .nan, count: rows * wide)
        var w = [Scalar](repeating: 0, count: columns * wide)
        let (bias, numbers): ([Scalar], [Scalar]) = (exact(columns, 3), exact((rows + columns) * depth, 1))
        for k in 0..<depth {
            for i in 0..<rows { x[i * wide + k] = numbers[i * depth + k] }
            for j in 0..<columns { w[j * wide + k] = numbers[(rows + j) * depth + k] }
        }
        var y = [Scalar](repeating: 77, count: rows * (columns + 1))
        Scalar.denseNarrow(
            .relu, slope: 0, rows: rows, columns: columns, depth: depth, x, ldx: wide, transposed: w, ldw: wide,
            bias: bias, &y, ldy: columns + 1)
        for i in 0..<rows {
            for j in 0..<columns {
                let sum = (0..<depth).reduce(bias[j]) { $0 + x[i * wide + $1] * w[j * wide + $1] }
                #expect(y[i * (columns + 1) + j] == max(sum, 0))
            }
            #expect(y[i * (columns + 1) + columns] == 77)
        }
    }
}

private enum Standardized<Scalar: BLASScalar> {
    static func check(_ columns: Int) {
        let rows = 5
        let noise: Matrix<Double> = randomMatrix(rows, columns, seed: 1)
        let means = (0..<columns).map { 1e6 * Double($0 + 1) }
        let inverses = (0..<columns).map { 1 / Double($0 + 2) }
        var floats = (0..<rows * (columns + 2)).map { Float(means[min($0 % (columns + 2), columns - 1)]) }
        for i in 0..<rows {
            for j in 0..<columns { floats[i * (columns + 2) + j] += Float(noise[i, j]) }
        }
        for place in [-1, 0, 2 * (columns + 2) + columns - 1, 4 * (columns + 2) + columns / 2] {
            for value in [Float.nan, .infinity] {
                for missing in [false, true] {
                    var x = floats
                    if place >= 0 { x[place] = value }
                    compare(x, means, inverses, rows, columns, missing)
                }
            }
        }
    }

    private static func compare(
        _ x: [Float], _ means: [Double], _ inverses: [Double], _ rows: Int, _ columns: Int, _ missing: Bool
    ) {
        var (z, wideZ) = ([Scalar](repeating: 77, count: rows * (columns + 1)), [Scalar]())
        wideZ = z
        let bad = Scalar.standardize(
            rows: rows, columns: columns, floats: x, ldx: columns + 2, means: means, inverses: inverses,
            missing: missing, &z, ldz: columns + 1)
        let badOfDoubles = Scalar.standardize(
            rows: rows, columns: columns, doubles: x.map { Double($0) }, ldx: columns + 2, means: means,
            inverses: inverses, missing: missing, &wideZ, ldz: columns + 1)
        func isBad(_ value: Float) -> Bool { !value.isFinite && !(missing && value.isNaN) }
        let expected = (0..<rows).count { i in (0..<columns).contains { isBad(x[i * (columns + 2) + $0]) } }
        #expect(bad == expected && badOfDoubles == expected)
        for i in 0..<rows {
            for j in 0..<columns {
                let value = Double(x[i * (columns + 2) + j])
                if isBad(Float(value)) || (value.isNaN && !missing) { continue }
                let exact = value.isNaN ? 0 : Scalar((value - means[j]) * inverses[j])
                #expect(z[i * (columns + 1) + j] == exact && wideZ[i * (columns + 1) + j] == exact)
            }
            #expect(z[i * (columns + 1) + columns] == 77 && wideZ[i * (columns + 1) + columns] == 77)
        }
    }
}

private enum Softmax<Scalar: BLASScalar> {
    static func check(_ columns: Int, tolerance: Double) {
        let (rows, wide) = (6, padded(columns, Scalar.self))
        let x: Matrix<Scalar> = randomMatrix(rows, columns, seed: 4)
        for size in [1.0, 50, 1000] {
            var z = [Scalar](repeating: .nan, count: rows * wide + 1)
            for i in 0..<rows {
                for j in 0..<columns { z[i * wide + j] = Scalar(size) * x[i, j] }
            }
            Scalar.softmaxPadded(rows: rows, columns: columns, &z, ldz: wide)
            let scaled = Matrix(rows: rows, columns: columns) { Scalar(size) * x[$0, $1] }
            var plain = scaled
            scaled.withView { from in plain.withMutableView { SoftmaxKernel.forward(from, into: $0) } }
            let found = (0..<rows).flatMap { Array(z[($0 * wide)..<($0 * wide + columns)]) }
            #expect(relativeDifference(found, plain.elements) < tolerance)
            #expect(z[rows * wide].isNaN)
        }
        var z = [Scalar](repeating: 0, count: wide)
        z[columns - 1] = .nan
        Scalar.softmaxPadded(rows: 1, columns: columns, &z, ldz: wide)
        #expect(z[..<columns].allSatisfy { $0.isNaN })
    }
}
