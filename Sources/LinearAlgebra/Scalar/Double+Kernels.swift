internal import CKernels

// The whole binding of `Double` to CKernels.

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double {
    private static let kernels = ck_kernels_active_f64()!.pointee

    public static let panelWidth = kernels.panel

    public static func panelProduct(
        rows: Int, columns: Int, depth: Int, a: UnsafePointer<Double>, aRow: Int, aStep: Int, b: UnsafePointer<Double>,
        bStep: Int, start: UnsafePointer<Double>?, startRow: Int, c: UnsafeMutablePointer<Double>, ldc: Int
    ) {
        kernels.panel_product(rows, columns, depth, a, aRow, aStep, b, bStep, start, startRow, c, ldc)
    }

    public static func panelUpdate(
        _ rule: OptimizerRule, _ step: OptimizerStep<Double>, width: Int, height: Int, rows: Int, columns: Int,
        depth: Int,
        x: UnsafePointer<Double>, ldx: Int, dz: UnsafePointer<Double>, lddz: Int, w: UnsafeMutablePointer<Double>,
        first: UnsafeMutablePointer<Double>, second: UnsafeMutablePointer<Double>,
        transposed: UnsafeMutablePointer<Double>?
    ) {
        var step = step.c
        kernels.panel_update(
            rule.code, &step, width, height, rows, columns, depth, x, ldx, dz, lddz, w, first, second, transposed)
    }

    public static func denseRow(
        _ activation: Activation, slope: Double, columns: Int, depth: Int, _ x: UnsafePointer<Double>,
        panels: UnsafePointer<Double>, panelStep: Int, bias: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
    ) {
        kernels.dense_row(activation.code, slope, columns, depth, x, panels, panelStep, bias, y)
    }

    public static func denseNarrow(
        _ activation: Activation, slope: Double, rows: Int, columns: Int, depth: Int, _ x: UnsafePointer<Double>,
        ldx: Int,
        transposed: UnsafePointer<Double>, ldw: Int, bias: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>,
        ldy: Int
    ) {
        kernels.dense_narrow(activation.code, slope, rows, columns, depth, x, ldx, transposed, ldw, bias, y, ldy)
    }

    public static func softmaxPadded(rows: Int, columns: Int, _ z: UnsafeMutablePointer<Double>, ldz: Int) {
        kernels.softmax_padded(rows, columns, z, ldz)
    }

    public static func standardize(
        rows: Int, columns: Int, floats: UnsafePointer<Float>, ldx: Int, means: UnsafePointer<Double>,
        inverses: UnsafePointer<Double>, missing: Bool, _ z: UnsafeMutablePointer<Double>, ldz: Int
    ) -> Int {
        kernels.standardize_floats(rows, columns, floats, ldx, means, inverses, missing ? 1 : 0, z, ldz)
    }

    public static func standardize(
        rows: Int, columns: Int, doubles: UnsafePointer<Double>, ldx: Int, means: UnsafePointer<Double>,
        inverses: UnsafePointer<Double>, missing: Bool, _ z: UnsafeMutablePointer<Double>, ldz: Int
    ) -> Int {
        kernels.standardize_doubles(rows, columns, doubles, ldx, means, inverses, missing ? 1 : 0, z, ldz)
    }

    public static func biasActivate(
        _ activation: Activation, slope: Double, rows: Int, columns: Int, _ x: UnsafePointer<Double>, ldx: Int,
        bias: UnsafePointer<Double>?, _ y: UnsafeMutablePointer<Double>, ldy: Int
    ) {
        kernels.bias_activate(activation.code, slope, rows, columns, x, ldx, bias, y, ldy)
    }

    public static func activationGradient(
        _ activation: Activation, slope: Double, rows: Int, columns: Int, saved: UnsafePointer<Double>, lds: Int,
        _ dy: UnsafePointer<Double>, lddy: Int, _ dz: UnsafeMutablePointer<Double>, lddz: Int
    ) {
        kernels.activation_gradient(activation.code, slope, rows, columns, saved, lds, dy, lddy, dz, lddz)
    }

    public static func columnSums(
        rows: Int, columns: Int, _ x: UnsafePointer<Double>, ldx: Int, _ sums: UnsafeMutablePointer<Double>
    ) {
        kernels.column_sums(rows, columns, x, ldx, sums)
    }

    public static func moments(
        rows: Int, columns: Int, _ x: UnsafePointer<Double>, ldx: Int, mean: UnsafeMutablePointer<Double>,
        rest: UnsafeMutablePointer<Double>, m2: UnsafeMutablePointer<Double>
    ) {
        kernels.moments(rows, columns, x, ldx, mean, rest, m2)
    }

    public static func normalize(
        _ activation: Activation, slope: Double, rows: Int, columns: Int, _ x: UnsafePointer<Double>, ldx: Int,
        shift: UnsafePointer<Double>, delta: UnsafePointer<Double>, scale: UnsafePointer<Double>,
        offset: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, ldy: Int
    ) {
        kernels.normalize(activation.code, slope, rows, columns, x, ldx, shift, delta, scale, offset, y, ldy)
    }

    public static func normalizeGradientSums(
        _ activation: Activation, slope: Double, rows: Int, columns: Int, _ x: UnsafePointer<Double>, ldx: Int,
        shift: UnsafePointer<Double>, delta: UnsafePointer<Double>, _ y: UnsafePointer<Double>, ldy: Int,
        _ dy: UnsafePointer<Double>, lddy: Int, _ dz: UnsafeMutablePointer<Double>, lddz: Int,
        sum: UnsafeMutablePointer<Double>, dot: UnsafeMutablePointer<Double>
    ) {
        kernels.normalize_gradient_sums(
            activation.code, slope, rows, columns, x, ldx, shift, delta, y, ldy, dy, lddy, dz, lddz, sum, dot)
    }

    public static func normalizeGradient(
        rows: Int, columns: Int, _ x: UnsafePointer<Double>, ldx: Int, shift: UnsafePointer<Double>,
        delta: UnsafePointer<Double>, _ dz: UnsafePointer<Double>, lddz: Int, a: UnsafePointer<Double>,
        b: UnsafePointer<Double>, c: UnsafePointer<Double>, _ dx: UnsafeMutablePointer<Double>, lddx: Int
    ) {
        kernels.normalize_gradient(rows, columns, x, ldx, shift, delta, dz, lddz, a, b, c, dx, lddx)
    }

    public static func mergeMoments(
        columns: Int, shards: Int, _ moments: UnsafePointer<Double>, epsilon: Double, gamma: UnsafePointer<Double>?,
        beta: UnsafePointer<Double>?, mean: UnsafeMutablePointer<Double>, rest: UnsafeMutablePointer<Double>,
        m2: UnsafeMutablePointer<Double>,
        inverseDeviation: UnsafeMutablePointer<Double>, shift: UnsafeMutablePointer<Double>,
        delta: UnsafeMutablePointer<Double>, scale: UnsafeMutablePointer<Double>, offset: UnsafeMutablePointer<Double>
    ) {
        _ = kernels.merge_moments(
            columns, shards, moments, epsilon, gamma, beta, mean, rest, m2, inverseDeviation, shift, delta, scale,
            offset)
    }

    public static func mergeGradients(
        columns: Int, shards: Int, _ sums: UnsafePointer<Double>, epsilon: Double,
        inverseDeviation: UnsafePointer<Double>, scale: UnsafePointer<Double>, a: UnsafeMutablePointer<Double>,
        b: UnsafeMutablePointer<Double>, c: UnsafeMutablePointer<Double>, scaleGradient: UnsafeMutablePointer<Double>?,
        shiftGradient: UnsafeMutablePointer<Double>?
    ) {
        kernels.merge_gradients(
            columns, shards, sums, epsilon, inverseDeviation, scale, a, b, c, scaleGradient, shiftGradient)
    }

    public static func crossEntropy(
        rows: Int, columns: Int, _ z: UnsafePointer<Double>, ldz: Int, classes: UnsafePointer<Double>, classStep: Int,
        weights: UnsafePointer<Double>?, smoothing: Double, factor: Double, _ gradient: UnsafeMutablePointer<Double>,
        ldg: Int
    ) -> Double {
        kernels.cross_entropy(rows, columns, z, ldz, classes, classStep, weights, smoothing, factor, gradient, ldg)
    }

    public static func softmax(
        rows: Int, columns: Int, _ x: UnsafePointer<Double>, ldx: Int, _ p: UnsafeMutablePointer<Double>, ldp: Int,
        logSumExp: UnsafeMutablePointer<Double>?
    ) {
        kernels.softmax(rows, columns, x, ldx, p, ldp, logSumExp)
    }

    public static func dropout(
        count: Int, key: UInt64, first: UInt64, keepProbability: Double, _ x: UnsafePointer<Double>,
        _ y: UnsafeMutablePointer<Double>
    ) {
        kernels.dropout(count, key, first, keepProbability, x, y)
    }

    public static func logistic(
        _ rows: Int, eta: UnsafePointer<Double>, targets: UnsafePointer<Double>, weights: UnsafePointer<Double>,
        residuals: UnsafeMutablePointer<Double>, curvatures: UnsafeMutablePointer<Double>
    ) -> Double {
        kernels.logistic(rows, eta, targets, weights, residuals, curvatures)
    }

    public static func sumOfSquares(
        _ count: Int, _ x: UnsafePointer<Double>
    ) -> Double {
        kernels.sum_of_squares(count, x)
    }

    public static func sumOfMagnitudes(
        _ count: Int, _ x: UnsafePointer<Double>
    ) -> Double {
        kernels.sum_of_magnitudes(count, x)
    }

    public static func largestMagnitude(
        _ count: Int, _ x: UnsafePointer<Double>
    ) -> Double {
        kernels.largest_magnitude(count, x)
    }

    public static func countZeros(
        _ count: Int, _ x: UnsafePointer<Double>
    ) -> Int {
        kernels.count_zeros(count, x)
    }

    public static func firstNonFinite(
        _ count: Int, _ x: UnsafePointer<Double>
    ) -> Int {
        kernels.first_non_finite(count, x)
    }

    public static func flushSubnormals(
        _ count: Int, _ x: UnsafeMutablePointer<Double>
    ) -> Int {
        kernels.flush_subnormals(count, x)
    }

    public static func scale(
        _ count: Int, _ alpha: Double, _ x: UnsafeMutablePointer<Double>
    ) {
        kernels.scale(count, alpha, x)
    }

    public static func softThreshold(
        _ count: Int, l1: Double, ridge: Double, metric: UnsafePointer<Double>?, _ w: UnsafeMutablePointer<Double>
    ) {
        kernels.soft_threshold(count, l1, ridge, metric, w)
    }

    public static func sgd(
        _ count: Int, _ step: OptimizerStep<Double>, _ w: UnsafeMutablePointer<Double>, _ g: UnsafePointer<Double>
    ) {
        var step = step.c
        kernels.sgd(count, &step, w, g)
    }

    public static func momentum(
        _ count: Int, _ step: OptimizerStep<Double>, _ w: UnsafeMutablePointer<Double>, _ g: UnsafePointer<Double>,
        velocity: UnsafeMutablePointer<Double>
    ) {
        var step = step.c
        kernels.momentum(count, &step, w, g, velocity)
    }

    public static func nesterov(
        _ count: Int, _ step: OptimizerStep<Double>, _ w: UnsafeMutablePointer<Double>, _ g: UnsafePointer<Double>,
        velocity: UnsafeMutablePointer<Double>
    ) {
        var step = step.c
        kernels.nesterov(count, &step, w, g, velocity)
    }

    public static func rmsprop(
        _ count: Int, _ step: OptimizerStep<Double>, _ w: UnsafeMutablePointer<Double>, _ g: UnsafePointer<Double>,
        squares: UnsafeMutablePointer<Double>
    ) {
        var step = step.c
        kernels.rmsprop(count, &step, w, g, squares)
    }

    public static func adagrad(
        _ count: Int, _ step: OptimizerStep<Double>, _ w: UnsafeMutablePointer<Double>, _ g: UnsafePointer<Double>,
        squares: UnsafeMutablePointer<Double>
    ) {
        var step = step.c
        kernels.adagrad(count, &step, w, g, squares)
    }

    public static func adam(
        _ count: Int, _ step: OptimizerStep<Double>, _ w: UnsafeMutablePointer<Double>, _ g: UnsafePointer<Double>,
        mean: UnsafeMutablePointer<Double>, squares: UnsafeMutablePointer<Double>
    ) {
        var step = step.c
        kernels.adam(count, &step, w, g, mean, squares)
    }
}

extension OptimizerStep<Double> {
    fileprivate var c: ck_step_f64 {
        ck_step_f64(
            rate: rate, gradient_scale: gradientScale, limit: limit, l2: l2, decay: decay, l1: l1, ridge: ridge,
            momentum: momentum, smoothing: smoothing, epsilon: epsilon, correction1: correction1,
            correction2: correction2)
    }
}
