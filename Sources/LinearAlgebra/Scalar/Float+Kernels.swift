internal import CKernels

// The whole binding of `Float` to CKernels.

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float {
    private static let kernels = ck_kernels_active_f32()!.pointee

    public static let panelWidth = kernels.panel

    public static func panelProduct(
        rows: Int, columns: Int, depth: Int, a: UnsafePointer<Float>, aRow: Int, aStep: Int, b: UnsafePointer<Float>,
        bStep: Int, start: UnsafePointer<Float>?, startRow: Int, c: UnsafeMutablePointer<Float>, ldc: Int
    ) {
        kernels.panel_product(rows, columns, depth, a, aRow, aStep, b, bStep, start, startRow, c, ldc)
    }

    public static func panelUpdate(
        _ rule: OptimizerRule, _ step: OptimizerStep<Float>, width: Int, height: Int, rows: Int, columns: Int,
        depth: Int,
        x: UnsafePointer<Float>, ldx: Int, dz: UnsafePointer<Float>, lddz: Int, w: UnsafeMutablePointer<Float>,
        first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>,
        transposed: UnsafeMutablePointer<Float>?
    ) {
        var step = step.c
        kernels.panel_update(
            rule.code, &step, width, height, rows, columns, depth, x, ldx, dz, lddz, w, first, second, transposed)
    }

    public static func denseRow(
        _ activation: Activation, slope: Float, columns: Int, depth: Int, _ x: UnsafePointer<Float>,
        panels: UnsafePointer<Float>, panelStep: Int, bias: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
    ) {
        kernels.dense_row(activation.code, slope, columns, depth, x, panels, panelStep, bias, y)
    }

    public static func denseNarrow(
        _ activation: Activation, slope: Float, rows: Int, columns: Int, depth: Int, _ x: UnsafePointer<Float>,
        ldx: Int,
        transposed: UnsafePointer<Float>, ldw: Int, bias: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
        ldy: Int
    ) {
        kernels.dense_narrow(activation.code, slope, rows, columns, depth, x, ldx, transposed, ldw, bias, y, ldy)
    }

    public static func softmaxPadded(rows: Int, columns: Int, _ z: UnsafeMutablePointer<Float>, ldz: Int) {
        kernels.softmax_padded(rows, columns, z, ldz)
    }

    public static func standardize(
        rows: Int, columns: Int, floats: UnsafePointer<Float>, ldx: Int, means: UnsafePointer<Double>,
        inverses: UnsafePointer<Double>, missing: Bool, _ z: UnsafeMutablePointer<Float>, ldz: Int
    ) -> Int {
        kernels.standardize_floats(rows, columns, floats, ldx, means, inverses, missing ? 1 : 0, z, ldz)
    }

    public static func standardize(
        rows: Int, columns: Int, doubles: UnsafePointer<Double>, ldx: Int, means: UnsafePointer<Double>,
        inverses: UnsafePointer<Double>, missing: Bool, _ z: UnsafeMutablePointer<Float>, ldz: Int
    ) -> Int {
        kernels.standardize_doubles(rows, columns, doubles, ldx, means, inverses, missing ? 1 : 0, z, ldz)
    }

    public static func biasActivate(
        _ activation: Activation, slope: Float, rows: Int, columns: Int, _ x: UnsafePointer<Float>, ldx: Int,
        bias: UnsafePointer<Float>?, _ y: UnsafeMutablePointer<Float>, ldy: Int
    ) {
        kernels.bias_activate(activation.code, slope, rows, columns, x, ldx, bias, y, ldy)
    }

    public static func activationGradient(
        _ activation: Activation, slope: Float, rows: Int, columns: Int, saved: UnsafePointer<Float>, lds: Int,
        _ dy: UnsafePointer<Float>, lddy: Int, _ dz: UnsafeMutablePointer<Float>, lddz: Int
    ) {
        kernels.activation_gradient(activation.code, slope, rows, columns, saved, lds, dy, lddy, dz, lddz)
    }

    public static func columnSums(
        rows: Int, columns: Int, _ x: UnsafePointer<Float>, ldx: Int, _ sums: UnsafeMutablePointer<Float>
    ) {
        kernels.column_sums(rows, columns, x, ldx, sums)
    }

    public static func moments(
        rows: Int, columns: Int, _ x: UnsafePointer<Float>, ldx: Int, mean: UnsafeMutablePointer<Double>,
        rest: UnsafeMutablePointer<Double>, m2: UnsafeMutablePointer<Double>
    ) {
        kernels.moments(rows, columns, x, ldx, mean, rest, m2)
    }

    public static func normalize(
        _ activation: Activation, slope: Float, rows: Int, columns: Int, _ x: UnsafePointer<Float>, ldx: Int,
        shift: UnsafePointer<Float>, delta: UnsafePointer<Float>, scale: UnsafePointer<Float>,
        offset: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, ldy: Int
    ) {
        kernels.normalize(activation.code, slope, rows, columns, x, ldx, shift, delta, scale, offset, y, ldy)
    }

    public static func normalizeGradientSums(
        _ activation: Activation, slope: Float, rows: Int, columns: Int, _ x: UnsafePointer<Float>, ldx: Int,
        shift: UnsafePointer<Float>, delta: UnsafePointer<Float>, _ y: UnsafePointer<Float>, ldy: Int,
        _ dy: UnsafePointer<Float>, lddy: Int, _ dz: UnsafeMutablePointer<Float>, lddz: Int,
        sum: UnsafeMutablePointer<Double>, dot: UnsafeMutablePointer<Double>
    ) {
        kernels.normalize_gradient_sums(
            activation.code, slope, rows, columns, x, ldx, shift, delta, y, ldy, dy, lddy, dz, lddz, sum, dot)
    }

    public static func normalizeGradient(
        rows: Int, columns: Int, _ x: UnsafePointer<Float>, ldx: Int, shift: UnsafePointer<Float>,
        delta: UnsafePointer<Float>, _ dz: UnsafePointer<Float>, lddz: Int, a: UnsafePointer<Float>,
        b: UnsafePointer<Float>, c: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>, lddx: Int
    ) {
        kernels.normalize_gradient(rows, columns, x, ldx, shift, delta, dz, lddz, a, b, c, dx, lddx)
    }

    public static func mergeMoments(
        columns: Int, shards: Int, _ moments: UnsafePointer<Double>, epsilon: Double, gamma: UnsafePointer<Float>?,
        beta: UnsafePointer<Float>?, mean: UnsafeMutablePointer<Double>, rest: UnsafeMutablePointer<Double>,
        m2: UnsafeMutablePointer<Double>,
        inverseDeviation: UnsafeMutablePointer<Double>, shift: UnsafeMutablePointer<Float>,
        delta: UnsafeMutablePointer<Float>, scale: UnsafeMutablePointer<Float>, offset: UnsafeMutablePointer<Float>
    ) {
        _ = kernels.merge_moments(
            columns, shards, moments, epsilon, gamma, beta, mean, rest, m2, inverseDeviation, shift, delta, scale,
            offset)
    }

    public static func mergeGradients(
        columns: Int, shards: Int, _ sums: UnsafePointer<Double>, epsilon: Double,
        inverseDeviation: UnsafePointer<Double>, scale: UnsafePointer<Float>, a: UnsafeMutablePointer<Float>,
        b: UnsafeMutablePointer<Float>, c: UnsafeMutablePointer<Float>, scaleGradient: UnsafeMutablePointer<Float>?,
        shiftGradient: UnsafeMutablePointer<Float>?
    ) {
        kernels.merge_gradients(
            columns, shards, sums, epsilon, inverseDeviation, scale, a, b, c, scaleGradient, shiftGradient)
    }

    public static func crossEntropy(
        rows: Int, columns: Int, _ z: UnsafePointer<Float>, ldz: Int, classes: UnsafePointer<Float>, classStep: Int,
        weights: UnsafePointer<Float>?, smoothing: Double, factor: Float, _ gradient: UnsafeMutablePointer<Float>,
        ldg: Int
    ) -> Double {
        kernels.cross_entropy(rows, columns, z, ldz, classes, classStep, weights, smoothing, factor, gradient, ldg)
    }

    public static func softmax(
        rows: Int, columns: Int, _ x: UnsafePointer<Float>, ldx: Int, _ p: UnsafeMutablePointer<Float>, ldp: Int,
        logSumExp: UnsafeMutablePointer<Float>?
    ) {
        kernels.softmax(rows, columns, x, ldx, p, ldp, logSumExp)
    }

    public static func dropout(
        count: Int, key: UInt64, first: UInt64, keepProbability: Double, _ x: UnsafePointer<Float>,
        _ y: UnsafeMutablePointer<Float>
    ) {
        kernels.dropout(count, key, first, keepProbability, x, y)
    }

    public static func logistic(
        _ rows: Int, eta: UnsafePointer<Float>, targets: UnsafePointer<Float>, weights: UnsafePointer<Float>,
        residuals: UnsafeMutablePointer<Float>, curvatures: UnsafeMutablePointer<Float>
    ) -> Double {
        kernels.logistic(rows, eta, targets, weights, residuals, curvatures)
    }

    public static func sumOfSquares(
        _ count: Int, _ x: UnsafePointer<Float>
    ) -> Double {
        kernels.sum_of_squares(count, x)
    }

    public static func sumOfMagnitudes(
        _ count: Int, _ x: UnsafePointer<Float>
    ) -> Double {
        kernels.sum_of_magnitudes(count, x)
    }

    public static func largestMagnitude(
        _ count: Int, _ x: UnsafePointer<Float>
    ) -> Float {
        kernels.largest_magnitude(count, x)
    }

    public static func countZeros(
        _ count: Int, _ x: UnsafePointer<Float>
    ) -> Int {
        kernels.count_zeros(count, x)
    }

    public static func firstNonFinite(
        _ count: Int, _ x: UnsafePointer<Float>
    ) -> Int {
        kernels.first_non_finite(count, x)
    }

    public static func flushSubnormals(
        _ count: Int, _ x: UnsafeMutablePointer<Float>
    ) -> Int {
        kernels.flush_subnormals(count, x)
    }

    public static func scale(
        _ count: Int, _ alpha: Float, _ x: UnsafeMutablePointer<Float>
    ) {
        kernels.scale(count, alpha, x)
    }

    public static func softThreshold(
        _ count: Int, l1: Float, ridge: Float, metric: UnsafePointer<Float>?, _ w: UnsafeMutablePointer<Float>
    ) {
        kernels.soft_threshold(count, l1, ridge, metric, w)
    }

    public static func sgd(
        _ count: Int, _ step: OptimizerStep<Float>, _ w: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>
    ) {
        var step = step.c
        kernels.sgd(count, &step, w, g)
    }

    public static func momentum(
        _ count: Int, _ step: OptimizerStep<Float>, _ w: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>,
        velocity: UnsafeMutablePointer<Float>
    ) {
        var step = step.c
        kernels.momentum(count, &step, w, g, velocity)
    }

    public static func nesterov(
        _ count: Int, _ step: OptimizerStep<Float>, _ w: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>,
        velocity: UnsafeMutablePointer<Float>
    ) {
        var step = step.c
        kernels.nesterov(count, &step, w, g, velocity)
    }

    public static func rmsprop(
        _ count: Int, _ step: OptimizerStep<Float>, _ w: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>,
        squares: UnsafeMutablePointer<Float>
    ) {
        var step = step.c
        kernels.rmsprop(count, &step, w, g, squares)
    }

    public static func adagrad(
        _ count: Int, _ step: OptimizerStep<Float>, _ w: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>,
        squares: UnsafeMutablePointer<Float>
    ) {
        var step = step.c
        kernels.adagrad(count, &step, w, g, squares)
    }

    public static func adam(
        _ count: Int, _ step: OptimizerStep<Float>, _ w: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>,
        mean: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>
    ) {
        var step = step.c
        kernels.adam(count, &step, w, g, mean, squares)
    }
}

extension OptimizerStep<Float> {
    fileprivate var c: ck_step_f32 {
        ck_step_f32(
            rate: rate, gradient_scale: gradientScale, limit: limit, l2: l2, decay: decay, l1: l1, ridge: ridge,
            momentum: momentum, smoothing: smoothing, epsilon: epsilon, correction1: correction1,
            correction2: correction2)
    }
}
