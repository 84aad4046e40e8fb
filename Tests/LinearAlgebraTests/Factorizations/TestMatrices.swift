import LariatTestSupport
import LinearAlgebra

/// The kinds of matrices that LAPACK's own test programs draw from: structured, with chosen singular values between
/// random orthogonal factors, and near both ends of the range.
enum MatrixKind: String, CaseIterable, Sendable {
    case zero, identity, gradedDiagonal, upperTriangular, lowerTriangular
    case arithmetic, geometric, logUniform, oneLarge, oneSmall, illConditioned, rankDeficient
    case nearUnderflow, nearOverflow

    /// Singular values of the kinds that are made of them, descending, the largest 1.
    private func values(_ count: Int, epsilon: Double, _ generator: inout CounterGenerator) -> [Double]? {
        let moderate = 0.1 / epsilon.squareRoot()
        func step(_ i: Int) -> Double { count < 2 ? 0 : Double(i) / Double(count - 1) }
        func geometric(_ condition: Double) -> [Double] {
            (0..<count).map { i in 1 / (i == 0 ? 1 : Self.power(condition, step(i))) }
        }
        switch self {
        case .arithmetic: return (0..<count).map { 1 - step($0) * (1 - 1 / moderate) }
        case .geometric: return geometric(moderate)
        case .logUniform:
            let drawn = (0..<count).map { _ in 1 / Self.power(moderate, generator.nextUniform()) }
            return drawn.map { $0 / drawn.max()! }.sorted(by: >)
        case .oneLarge: return (0..<count).map { $0 == 0 ? 1 : 1 / moderate }
        case .oneSmall: return (0..<count).map { $0 < count - 1 || count == 1 ? 1 : 1 / moderate }
        case .illConditioned: return geometric(0.1 / epsilon)
        case .rankDeficient: return (0..<count).map { $0 < rank(count) ? 1 / Double($0 + 1) : 0 }
        case .nearUnderflow, .nearOverflow: return geometric(2)
        default: return nil
        }
    }

    /// The rank of the deficient kind.
    func rank(_ count: Int) -> Int { (count + 1) / 2 }

    /// Whether singular values below the tolerance of a rank occur, or next to it.
    var hasClearRank: Bool { self != .illConditioned && self != .gradedDiagonal }

    private func scale<Scalar: BLASScalar>(_: Scalar.Type) -> Double {
        let small = 0.25 * Double(Scalar.leastNormalMagnitude) / (0.5 * Double(Scalar.ulpOfOne))
        return self == .nearUnderflow ? small : self == .nearOverflow ? 1 / small : 1
    }

    /// A matrix of this kind, and its singular values (before rounding to `Scalar`) where they were chosen.
    func matrix<Scalar: BLASScalar>(_ rows: Int, _ columns: Int) -> (matrix: Matrix<Scalar>, values: [Double]?) {
        var generator = CounterGenerator(seed: UInt64(rows * 1009 + columns), stream: UInt64(rawValue.count))
        let (epsilon, scale) = (Double(Scalar.ulpOfOne), scale(Scalar.self))
        let count = min(rows, columns)
        var a = Matrix<Double>(rows: rows, columns: columns)
        let values = values(count, epsilon: epsilon, &generator)
        if let values {
            for i in 0..<count { a[i, i] = values[i] * scale }
            for _ in 0..<2 { a = Self.reflected(Self.reflected(a, &generator).transposed, &generator).transposed }
        } else {
            switch self {
            case .identity: for i in 0..<count { a[i, i] = 1 }
            case .gradedDiagonal:
                for i in 0..<count { a[i, i] = Self.power(0.1 / epsilon, -Double(i) / Double(max(count, 2) - 1)) }
            case .upperTriangular, .lowerTriangular:
                for i in 0..<rows {
                    for j in 0..<columns where self == .upperTriangular ? j >= i : j <= i {
                        a[i, j] = 2 * generator.nextUniform() - 1
                    }
                }
            default: break
            }
        }
        return (Matrix<Scalar>(a), values.map { $0.map { $0 * scale } })
    }

    /// A symmetric matrix of this kind: eigenvalues of both signs between a random orthogonal matrix and its transpose.
    func symmetric<Scalar: BLASScalar>(_ order: Int) -> Matrix<Scalar> {
        var generator = CounterGenerator(seed: UInt64(order), stream: UInt64(rawValue.count))
        let scale = scale(Scalar.self)
        guard let values = values(order, epsilon: Double(Scalar.ulpOfOne), &generator) else {
            let a: Matrix<Scalar> = matrix(order, order).matrix
            return Matrix(rows: order, columns: order) { i, j in (a[i, j] + a[j, i]) / 2 }
        }
        var a = Matrix<Double>(rows: order, columns: order)
        for i in 0..<order { a[i, i] = (generator.nextUniform() < 0.5 ? -1 : 1) * values[i] * scale }
        for _ in 0..<max(2, order / 4) {
            let v = Self.direction(order, &generator)
            a = Self.reflected(Self.reflected(a, by: v).transposed, by: v).transposed
        }
        return Matrix(rows: order, columns: order) { i, j in Scalar(0.5 * (a[i, j] + a[j, i])) }
    }

    private static func direction(_ count: Int, _ generator: inout CounterGenerator) -> [Double] {
        (0..<count).map { _ in generator.nextUniform() + generator.nextUniform() - 1 }
    }

    /// A product of random reflections times a.
    private static func reflected(_ a: Matrix<Double>, _ generator: inout CounterGenerator) -> Matrix<Double> {
        (0..<3).reduce(a) { a, _ in reflected(a, by: direction(a.rows, &generator)) }
    }

    /// (1 − 2vvᵀ/vᵀv)·a
    private static func reflected(_ a: Matrix<Double>, by v: [Double]) -> Matrix<Double> {
        let square = v.reduce(0) { $0 + $1 * $1 }
        if square == 0 || a.columns == 0 { return a }
        var products = [Double](repeating: 0, count: a.columns)
        multiply(a, transposing: true, v, into: &products)
        return a.withView { a in
            Matrix(rows: a.rows, columns: a.columns) { a[$0, $1] - 2 / square * v[$0] * products[$1] }
        }
    }

    private static func power(_ base: Double, _ exponent: Double) -> Double {
        // b^x by halving, so that the tests need no libm.
        var (result, root, rest) = (1.0, base, abs(exponent))
        while rest >= 1 { (result, rest) = (result * base, rest - 1) }
        for _ in 0..<40 {
            (root, rest) = (root.squareRoot(), rest * 2)
            if rest >= 1 { (result, rest) = (result * root, rest - 1) }
        }
        return exponent < 0 ? 1 / result : result
    }
}

/// The residuals of LAPACK's test programs, in Double: each is below 30 when all is well.
struct Residual<Scalar: BLASScalar> {
    /// The relative rounding error of one operation, LAPACK's `dlamch('E')`.
    static var epsilon: Double { Double(Scalar.ulpOfOne) / 2 }

    /// max_j Σ_i |a_ij|; infinity when an element is no number.
    static func norm(_ a: Matrix<Double>) -> Double {
        (0..<a.columns).reduce(0) { largest, j in
            let sum = a.column(j).reduce(0) { $0 + abs($1) }
            return sum.isNaN ? .infinity : max(largest, sum)
        }
    }

    /// ‖a − b‖₁ / (count · ‖a‖₁ · ε)
    static func difference(_ a: Matrix<Double>, _ b: Matrix<Double>, count: Int) -> Double {
        let distance = norm(subtract(a, b))
        return distance == 0 ? 0 : distance / (Double(max(count, 1)) * norm(a) * epsilon)
    }

    /// ‖1 − qᵀq‖₁ / (count · ε)
    static func orthonormality(_ q: Matrix<Scalar>, count: Int) -> Double {
        let q = Matrix<Double>(q)
        let product = LinearAlgebra.multiply(q, transposingA: true, q)
        let identity = Matrix<Double>(rows: q.columns, columns: q.columns) { $0 == $1 ? 1 : 0 }
        return norm(subtract(identity, product)) / (Double(max(count, 1)) * epsilon)
    }

    static func subtract(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Matrix<Double> {
        Matrix(rows: a.rows, columns: a.columns, zip(a.elements, b.elements).map { $0 - $1 })
    }

    /// a·diag(d)·b
    static func product(_ a: Matrix<Scalar>, _ d: [Scalar], _ b: Matrix<Scalar>) -> Matrix<Double> {
        let scaled = Matrix<Double>(rows: a.rows, columns: a.columns) { Double(a[$0, $1]) * Double(d[$1]) }
        return LinearAlgebra.multiply(scaled, Matrix<Double>(b))
    }
}
