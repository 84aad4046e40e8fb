import LariatTestSupport
import LinearAlgebra
import Testing

@Suite("Products against plain loops")
struct ProductTests {
    static let sizes = [0, 1, 2, 3, 15, 16, 17, 63, 64, 65]

    @Test(arguments: sizes, sizes)
    func gemm(m: Int, n: Int) {
        for k in [0, 1, 7, 33, 64] {
            check(Float.self, m, n, k)
            check(Double.self, m, n, k)
        }
    }

    private func check<Scalar: BLASScalar>(_: Scalar.Type, _ m: Int, _ n: Int, _ k: Int) {
        for (transposingA, transposingB) in [(false, false), (true, false), (false, true), (true, true)] {
            let a: Matrix<Scalar> = transposingA ? randomMatrix(k, m, seed: 1) : randomMatrix(m, k, seed: 1)
            let b: Matrix<Scalar> = transposingB ? randomMatrix(n, k, seed: 2) : randomMatrix(k, n, seed: 2)
            var c = Matrix<Scalar>(rows: m, columns: n, repeating: .nan)
            multiply(a, transposingA: transposingA, b, transposingB: transposingB, into: &c)
            for i in 0..<m {
                for j in 0..<n {
                    var (sum, size) = (0.0, 0.0)
                    for l in 0..<k {
                        let product =
                            Double(transposingA ? a[l, i] : a[i, l]) * Double(transposingB ? b[j, l] : b[l, j])
                        sum += product
                        size += abs(product)
                    }
                    // |c − c*| ≤ k·ε·Σ|a||b|
                    #expect(abs(Double(c[i, j]) - sum) <= Double(k + 1) * Double(Scalar.ulpOfOne) * size)
                }
            }
        }
    }

    /// op(a)·x, replacing and adding, of plain and transposed matrices of every awkward shape.
    @Test(arguments: sizes, sizes)
    func gemv(m: Int, n: Int) {
        Vectors<Float>.gemv(m, n)
        Vectors<Double>.gemv(m, n)
    }

    @Test(arguments: sizes + [127, 1000, 4097])
    func vectors(count: Int) {
        Vectors<Float>.check(count)
        Vectors<Double>.check(count)
    }

    /// ‖x‖ where the squares leave the range, and where x is no number.
    @Test func normsAtTheEndsOfTheRange() {
        for size in [0x1p-1063, 1e-200, 1e-20, 1, 1e20, 1e200, 1e308] {
            let x = [3, -4, 0, 12].map { $0 / 13 * size }
            #expect(abs(norm(x) - size) <= 1e-3 * Double.leastNormalMagnitude + 4 * Double.ulpOfOne * size)
        }
        #expect(abs(norm([Float(3e38), 3e38]) / (3e38 * 2.0.squareRoot()) - 1) < 1e-6)
        #expect(norm([1, Double.nan]).isNaN && norm([1, -Double.infinity]) == .infinity && norm([Double]()) == 0)
    }

    @Test func accumulatesAndScales() {
        let a: Matrix<Double> = randomMatrix(5, 4, seed: 1), b: Matrix<Double> = randomMatrix(4, 3, seed: 2)
        var c = Matrix<Double>(rows: 5, columns: 3, repeating: 1)
        multiply(a, b, into: &c, .adding, scale: 2)
        let product = multiply(a, b)
        #expect(relativeDifference(c.elements, product.elements.map { 1 + 2 * $0 }) < 1e-14)
    }

    @Test func gramIsSymmetric() {
        let a: Matrix<Double> = randomMatrix(9, 5, seed: 3)
        #expect(relativeDifference(gram(a).elements, multiply(a, transposingA: true, a).elements) < 1e-14)
        #expect(relativeDifference(gram(a, ofRows: true).elements, multiply(a, a, transposingB: true).elements) < 1e-14)
    }

    @Test func scaleByZeroKeepsNaN() {
        var x: [Double] = [1, .nan, .infinity]
        scale(&x, by: 0)
        #expect(x[0] == 0 && x[1].isNaN && x[2].isNaN)
    }
}

/// Products with vectors against plain loops in Double: n·ε·Σ|aᵢxᵢ|.
private enum Vectors<Scalar: BLASScalar> {
    private static var epsilon: Double { Double(Scalar.ulpOfOne) }

    private static func vector(_ count: Int, seed: UInt64) -> [Scalar] {
        count == 0 ? [] : (randomMatrix(1, count, seed: seed) as Matrix<Scalar>).elements
    }

    static func gemv(_ m: Int, _ n: Int) {
        for transposing in [false, true] {
            let a: Matrix<Scalar> = transposing ? randomMatrix(n, m, seed: 1) : randomMatrix(m, n, seed: 1)
            let (x, start) = (vector(n, seed: 2), vector(m, seed: 3))
            var (replaced, added) = (Array(repeating: Scalar.nan, count: m), start)
            multiply(a, transposing: transposing, x, into: &replaced)
            multiply(a, transposing: transposing, x, into: &added, .adding, scale: -2)
            for i in 0..<m {
                let products = (0..<n).map { Double(transposing ? a[$0, i] : a[i, $0]) * Double(x[$0]) }
                let (sum, size) = (products.reduce(0, +), products.reduce(0) { $0 + abs($1) })
                let (bound, before) = (Double(n + 2) * epsilon, Double(start[i]))
                #expect(abs(Double(replaced[i]) - sum) <= bound * size)
                #expect(abs(Double(added[i]) - (before - 2 * sum)) <= bound * (2 * size + abs(before)))
            }
        }
    }

    static func check(_ n: Int) {
        let (x, y) = (vector(n, seed: UInt64(n)), vector(n, seed: UInt64(n + 1)))
        let products = zip(x, y).map { Double($0) * Double($1) }
        let bound = Double(n + 2) * epsilon
        #expect(abs(Double(dot(x, y)) - products.reduce(0, +)) <= bound * products.reduce(0) { $0 + abs($1) })
        let exact = x.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(abs(norm(x) - exact) <= Double(n + 2) * Double.ulpOfOne * exact)
        var sum = y
        add(x, scale: 0.75, to: &sum)
        #expect((0..<n).allSatisfy { abs(Double(sum[$0]) - (Double(y[$0]) + 0.75 * Double(x[$0]))) <= 2 * epsilon })
    }
}

@Suite("Cholesky")
struct CholeskyTests {
    @Test(arguments: [0, 1, 2, 3, 5, 10, 50])
    func factorsAndSolves(order: Int) throws {
        let a: Matrix<Double> = randomMatrix(order + 3, order, seed: 5)
        let spd = gram(a)
        let cholesky = try Cholesky(spd)
        let rebuilt = multiply(cholesky.factor, cholesky.factor, transposingB: true)
        #expect(relativeDifference(rebuilt.elements, spd.elements) < 30 * Double(max(order, 1)) * .ulpOfOne)
        let b: Matrix<Double> = randomMatrix(order, 2, seed: 6)
        let x = try cholesky.solve(b)
        #expect(relativeDifference(multiply(spd, x).elements, b.elements) < 1e-9)
    }

    @Test func namesTheMinor() {
        let matrix = Matrix<Double>([[4, 2, 0], [2, 1, 0], [0, 0, 1]])
        #expect(throws: FactorizationError.notPositiveDefinite(order: 2)) { try Cholesky(matrix) }
        let bad = Matrix<Double>([[1, 0], [.nan, 1]])
        #expect(throws: FactorizationError.notFinite(row: 1, column: 0)) { try Cholesky(bad) }
    }
}
