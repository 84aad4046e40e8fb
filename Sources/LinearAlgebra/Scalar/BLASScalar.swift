/// A scalar that OpenBLAS and the element-wise kernels compute with: `Float` or `Double`.
///
/// The requirements are the kernels at the level of addresses, one for one what CBLAS, LAPACKE and
/// CKernels offer. The safe, documented interface is on ``Matrix`` and in the kernel namespaces
/// (``DenseKernel``, ``BatchNormKernel`` …); nothing outside this module needs the requirements.
/// No third type can conform.
public protocol BLASScalar: BinaryFloatingPoint, LAPACKScalar, BitwiseCopyable, Sendable, Codable, SIMDScalar,
    LosslessStringConvertible
{
    // MARK: CBLAS, row-major

    /// c ← alpha · op(a)·op(b) + beta · c, with op(a) [m × k], op(b) [k × n]; c is not read when beta = 0.
    static func gemm(
        transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Self, a: UnsafePointer<Self>, lda: Int,
        b: UnsafePointer<Self>, ldb: Int, beta: Self, c: UnsafeMutablePointer<Self>, ldc: Int)
    /// y ← alpha · op(a)·x + beta · y, with a [m × n].
    static func gemv(
        transpose: Bool, m: Int, n: Int, alpha: Self, a: UnsafePointer<Self>, lda: Int, x: UnsafePointer<Self>,
        beta: Self, y: UnsafeMutablePointer<Self>)
    /// The lower triangle of c ← alpha · op(a)·op(a)ᵀ + beta · c, c [n × n]; op(a) = aᵀ when transposing.
    static func syrk(
        transpose: Bool, n: Int, k: Int, alpha: Self, a: UnsafePointer<Self>, lda: Int, beta: Self,
        c: UnsafeMutablePointer<Self>, ldc: Int)
    /// b ← alpha · op(a)⁻¹·b, or alpha · b·op(a)⁻¹ from the right, with b [m × n] and a triangular a of which only that
    /// triangle is read.
    static func trsm(
        fromRight: Bool, upper: Bool, transpose: Bool, unitDiagonal: Bool, m: Int, n: Int, alpha: Self,
        a: UnsafePointer<Self>, lda: Int, b: UnsafeMutablePointer<Self>, ldb: Int)
    /// Σ xᵢyᵢ.
    static func dot(_ count: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>) -> Self
    /// y ← y + alpha · x.
    static func axpy(_ count: Int, _ alpha: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)

    // MARK: LAPACKE, on the lower triangle of a row-major matrix

    /// Cholesky a = l·lᵀ in place; returns 0, or the order of the first minor that is not positive.
    static func potrf(order: Int, _ a: UnsafeMutablePointer<Self>, lda: Int) -> Int
    /// Solves l·lᵀ·x = b for right-hand sides in the rows of b (stride `ldb`), in place.
    static func potrs(
        order: Int, columns: Int, _ factor: UnsafePointer<Self>, lda: Int, _ b: UnsafeMutablePointer<Self>, ldb: Int
    ) -> Int

    // MARK: CKernels (CKernelTable.h has the conventions)

    /// The most columns of a panel; see ``Panels``.
    static var panelWidth: Int { get }
    /// c[i, j] = start[i, j] + Σₖ a[i·aRow + k·aStep] · b[k·bStep + j], j below `columns` ≤ ``panelWidth``.
    static func panelProduct(
        rows: Int, columns: Int, depth: Int, a: UnsafePointer<Self>, aRow: Int, aStep: Int, b: UnsafePointer<Self>,
        bStep: Int, start: UnsafePointer<Self>?, startRow: Int, c: UnsafeMutablePointer<Self>, ldc: Int)
    /// One optimizer step on a block of a weight in panels, whose gradient is xᵀ·dz; `transposed` gets wᵀ.
    static func panelUpdate(
        _ rule: OptimizerRule, _ step: OptimizerStep<Self>, width: Int, height: Int, rows: Int, columns: Int,
        depth: Int,
        x: UnsafePointer<Self>, ldx: Int, dz: UnsafePointer<Self>, lddz: Int, w: UnsafeMutablePointer<Self>,
        first: UnsafeMutablePointer<Self>, second: UnsafeMutablePointer<Self>, transposed: UnsafeMutablePointer<Self>?)
    /// y[j] = f(Σₖ x[k]·w[k, j] + bias[j]) for one row and w [depth × columns] in panels, `panelStep` scalars apart;
    /// bias and y hold whole vectors of 64 bytes.
    static func denseRow(
        _ activation: Activation, slope: Self, columns: Int, depth: Int, _ x: UnsafePointer<Self>,
        panels: UnsafePointer<Self>, panelStep: Int, bias: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
    /// y[i, j] = f(Σₖ x[i, k]·w[j, k] + bias[j]) for few columns and transposed weights; x and w are read
    /// to a whole vector of 64 bytes, and w is zero there.
    static func denseNarrow(
        _ activation: Activation, slope: Self, rows: Int, columns: Int, depth: Int, _ x: UnsafePointer<Self>, ldx: Int,
        transposed: UnsafePointer<Self>, ldw: Int, bias: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, ldy: Int)
    /// z[i, :] ← softmax(z[i, :]) in rows that have room for whole vectors of 64 bytes, which are overwritten.
    static func softmaxPadded(rows: Int, columns: Int, _ z: UnsafeMutablePointer<Self>, ldz: Int)
    /// z = (x − means)·inverses by column, in Double; with `missing` a NaN becomes 0. Returns how many rows hold a
    /// number that is not finite.
    static func standardize(
        rows: Int, columns: Int, floats: UnsafePointer<Float>, ldx: Int, means: UnsafePointer<Double>,
        inverses: UnsafePointer<Double>, missing: Bool, _ z: UnsafeMutablePointer<Self>, ldz: Int
    ) -> Int
    /// The same for x in Double.
    static func standardize(
        rows: Int, columns: Int, doubles: UnsafePointer<Double>, ldx: Int, means: UnsafePointer<Double>,
        inverses: UnsafePointer<Double>, missing: Bool, _ z: UnsafeMutablePointer<Self>, ldz: Int
    ) -> Int
    /// y = f(x + bias), [rows × columns].
    static func biasActivate(
        _ activation: Activation, slope: Self, rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int,
        bias: UnsafePointer<Self>?, _ y: UnsafeMutablePointer<Self>, ldy: Int
    )
    /// dz = f′·dy; `saved` is y = f(z), or z for GELU and SiLU.
    static func activationGradient(
        _ activation: Activation, slope: Self, rows: Int, columns: Int, saved: UnsafePointer<Self>, lds: Int,
        _ dy: UnsafePointer<Self>, lddy: Int, _ dz: UnsafeMutablePointer<Self>, lddz: Int
    )
    /// sums[j] = Σᵢ x[i, j].
    static func columnSums(
        rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int, _ sums: UnsafeMutablePointer<Self>
    )
    /// Mean (+ rest, what a double cannot hold of it) and Σ(x − mean)² of every column in two passes around the first row; rows ≥ 1.
    static func moments(
        rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int, mean: UnsafeMutablePointer<Double>,
        rest: UnsafeMutablePointer<Double>, m2: UnsafeMutablePointer<Double>
    )
    /// y = f(((x − shift) − delta) · scale + offset), coefficients by column.
    static func normalize(
        _ activation: Activation, slope: Self, rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int,
        shift: UnsafePointer<Self>, delta: UnsafePointer<Self>, scale: UnsafePointer<Self>, offset: UnsafePointer<Self>,
        _ y: UnsafeMutablePointer<Self>, ldy: Int
    )
    /// dz = f′(y)·dy, with sum = Σdz and dot = Σdz·((x − shift) − delta) by column.
    static func normalizeGradientSums(
        _ activation: Activation, slope: Self, rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int,
        shift: UnsafePointer<Self>, delta: UnsafePointer<Self>, _ y: UnsafePointer<Self>, ldy: Int,
        _ dy: UnsafePointer<Self>, lddy: Int, _ dz: UnsafeMutablePointer<Self>, lddz: Int,
        sum: UnsafeMutablePointer<Double>, dot: UnsafeMutablePointer<Double>
    )
    /// dx = a · (dz − b − ((x − shift) − delta) · c), coefficients by column.
    static func normalizeGradient(
        rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int, shift: UnsafePointer<Self>,
        delta: UnsafePointer<Self>, _ dz: UnsafePointer<Self>, lddz: Int, a: UnsafePointer<Self>,
        b: UnsafePointer<Self>, c: UnsafePointer<Self>, _ dx: UnsafeMutablePointer<Self>, lddx: Int
    )
    /// Merges the moments of shards by Chan's formula and prepares to normalise.
    static func mergeMoments(
        columns: Int, shards: Int, _ moments: UnsafePointer<Double>, epsilon: Double, gamma: UnsafePointer<Self>?,
        beta: UnsafePointer<Self>?, mean: UnsafeMutablePointer<Double>, rest: UnsafeMutablePointer<Double>,
        m2: UnsafeMutablePointer<Double>,
        inverseDeviation: UnsafeMutablePointer<Double>, shift: UnsafeMutablePointer<Self>,
        delta: UnsafeMutablePointer<Self>, scale: UnsafeMutablePointer<Self>, offset: UnsafeMutablePointer<Self>)
    /// Adds the gradient sums of shards and prepares the second pass of the backward.
    static func mergeGradients(
        columns: Int, shards: Int, _ sums: UnsafePointer<Double>, epsilon: Double,
        inverseDeviation: UnsafePointer<Double>, scale: UnsafePointer<Self>, a: UnsafeMutablePointer<Self>,
        b: UnsafeMutablePointer<Self>, c: UnsafeMutablePointer<Self>, scaleGradient: UnsafeMutablePointer<Self>?,
        shiftGradient: UnsafeMutablePointer<Self>?)
    /// Σᵢ wᵢ·ℓᵢ of softmax cross-entropy on logits, and its gradient times `factor`.
    static func crossEntropy(
        rows: Int, columns: Int, _ z: UnsafePointer<Self>, ldz: Int, classes: UnsafePointer<Self>, classStep: Int,
        weights: UnsafePointer<Self>?, smoothing: Double, factor: Self, _ gradient: UnsafeMutablePointer<Self>,
        ldg: Int
    ) -> Double
    /// p = softmax of every row of x; `logSumExp` gets log Σ eˣ.
    static func softmax(
        rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int, _ p: UnsafeMutablePointer<Self>, ldp: Int,
        logSumExp: UnsafeMutablePointer<Self>?
    )
    /// y[k] = x[k] / keepProbability where the element `first + k` is kept under `key`, else 0.
    static func dropout(
        count: Int, key: UInt64, first: UInt64, keepProbability: Double, _ x: UnsafePointer<Self>,
        _ y: UnsafeMutablePointer<Self>
    )
    /// Σ w·(log(1 + e^η) − y·η) over rows; w·(y − p) and p·(1 − p) with p = 1/(1 + e^−η) of each, zeros where w = 0.
    static func logistic(
        _ rows: Int, eta: UnsafePointer<Self>, targets: UnsafePointer<Self>, weights: UnsafePointer<Self>,
        residuals: UnsafeMutablePointer<Self>, curvatures: UnsafeMutablePointer<Self>
    ) -> Double
    /// Σ x², in Double.
    static func sumOfSquares(
        _ count: Int, _ x: UnsafePointer<Self>
    ) -> Double
    /// Σ |x|, in Double.
    static func sumOfMagnitudes(
        _ count: Int, _ x: UnsafePointer<Self>
    ) -> Double
    /// max |x|; NaN when any element is NaN; 0 when empty.
    static func largestMagnitude(
        _ count: Int, _ x: UnsafePointer<Self>
    ) -> Self
    /// How many elements are exactly zero.
    static func countZeros(
        _ count: Int, _ x: UnsafePointer<Self>
    ) -> Int
    /// The index of the first NaN or infinity, or −1.
    static func firstNonFinite(
        _ count: Int, _ x: UnsafePointer<Self>
    ) -> Int
    /// Sets subnormal elements to zero; returns how many.
    static func flushSubnormals(
        _ count: Int, _ x: UnsafeMutablePointer<Self>
    ) -> Int
    /// x ← alpha · x; NaN and infinity propagate, also at alpha = 0.
    static func scale(
        _ count: Int, _ alpha: Self, _ x: UnsafeMutablePointer<Self>
    )
    /// w ← S(w, l1/d) / (1 + ridge/d), with d = `metric` (nil: 1).
    static func softThreshold(
        _ count: Int, l1: Self, ridge: Self, metric: UnsafePointer<Self>?, _ w: UnsafeMutablePointer<Self>
    )
    /// direction g, d = 1.
    static func sgd(
        _ count: Int, _ step: OptimizerStep<Self>, _ w: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>
    )
    /// u ← μu + g; direction u, d = 1 − μ.
    static func momentum(
        _ count: Int, _ step: OptimizerStep<Self>, _ w: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>,
        velocity: UnsafeMutablePointer<Self>
    )
    /// u ← μu + g; direction g + μu, d = 1 − μ.
    static func nesterov(
        _ count: Int, _ step: OptimizerStep<Self>, _ w: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>,
        velocity: UnsafeMutablePointer<Self>
    )
    /// s ← αs + (1 − α)g²; direction g/d, d = √s + ε.
    static func rmsprop(
        _ count: Int, _ step: OptimizerStep<Self>, _ w: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>,
        squares: UnsafeMutablePointer<Self>
    )
    /// s ← s + g²; direction g/d, d = √s + ε.
    static func adagrad(
        _ count: Int, _ step: OptimizerStep<Self>, _ w: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>,
        squares: UnsafeMutablePointer<Self>
    )
    /// m ← β₁m + (1 − β₁)g; s ← β₂s + (1 − β₂)g²; direction m/(1 − β₁ᵗ)/d, d = √(s/(1 − β₂ᵗ)) + ε.
    static func adam(
        _ count: Int, _ step: OptimizerStep<Self>, _ w: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>,
        mean: UnsafeMutablePointer<Self>, squares: UnsafeMutablePointer<Self>
    )

    // MARK: CKernels on columns, in Double whatever the elements

    /// products[k·count + l] = Σᵢ x[i, selected[k]] · vectors[l·rows + i], with x column-major.
    static func columnDots(
        rows: Int, _ selected: UnsafeBufferPointer<Int>, _ x: UnsafePointer<Self>, ldx: Int, count: Int,
        vectors: UnsafePointer<Double>, products: UnsafeMutablePointer<Double>)
    /// y[i] += Σₖ coefficients[k] · x[i, selected[k]], with x column-major.
    static func columnAdd(
        rows: Int, _ selected: UnsafeBufferPointer<Int>, _ x: UnsafePointer<Self>, ldx: Int,
        coefficients: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>)
    /// y = x.
    static func columnCopy(rows: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Double>)
    /// y[k] = x[rows[k]].
    static func columnGather(
        _ rows: UnsafeBufferPointer<Int>, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Double>)
    /// Σw·x/Σw and Σw·(x − mean)²/Σw of every column of a column-major x; nil: ones.
    static func columnMoments(
        rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int, weights: UnsafePointer<Double>?,
        means: UnsafeMutablePointer<Double>, variances: UnsafeMutablePointer<Double>)
    /// x[i, j] −= shifts[j], the mean of column j rounded to an element.
    static func columnCenter(
        rows: Int, columns: Int, _ x: UnsafeMutablePointer<Self>, ldx: Int, shifts: UnsafeMutablePointer<Double>)
    /// The mean of every column of a row-major x, rounded to an element.
    static func rowMeans(
        rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int, means: UnsafeMutablePointer<Double>)
    /// y[j·ldy + i] = x[i·ldx + j] − shifts[j]; nil: zeros.
    static func transpose(
        rows: Int, columns: Int, _ x: UnsafePointer<Self>, ldx: Int, shifts: UnsafePointer<Double>?,
        _ y: UnsafeMutablePointer<Self>, ldy: Int)
    /// As ``columnDots(rows:_:_:ldx:count:vectors:products:)`` for compressed columns; with `scratch`, rows times the
    /// next power of two from `count` on (8 at most), the vectors are put side by side first.
    static func sparseDots(
        rows: Int, _ selected: UnsafeBufferPointer<Int>, starts: UnsafePointer<Int>, places: UnsafePointer<Int32>,
        _ values: UnsafePointer<Self>, count: Int, vectors: UnsafePointer<Double>,
        scratch: UnsafeMutablePointer<Double>?, products: UnsafeMutablePointer<Double>)
    /// As ``columnAdd(rows:_:_:ldx:coefficients:_:)`` for compressed columns.
    static func sparseAdd(
        _ selected: UnsafeBufferPointer<Int>, starts: UnsafePointer<Int>, places: UnsafePointer<Int32>,
        _ values: UnsafePointer<Self>, coefficients: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>)
    /// y[k] = the value at the place rows[k] of `count` stored ones, or 0; both ascend.
    static func sparseGather(
        _ rows: UnsafeBufferPointer<Int>, count: Int, places: UnsafePointer<Int32>, _ values: UnsafePointer<Self>,
        _ y: UnsafeMutablePointer<Double>)
    /// As ``columnMoments(rows:columns:_:ldx:weights:means:variances:)`` for compressed columns.
    static func sparseMoments(
        rows: Int, columns: Int, starts: UnsafePointer<Int>, places: UnsafePointer<Int32>,
        _ values: UnsafePointer<Self>, weights: UnsafePointer<Double>?, means: UnsafeMutablePointer<Double>,
        variances: UnsafeMutablePointer<Double>)
}
