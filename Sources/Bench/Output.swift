internal import LinearAlgebra

/// How far two forms of a kernel may differ in one output, from the arithmetic of the kernel.
package enum Bound: Sendable {
    /// Not at all: the operands are such that every sum and product is exact, in whatever order.
    case exact
    /// |a − b| ≤ absolute + relative · max(|a|, |b|), element by element.
    case elementwise(absolute: Double = 0, relative: Double = 0)
    /// ‖a − b‖ ≤ relative · max(‖a‖, ‖b‖).
    case norm(relative: Double)
}

/// One output of a kernel, which each form has its own copy of.
package struct Output {
    package let name: String
    package let count: Int
    package let bound: Bound
    /// The element at an index in the copy of a form.
    package let value: (Form, Int) -> Double

    package init(_ name: String, count: Int, _ bound: Bound, value: @escaping (Form, Int) -> Double) {
        (self.name, self.count, self.bound, self.value) = (name, count, bound, value)
    }

    init<Scalar>(_ name: String, _ copies: Copies<Scalar>, _ bound: Bound) {
        self.init(name, count: copies.count, bound) { Double(copies[$0][$1]) }
    }

    /// The difference of two forms and what is allowed, where it is more; NaN anywhere is too much.
    func excess(_ a: Form, _ b: Form) -> (difference: Double, allowed: Double)? {
        var (squares, largest) = (0.0, (a: 0.0, b: 0.0))
        for index in 0..<count {
            let (x, y) = (value(a, index), value(b, index))
            let difference = abs(x - y)
            switch bound {
            case .exact:
                if !(difference == 0) { return (difference, 0) }
            case .elementwise(let absolute, let relative):
                let allowed = absolute + relative * max(abs(x), abs(y))
                if !(difference <= allowed) { return (difference, allowed) }
            case .norm:
                squares += difference * difference
                largest = (largest.a + x * x, largest.b + y * y)
            }
        }
        guard case .norm(let relative) = bound else { return nil }
        let allowed = relative * max(largest.a, largest.b).squareRoot()
        return squares.squareRoot() <= allowed ? nil : (squares.squareRoot(), allowed)
    }
}

/// A piece of memory for each form.
struct Copies<Scalar: BLASScalar> {
    let count: Int
    private let copies: [UnsafeMutablePointer<Scalar>]

    init(_ arena: Arena, count: Int) {
        self.count = count
        copies = Form.allCases.map { _ in arena.scalars(Scalar.self, count: count) }
    }

    /// Copies that all start as `values`.
    init(_ arena: Arena, _ values: UnsafeMutablePointer<Scalar>, count: Int) {
        self.init(arena, count: count)
        for copy in copies { copy.update(from: values, count: count) }
    }

    subscript(form: Form) -> UnsafeMutablePointer<Scalar> { copies[form.rawValue] }
}

/// Two forms of a kernel that do not compute the same.
package struct KernelDisagreement: Error, Equatable, CustomStringConvertible {
    /// The error in two lines: which kernel and forms, by how much, what to do.
    package let description: String

    /// Compares every pair of the given forms on every output.
    package static func check(_ contest: any Contest, _ forms: [Form]) throws(KernelDisagreement) {
        for output in contest.outputs {
            for (index, a) in forms.enumerated() {
                for b in forms[(index + 1)...] {
                    guard let (difference, allowed) = output.excess(a, b) else { continue }
                    throw KernelDisagreement(
                        description:
                            "\(contest.title): the \(output.name) of \(a.name) and \(b.name) differ by \(Float(difference)), and rounding explains at most \(Float(allowed))\n"
                            + "See `lariat doctor`; another OpenBLAS, or OPENBLAS_CORETYPE, may help.")
                }
            }
        }
    }
}
