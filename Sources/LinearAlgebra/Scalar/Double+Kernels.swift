internal import CKernels

// The whole binding of `Double` to CKernels.

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Double {
    private static let kernels = ck_kernels_active_f64()!.pointee

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
        m2: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<Double>
    ) {
        kernels.moments(rows, columns, x, ldx, mean, m2, scratch)
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
        sum: UnsafeMutablePointer<Double>, dot: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<Double>
    ) {
        kernels.normalize_gradient_sums(
            activation.code, slope, rows, columns, x, ldx, shift, delta, y, ldy, dy, lddy, dz, lddz, sum, dot, scratch)
    }

    public static func normalizeGradient(
        rows: Int, columns: Int, _ x: UnsafePointer<Double>, ldx: Int, shift: UnsafePointer<Double>,
        delta: UnsafePointer<Double>, _ dz: UnsafePointer<Double>, lddz: Int, a: UnsafePointer<Double>,
        b: UnsafePointer<Double>, c: UnsafePointer<Double>, _ dx: UnsafeMutablePointer<Double>, lddx: Int
    ) {
        kernels.normalize_gradient(rows, columns, x, ldx, shift, delta, dz, lddz, a, b, c, dx, lddx)
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
