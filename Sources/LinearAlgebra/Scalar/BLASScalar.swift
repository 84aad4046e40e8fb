/// A scalar that OpenBLAS and the element-wise kernels compute with: `Float` or `Double`.
///
/// The requirements are the kernels at the level of addresses, one for one what CBLAS, LAPACKE and
/// CKernels offer. The safe, documented interface is on ``Matrix`` and in the kernel namespaces
/// (``DenseKernel``, ``BatchNormKernel`` …); nothing outside this module needs the requirements.
/// No third type can conform.
public protocol BLASScalar: BinaryFloatingPoint, BitwiseCopyable, Sendable, Codable, SIMDScalar,
    LosslessStringConvertible
{
    // MARK: CBLAS, row-major

    static func gemm(
        transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Self, a: UnsafePointer<Self>, lda: Int,
        b: UnsafePointer<Self>, ldb: Int, beta: Self, c: UnsafeMutablePointer<Self>, ldc: Int)
    static func gemv(
        transpose: Bool, m: Int, n: Int, alpha: Self, a: UnsafePointer<Self>, lda: Int, x: UnsafePointer<Self>,
        beta: Self, y: UnsafeMutablePointer<Self>)
    static func syrk(
        transpose: Bool, n: Int, k: Int, alpha: Self, a: UnsafePointer<Self>, lda: Int, beta: Self,
        c: UnsafeMutablePointer<Self>, ldc: Int)
    static func dot(_ count: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>) -> Self
    static func axpy(_ count: Int, _ alpha: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)

    // MARK: LAPACKE, on the lower triangle of a row-major matrix

    static func potrf(order: Int, _ a: UnsafeMutablePointer<Self>, lda: Int) -> Int
    static func potrs(
        order: Int, columns: Int, _ factor: UnsafePointer<Self>, lda: Int, _ b: UnsafeMutablePointer<Self>, ldb: Int
    ) -> Int

    // MARK: CKernels (documented in CKernelTable.h)

    static func biasActivate(
        _ activation: Activation, slope: Self, rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int,
        bias: UnsafePointer<Self>?, _ y: UnsafeMutablePointer<Self>, ldy: Int
    )
    static func activationGradient(
        _ activation: Activation, slope: Self, rows: Int, columns: Int, saved: UnsafePointer<Self>, lds: Int,
        _ dy: UnsafePointer<Self>, lddy: Int, _ dz: UnsafeMutablePointer<Self>, lddz: Int
    )
    static func columnSums(
        rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int, _ sums: UnsafeMutablePointer<Self>
    )
    static func moments(
        rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int, mean: UnsafeMutablePointer<Double>,
        m2: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<Self>
    )
    static func normalize(
        _ activation: Activation, slope: Self, rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int,
        shift: UnsafePointer<Self>, delta: UnsafePointer<Self>, scale: UnsafePointer<Self>, offset: UnsafePointer<Self>,
        _ y: UnsafeMutablePointer<Self>, ldy: Int
    )
    static func normalizeGradientSums(
        _ activation: Activation, slope: Self, rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int,
        shift: UnsafePointer<Self>, delta: UnsafePointer<Self>, _ y: UnsafePointer<Self>, ldy: Int,
        _ dy: UnsafePointer<Self>, lddy: Int, _ dz: UnsafeMutablePointer<Self>, lddz: Int,
        sum: UnsafeMutablePointer<Double>, dot: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<Self>
    )
    static func normalizeGradient(
        rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int, shift: UnsafePointer<Self>,
        delta: UnsafePointer<Self>, _ dz: UnsafePointer<Self>, lddz: Int, a: UnsafePointer<Self>,
        b: UnsafePointer<Self>, c: UnsafePointer<Self>, _ dx: UnsafeMutablePointer<Self>, lddx: Int
    )
    static func softmax(
        rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int, _ p: UnsafeMutablePointer<Self>, ldp: Int,
        logSumExp: UnsafeMutablePointer<Self>?
    )
    static func dropout(
        count: Int, key: UInt64, first: UInt64, keepProbability: Double, _ x: UnsafePointer<Self>,
        _ y: UnsafeMutablePointer<Self>
    )
    static func sumOfSquares(
        _ count: Int, _ x: UnsafePointer<Self>
    ) -> Double
    static func sumOfMagnitudes(
        _ count: Int, _ x: UnsafePointer<Self>
    ) -> Double
    static func largestMagnitude(
        _ count: Int, _ x: UnsafePointer<Self>
    ) -> Self
    static func countZeros(
        _ count: Int, _ x: UnsafePointer<Self>
    ) -> Int
    static func firstNonFinite(
        _ count: Int, _ x: UnsafePointer<Self>
    ) -> Int
    static func flushSubnormals(
        _ count: Int, _ x: UnsafeMutablePointer<Self>
    ) -> Int
    static func scale(
        _ count: Int, _ alpha: Self, _ x: UnsafeMutablePointer<Self>
    )
    static func softThreshold(
        _ count: Int, l1: Self, ridge: Self, metric: UnsafePointer<Self>?, _ w: UnsafeMutablePointer<Self>
    )
    static func sgd(
        _ count: Int, _ step: OptimizerStep<Self>, _ w: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>
    )
    static func momentum(
        _ count: Int, _ step: OptimizerStep<Self>, _ w: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>,
        velocity: UnsafeMutablePointer<Self>
    )
    static func nesterov(
        _ count: Int, _ step: OptimizerStep<Self>, _ w: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>,
        velocity: UnsafeMutablePointer<Self>
    )
    static func rmsprop(
        _ count: Int, _ step: OptimizerStep<Self>, _ w: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>,
        squares: UnsafeMutablePointer<Self>
    )
    static func adagrad(
        _ count: Int, _ step: OptimizerStep<Self>, _ w: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>,
        squares: UnsafeMutablePointer<Self>
    )
    static func adam(
        _ count: Int, _ step: OptimizerStep<Self>, _ w: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>,
        mean: UnsafeMutablePointer<Self>, squares: UnsafeMutablePointer<Self>
    )
}
