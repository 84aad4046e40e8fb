import LariatTestSupport
import LinearAlgebra
import Testing

/// Products on panels against plain loops, at the awkward sizes of tiles, vectors and depth blocks.
///
/// All numbers are small integers over 16, so that every sum is exact, in any order, and equality is what is asked.
@Suite("Panels")
struct PanelTests {
    static let rows = [0, 1, 2, 3, 5, 6, 7, 8, 9, 15, 16, 17, 40]
    static let depths = [0, 1, 2, 31, 255, 256, 257, 520]

    @Test(arguments: rows, depths)
    func productsAreExact(rows: Int, depth: Int) {
        Products<Float>.check(rows: rows, depth: depth)
        Products<Double>.check(rows: rows, depth: depth)
    }

    @Test func packingGivesBackWhatWasPacked() {
        for (rows, columns) in [(1, 1), (3, 40), (33, 32), (64, 65), (100, 7)] {
            Packing<Float>.check(rows, columns)
            Packing<Double>.check(rows, columns)
        }
    }

    @Test(arguments: [OptimizerRule.sgd, .momentum, .nesterov, .rmsprop, .adagrad, .adam])
    func anUpdateIsTheGradientAndTheRule(rule: OptimizerRule) {
        for (rows, columns, depth) in [(1, 1, 1), (5, 3, 9), (32, 32, 300), (16, 16, 64), (9, 16, 2), (16, 11, 0)] {
            for (height, width) in [(1, 1), (1, 2), (2, 1), (2, 2)] {
                Update<Float>.check(rule, rows, columns, depth: depth, height: height, width: width)
                Update<Double>.check(rule, rows, columns, depth: depth, height: height, width: width)
            }
        }
    }
}

/// k/16 with k in -11 ... 11, different for each place and salt.
private func exact<Scalar: BLASScalar>(_ count: Int, _ salt: Int) -> AlignedBuffer<Scalar> {
    AlignedBuffer((0..<count).map { Scalar(($0 * 7 + salt * 13 + $0 / 23) % 23 - 11) / 16 })
}

private enum Products<Scalar: BLASScalar> {
    static func check(rows: Int, depth: Int) {
        let width = Scalar.panelWidth
        let stride = depth + 3
        var c = AlignedBuffer<Scalar>(repeating: .nan, count: max(rows, 1) * (width + 5))
        let (b, bias): (AlignedBuffer<Scalar>, AlignedBuffer<Scalar>) = (exact(depth * width, 2), exact(width, 3))
        let (along, down): (AlignedBuffer<Scalar>, AlignedBuffer<Scalar>) = (
            exact(rows * stride, 1), exact(depth * (rows + 3), 1)
        )
        for columns in [1, 2, width / 2 - 1, width / 2, width / 2 + 1, width - 1, width] {
            for (a, aRow, aStep) in [(along, stride, 1), (down, 1, rows + 3)] {
                for start in [false, true] {
                    multiply(rows, columns, depth, a, aRow, aStep, b, start ? bias : nil, &c)
                    for i in 0..<rows {
                        for j in 0..<columns {
                            let sum = (0..<depth).reduce(start ? bias[j] : 0) {
                                $0 + a[i * aRow + $1 * aStep] * b[$1 * width + j]
                            }
                            if c[i * (width + 5) + j] != sum {
                                Issue.record("[\(rows) × \(depth) × \(columns)] differs in (\(i), \(j))")
                                return
                            }
                        }
                        // Behind the panel nothing is written.
                        if !c[i * (width + 5) + width].isNaN { Issue.record("a product wrote behind its panel") }
                    }
                }
            }
        }
    }

    private static func multiply(
        _ rows: Int, _ columns: Int, _ depth: Int, _ a: AlignedBuffer<Scalar>, _ aRow: Int, _ aStep: Int,
        _ b: AlignedBuffer<Scalar>, _ bias: AlignedBuffer<Scalar>?, _ c: inout AlignedBuffer<Scalar>
    ) {
        a.withUnsafePointer { a in
            b.withUnsafePointer { b in
                c.withUnsafeMutablePointer { c in
                    func run(_ start: UnsafePointer<Scalar>?) {
                        Scalar.panelProduct(
                            rows: rows, columns: columns, depth: depth, a: a, aRow: aRow, aStep: aStep, b: b,
                            bStep: Scalar.panelWidth, start: start, startRow: 0, c: c, ldc: Scalar.panelWidth + 5)
                    }
                    if let bias { bias.withUnsafePointer { run($0) } } else { run(nil) }
                }
            }
        }
    }
}

private enum Packing<Scalar: BLASScalar> {
    static func check(_ rows: Int, _ columns: Int) {
        let w: Matrix<Scalar> = randomMatrix(rows, columns, seed: 3)
        for transposing in [false, true] {
            let (height, width) = transposing ? (columns, rows) : (rows, columns)
            let count = Panels<Scalar>.scalarCount(rows: height, columns: width)
            var memory = AlignedBuffer<Scalar>(repeating: .nan, count: count)
            var back = Matrix<Scalar>(rows: height, columns: width)
            memory.withUnsafeMutablePointer { base in
                let panels = Panels(rows: height, columns: width, base)
                w.withView { panels.pack($0, transposing: transposing) }
                back.withMutableView { panels.unpack(into: $0) }
            }
            #expect(back == (transposing ? w.transposed : w))
            #expect(memory.elements.allSatisfy { !$0.isNaN })
            #expect(memory.elements.count { $0 != 0 } == w.elements.count { $0 != 0 })
        }
    }
}

private enum Update<Scalar: BLASScalar> {
    /// The block's update against a plain gradient and the same rule's kernel on it: equal bits, and wᵀ with them.
    /// Height and width in halves of the widest panel.
    static func check(_ rule: OptimizerRule, _ rows: Int, _ columns: Int, depth: Int, height: Int, width: Int) {
        let (height, width) = (height * Scalar.panelWidth / 2, width * Scalar.panelWidth / 2)
        let (rows, columns) = (min(rows, height), min(columns, width))
        var step = OptimizerStep<Scalar>(rate: 0.01)
        (step.momentum, step.smoothing, step.epsilon) = (0.9, 0.99, 1e-8)
        (step.l1, step.ridge, step.l2, step.decay, step.limit) = (0.01, 0.02, 0.03, 0.001, 4)
        if rule == .adam { (step.correction1, step.correction2) = (0.1, 0.01) }
        let x: AlignedBuffer<Scalar> = exact(depth * (rows + 2), 1)
        let dz: AlignedBuffer<Scalar> = exact(max(depth, 1) * (width + 1), 2)
        let sizes = Sizes(height: height, width: width, rows: rows, columns: columns, depth: depth)
        var block = (w: start(4, sizes), first: state(5, sizes), second: state(6, sizes))
        var plain = block
        var transposed = AlignedBuffer<Scalar>(repeating: .nan, count: width * height)
        run(rule, step, sizes, x, dz, &block, &transposed)
        var gradient = AlignedBuffer<Scalar>(count: height * width)
        for i in 0..<rows {
            for j in 0..<columns {
                gradient[i * width + j] = (0..<depth).reduce(0) {
                    $0 + x[$1 * (rows + 2) + i] * dz[$1 * (width + 1) + j]
                }
            }
        }
        apply(rule, step, rows * width, gradient, &plain)
        for i in 0..<rows {
            for j in 0..<columns {
                let place = i * width + j
                #expect(block.w[place] == plain.w[place] && transposed[j * height + i] == plain.w[place])
                #expect(block.first[place] == plain.first[place] && block.second[place] == plain.second[place])
            }
        }
    }

    private struct Sizes { let height, width, rows, columns, depth: Int }

    private static func start(_ salt: Int, _ sizes: Sizes) -> AlignedBuffer<Scalar> {
        let numbers: AlignedBuffer<Scalar> = exact(sizes.height * sizes.width, salt)
        var block = AlignedBuffer<Scalar>(count: numbers.count)
        for i in 0..<sizes.rows {
            for j in 0..<sizes.columns { block[i * sizes.width + j] = numbers[i * sizes.width + j] }
        }
        return block
    }

    /// State that may be a sum of squares.
    private static func state(_ salt: Int, _ sizes: Sizes) -> AlignedBuffer<Scalar> {
        AlignedBuffer(start(salt, sizes).elements.map { abs($0) })
    }

    private typealias Block = (w: AlignedBuffer<Scalar>, first: AlignedBuffer<Scalar>, second: AlignedBuffer<Scalar>)

    private static func run(
        _ rule: OptimizerRule, _ step: OptimizerStep<Scalar>, _ sizes: Sizes, _ x: AlignedBuffer<Scalar>,
        _ dz: AlignedBuffer<Scalar>, _ block: inout Block,
        _ transposed: inout AlignedBuffer<Scalar>
    ) {
        pointers(&block) { w, first, second in
            transposed.withUnsafeMutablePointer { transposed in
                x.withUnsafePointer { x in
                    dz.withUnsafePointer { dz in
                        Scalar.panelUpdate(
                            rule, step, width: sizes.width, height: sizes.height, rows: sizes.rows,
                            columns: sizes.columns, depth: sizes.depth, x: x, ldx: sizes.rows + 2, dz: dz,
                            lddz: sizes.width + 1, w: w, first: first, second: second, transposed: transposed)
                    }
                }
            }
        }
    }

    private static func apply(
        _ rule: OptimizerRule, _ step: OptimizerStep<Scalar>, _ count: Int, _ gradient: AlignedBuffer<Scalar>,
        _ block: inout Block
    ) {
        pointers(&block) { w, first, second in
            gradient.withUnsafePointer { g in
                switch rule {
                case .sgd: Scalar.sgd(count, step, w, g)
                case .momentum: Scalar.momentum(count, step, w, g, velocity: first)
                case .nesterov: Scalar.nesterov(count, step, w, g, velocity: first)
                case .rmsprop: Scalar.rmsprop(count, step, w, g, squares: first)
                case .adagrad: Scalar.adagrad(count, step, w, g, squares: first)
                case .adam: Scalar.adam(count, step, w, g, mean: first, squares: second)
                }
            }
        }
    }

    private static func pointers(
        _ block: inout Block,
        _ body: (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>) -> Void
    ) {
        block.w.withUnsafeMutablePointer { w in
            block.first.withUnsafeMutablePointer { first in
                block.second.withUnsafeMutablePointer { second in body(w, first, second) }
            }
        }
    }
}
