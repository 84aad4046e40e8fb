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
