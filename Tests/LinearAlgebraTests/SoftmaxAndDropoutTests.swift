import LariatTestSupport
import LinearAlgebra
import Testing

@Suite("Softmax, backward")
struct SoftmaxBackwardTests {
    /// dx = p ⊙ (dp − Σ p·dp), in place and not, and the slope of Σ p·dp along every element.
    @Test(arguments: [1, 2, 3, 16, 17, 33], [1, 2, 5, 16, 17])
    func followsItsFormulaAndTheDifferences(rows: Int, columns: Int) {
        let x: Matrix<Double> = randomMatrix(rows, columns, seed: 1)
        let dp: Matrix<Double> = randomMatrix(rows, columns, seed: 2)
        let p = Self.softmax(x)
        let dx = Self.backward(dp, p)
        for i in 0..<rows {
            let inner = (0..<columns).reduce(0) { $0 + p[i, $1] * dp[i, $1] }
            for j in 0..<columns {
                #expect(abs(dx[i, j] - p[i, j] * (dp[i, j] - inner)) <= 1e-15)
                func objective(_ step: Double) -> Double {
                    var moved = x
                    moved[i, j] += step
                    let p = Self.softmax(moved)
                    return (0..<columns).reduce(0) { $0 + p[i, $1] * dp[i, $1] }
                }
                #expect(abs((objective(1e-6) - objective(-1e-6)) / 2e-6 - dx[i, j]) <= 1e-8)
            }
        }
        let inFloat = Self.backward(Matrix<Float>(dp), Self.softmax(Matrix<Float>(x)))
        #expect(zip(inFloat.elements, dx.elements).allSatisfy { abs(Double($0) - $1) <= 1e-6 })
        var inPlace = dp
        p.withView { p in inPlace.withMutableView { SoftmaxKernel.backward($0.readOnly, probabilities: p, into: $0) } }
        #expect(inPlace == dx)
    }

    private static func softmax<Scalar: BLASScalar>(_ x: Matrix<Scalar>) -> Matrix<Scalar> {
        var p = Matrix<Scalar>(rows: x.rows, columns: x.columns)
        x.withView { x in p.withMutableView { SoftmaxKernel.forward(x, into: $0) } }
        return p
    }

    private static func backward<Scalar: BLASScalar>(_ dp: Matrix<Scalar>, _ p: Matrix<Scalar>) -> Matrix<Scalar> {
        var dx = Matrix<Scalar>(rows: p.rows, columns: p.columns)
        dp.withView { dp in
            p.withView { p in dx.withMutableView { SoftmaxKernel.backward(dp, probabilities: p, into: $0) } }
        }
        return dx
    }
}

/// The dropout kernel of the active feature level.
@Suite("Dropout")
struct DropoutTests {
    private static func drop<Scalar: BLASScalar>(
        _ x: [Scalar], key: UInt64, first: UInt64 = 0, keep: Double
    ) -> [Scalar] {
        var y = [Scalar](repeating: .nan, count: x.count)
        Scalar.dropout(count: x.count, key: key, first: first, keepProbability: keep, x, &y)
        return y
    }

    @Test(arguments: [1, 0.9, 0.5, 0.25, 0.01])
    func keepsItsShareAndScales(keep: Double) {
        check(Float.self, keep)
        check(Double.self, keep)
    }

    private func check<Scalar: BLASScalar>(_: Scalar.Type, _ keep: Double) {
        let count = 100_000
        let x = (0..<count).map { Scalar(1 + $0 % 7) }
        for key in UInt64(1)...3 {
            let y = Self.drop(x, key: key, keep: keep)
            #expect(zip(x, y).allSatisfy { $1 == 0 || $1 == $0 * Scalar(1 / keep) })
            let kept = Double(y.count { $0 != 0 })
            // Five standard deviations of a binomial count.
            #expect(abs(kept - keep * Double(count)) <= 5 * (Double(count) * keep * (1 - keep)).squareRoot())
            // Each lane and each place of a vector gets its share, too.
            for lane in 0..<16 {
                let share = stride(from: lane, to: count, by: 16).count { y[$0] != 0 }
                let expected = keep * Double(count / 16)
                #expect(abs(Double(share) - expected) <= 5.5 * (expected * (1 - keep)).squareRoot())
            }
        }
    }

    /// The mask is a function of key and index: whoever takes the elements in whatever pieces, in whatever precision,
    /// forward or backward, sees the same.
    @Test(arguments: [1, 3, 15, 16, 17, 64, 100, 1000])
    func theMaskIsAFunctionOfKeyAndIndex(piece: Int) {
        let ones = [Double](repeating: 1, count: 1000)
        let whole = Self.drop(ones, key: 99, keep: 0.5)
        var pieces: [Double] = []
        for start in stride(from: 0, to: 1000, by: piece) {
            let part = Array(ones[start..<min(start + piece, 1000)])
            pieces += Self.drop(part, key: 99, first: UInt64(start), keep: 0.5)
        }
        #expect(pieces == whole)
        #expect(Self.drop(whole, key: 99, keep: 0.5) == whole.map { $0 * 2 })
        #expect(Self.drop([Float](repeating: 1, count: 1000), key: 99, keep: 0.5).map { Double($0) } == whole)
        #expect(Self.drop(ones, key: 98, keep: 0.5) != whole)
    }
}
