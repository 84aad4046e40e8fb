internal import LariatModels
package import LinearAlgebra

/// One layer of a plan: what to compute, and the addresses of its numbers. It owns none of them.
package struct ServingLayer<Scalar: BLASScalar> {
    enum Form {
        /// f(x·w + b), w in panels
        case panels
        /// f(x·w + b) for a few columns, w transposed, so that nothing is padded to a panel
        case narrow
        /// f(s·x + t)
        case map
    }

    let form: Form
    let inputs, outputs: Int
    /// w in panels or transposed, or s.
    package let weights: UnsafeMutablePointer<Scalar>
    /// b or t, in whole panels.
    let bias: UnsafeMutablePointer<Scalar>
    /// As many zeros as there are inputs: only a map has them.
    let zeros: UnsafeMutablePointer<Scalar>?
    let activation: Activation
    let slope: Scalar
    /// From one panel, or row of transposed weights, to the next.
    let step: Int
    /// Whether two or three rows are better taken one by one: w stays in the nearest caches.
    let isNear: Bool

    /// The most columns of a narrow layer: a panel would compute with 64 bytes of columns at least.
    static var narrowColumns: Int { 4 }
    private static var nearBytes: Int { 128 << 10 }

    /// - Throws: ``PredictorError`` when a number is not finite in `Scalar`.
    package init(_ layer: FoldedLayer, _ arena: Arena) throws(PredictorError) {
        activation = layer.activation
        slope = Scalar(layer.activation.slope)
        switch layer.operation {
        case .dense(let dense):
            (inputs, outputs) = (dense.rows, dense.columns)
            let isNarrow = dense.columns <= Self.narrowColumns
            form = isNarrow ? .narrow : .panels
            (weights, step) = isNarrow ? Self.transposed(dense, arena) : Self.panels(dense, arena)
            bias = Self.padded(dense.bias, arena)
            zeros = nil
        case .map(let map):
            (inputs, outputs, form, step) = (map.scale.count, map.scale.count, .map, 0)
            weights = Self.padded(map.scale, arena)
            bias = Self.padded(map.shift, arena)
            zeros = arena.scalars(Scalar.self, count: map.scale.count)
        }
        isNear = inputs * outputs * MemoryLayout<Scalar>.stride <= Self.nearBytes
        let count = Self.scalarCount(form, inputs, outputs)
        guard Scalar.firstNonFinite(count, weights) < 0, Scalar.firstNonFinite(outputs, bias) < 0 else {
            throw PredictorError(notFinite: layer.name)
        }
        // Folding makes subnormals of its own, where a small γ meets a small weight.
        _ = Scalar.flushSubnormals(count, weights)
        _ = Scalar.flushSubnormals(outputs, bias)
    }

    private static func scalarCount(_ form: Form, _ inputs: Int, _ outputs: Int) -> Int {
        switch form {
        case .panels: Panels<Scalar>.scalarCount(rows: inputs, columns: outputs)
        case .narrow: padded(inputs) * outputs
        case .map: outputs
        }
    }

    private static func panels(_ dense: FoldedDense, _ arena: Arena) -> (UnsafeMutablePointer<Scalar>, Int) {
        let count = Panels<Scalar>.scalarCount(rows: dense.rows, columns: dense.columns)
        let panels = Panels(rows: dense.rows, columns: dense.columns, arena.scalars(Scalar.self, count: count))
        Matrix(rows: dense.rows, columns: dense.columns, dense.weights.map { Scalar($0) }).withView { panels.pack($0) }
        return (panels.base, count / panels.count)
    }

    private static func transposed(_ dense: FoldedDense, _ arena: Arena) -> (UnsafeMutablePointer<Scalar>, Int) {
        let step = padded(dense.rows)
        let base = arena.scalars(Scalar.self, count: step * dense.columns)
        for i in 0..<dense.rows {
            for j in 0..<dense.columns { base[j * step + i] = Scalar(dense.weights[i * dense.columns + j]) }
        }
        return (base, step)
    }

    private static func padded(_ numbers: [Double], _ arena: Arena) -> UnsafeMutablePointer<Scalar> {
        let base = arena.scalars(Scalar.self, count: padded(numbers.count))
        for (j, number) in numbers.enumerated() { base[j] = Scalar(number) }
        return base
    }

    private static func padded(_ count: Int) -> Int {
        (count + Scalar.panelWidth - 1) / Scalar.panelWidth * Scalar.panelWidth
    }

    /// Multiplications and additions of one row.
    var flops: Int { form == .map ? 2 * outputs : 2 * inputs * outputs }
}

extension ServingLayer {
    /// y ← f(…x…) for n rows.
    ///
    /// - Shapes: x [n × inputs], y [n × outputs]; y's rows are ``ServingPlan/stride(_:)`` apart at least, and are
    ///   written to a whole vector.
    func run(
        rows n: Int, _ x: UnsafePointer<Scalar>, ldx: Int, into y: UnsafeMutablePointer<Scalar>, ldy: Int
    ) {
        switch form {
        case .panels where n == 1 || (n < 4 && isNear):
            for row in 0..<n {
                Scalar.denseRow(
                    activation, slope: slope, columns: outputs, depth: inputs, x + row * ldx, panels: weights,
                    panelStep: step, bias: bias, y + row * ldy)
            }
        case .panels: runPanels(rows: n, x, ldx: ldx, into: y, ldy: ldy)
        case .narrow:
            Scalar.denseNarrow(
                activation, slope: slope, rows: n, columns: outputs, depth: inputs, x, ldx: ldx, transposed: weights,
                ldw: step, bias: bias, y, ldy: ldy)
        case .map:
            Scalar.normalize(
                activation, slope: slope, rows: n, columns: outputs, x, ldx: ldx, shift: zeros!, delta: zeros!,
                scale: weights, offset: bias, y, ldy: ldy)
        }
    }

    /// Panel after panel, bias and activation while a panel's outputs are hot. The bias is added last: a sum that
    /// started from a large one would round every term to its precision.
    private func runPanels(
        rows n: Int, _ x: UnsafePointer<Scalar>, ldx: Int, into y: UnsafeMutablePointer<Scalar>, ldy: Int
    ) {
        let width = Panels<Scalar>.panelWidth(columns: outputs)
        var (first, panel) = (0, UnsafePointer(weights))
        while first < outputs {
            let columns = min(width, outputs - first)
            Scalar.panelProduct(
                rows: n, columns: columns, depth: inputs, a: x, aRow: ldx, aStep: 1, b: panel, bStep: width, start: nil,
                startRow: 0, c: y + first, ldc: ldy)
            Scalar.biasActivate(
                activation, slope: slope, rows: n, columns: columns, y + first, ldx: ldy, bias: bias + first, y + first,
                ldy: ldy)
            first += width
            panel += step
        }
    }
}
