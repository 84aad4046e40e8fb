internal import LinearAlgebra

/// c [m × n] ← a [m × k] · b [k × n].
final class GemmContest<Scalar: BLASScalar>: Contest {
    let kernel = "gemm"
    let shape: String
    let precision = Precision(Scalar.self)
    let cost: Cost
    let outputs: [Output]
    private let operands = Operands<Scalar>()
    private let m, n, k: Int
    private let a, b: UnsafeMutablePointer<Scalar>
    private let c: Copies<Scalar>

    init(_ m: Int, _ n: Int, _ k: Int) {
        shape = "\(m)×\(n)×\(k)"
        cost = Cost(Scalar.self, flops: 2 * m * n * k, reads: m * k + k * n, writes: m * n)
        (self.m, self.n, self.k) = (m, n, k)
        (a, b, c) = (operands.exact(m * k, salt: 1), operands.exact(k * n, salt: 2), operands.copies(m * n))
        outputs = [Output("product", c, .exact)]
    }

    func run(_ form: Form, on team: WorkerTeam) {
        guard form == .ours else { return PlainProducts(form: form).multiply(a, b, into: c[form], m: m, n: n, k: k) }
        team.share { worker in
            let rows = worker.shard(of: m)
            multiply(
                MatrixView(a, rows: m, columns: k).rows(rows), MatrixView(b, rows: k, columns: n),
                into: MutableMatrixView(c[form], rows: m, columns: n).rows(rows))
        }
    }
}

/// y [m] ← a [m × n] · x [n]. The library's function works on the caller's thread.
final class GemvContest<Scalar: BLASScalar>: Contest {
    let kernel = "gemv"
    let shape: String
    let precision = Precision(Scalar.self)
    let cost: Cost
    private let operands = Operands<Scalar>()
    private let m, n: Int
    private let a: Matrix<Scalar>
    private let x: [Scalar]
    private let copies: Copies<Scalar>
    /// The library's result.
    private var y: [Scalar]

    init(_ m: Int, _ n: Int) {
        shape = "\(m)×\(n)"
        cost = Cost(Scalar.self, flops: 2 * m * n, reads: m * n + n, writes: m)
        (self.m, self.n) = (m, n)
        a = Matrix(rows: m, columns: n, Array(UnsafeBufferPointer(start: operands.exact(m * n, salt: 1), count: m * n)))
        x = Array(UnsafeBufferPointer(start: operands.exact(n, salt: 2), count: n))
        y = Array(repeating: 0, count: m)
        copies = operands.copies(m)
    }

    func workers(of available: Int) -> Int { 1 }

    var outputs: [Output] {
        let (y, copies) = (y, copies)
        return [
            Output("product", count: m, .exact) { form, index in Double(form == .ours ? y[index] : copies[form][index])
            }
        ]
    }

    func run(_ form: Form, on team: WorkerTeam) {
        if form == .ours { return multiply(a, x, into: &y) }
        a.withView { a in
            x.withUnsafeBufferPointer { x in
                PlainProducts(form: form).multiply(a.base, vector: x.baseAddress!, into: copies[form], m: m, n: n)
            }
        }
    }
}
