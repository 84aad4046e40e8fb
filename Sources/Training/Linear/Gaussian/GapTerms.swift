/// P − D of ½‖y − Xw‖² + Σ_j v_j(t|w_j| + ½μw_j²) at the dual point s·r, from r = y − Xw and z = Xᵀr, as a sum in which
/// nothing cancels.
///
/// A feature without bounds, or with one-sided ones at zero, is written with its ridge as one more row of X, so that
/// g_j = z_j − μ·v_j·w_j, and asks for s·|g_j| ≤ t·v_j. With yᵀr = ‖r‖² + Σ z_j·w_j:
///
/// P − D = ½(1 − s)²(‖r‖² + μΣv_j·w_j²) + Σ_j w_j(t·v_j·sign w_j − s·g_j).
///
/// For one with other bounds the term is the Fenchel–Young distance h(w_j) + h*(s·z_j) − s·z_j·w_j of its penalty h,
/// bounds included; it constrains s only on a side where both its bound and its ridge are missing.
struct GapTerms {
    private let level: GramLevel
    private var square: Double
    private var largest: Double
    private var sum = 0.0
    /// The largest violation of the optimality conditions, in units of t·v_j.
    private(set) var violation = 0.0

    /// - Parameter largest: the largest |z_j|/v_j of features that do not take part here, at least t: those of which a
    ///   bound is all that is known may be there.
    init(_ level: GramLevel, residualSquare: Double, largest: Double) {
        (self.level, square) = (level, residualSquare)
        self.largest = max(level.threshold, largest)
        violation = max(0, largest - level.threshold) / level.threshold
    }

    /// s
    var scale: Double { level.threshold / largest }
    /// P − D
    var gap: Double { (1 - scale) * (1 - scale) * square / 2 + sum }

    /// Takes in what a feature asks of s; all features before the first ``add(_:_:_:_:)``.
    mutating func constrain(_ j: Int, _ w: Double, _ z: Double, _ gram: WorkingGram) {
        if isPlain(j, gram) {
            let ridge = level.ridge * gram.factors[j] * w
            square += ridge * w
            largest = max(largest, gram.excess(z - ridge, at: j))
        } else if level.ridge == 0 && gram.factors[j] > 0 {
            if z > 0 && gram.upper[j] == .infinity || z < 0 && gram.lower[j] == -.infinity {
                largest = max(largest, abs(z) / gram.factors[j])
            }
        }
    }

    /// Adds a feature's term.
    mutating func add(_ j: Int, _ w: Double, _ z: Double, _ gram: WorkingGram) {
        let (v, s) = (gram.factors[j], scale)
        let (threshold, ridge) = (level.threshold * v, level.ridge * v)
        if isPlain(j, gram) {
            if w != 0 { sum += abs(w) * threshold - s * (z - ridge * w) * w }
        } else {
            let best = maximizer(s * z, threshold, ridge, (gram.lower[j], gram.upper[j]), w)
            // h(w) − h(b) − s·z·(w − b) for the b that attains h*(s·z); both are near where the gap is small.
            sum += threshold * (abs(w) - abs(best)) + (ridge / 2 * (w + best) - s * z) * (w - best)
        }
        violation = max(
            violation, distance(j, w, z - ridge * w, threshold, gram) / (v > 0 ? threshold : level.threshold))
    }

    @inline(__always)
    private func isPlain(_ j: Int, _ gram: WorkingGram) -> Bool {
        gram.lower.isEmpty
            || (gram.factors[j] > 0 && (gram.lower[j] == 0 || gram.lower[j] == -.infinity)
                && (gram.upper[j] == 0 || gram.upper[j] == .infinity))
    }

    /// argmax z·b − threshold·|b| − ½ridge·b² within the bounds.
    ///
    /// Without penalty and bound on one side that would be at infinity for a z of rounding's size; it is then taken to
    /// be within sixteen times the coefficient.
    private func maximizer(
        _ z: Double, _ threshold: Double, _ ridge: Double, _ bounds: (lower: Double, upper: Double), _ w: Double
    ) -> Double {
        let shrunk = z > threshold ? z - threshold : z < -threshold ? z + threshold : 0
        if shrunk == 0 { return threshold > 0 ? 0 : w }
        let free = ridge > 0 ? shrunk / ridge : shrunk > 0 ? Double.infinity : -.infinity
        let within = min(max(free, bounds.lower), bounds.upper)
        if within.isFinite { return within }
        // With a threshold s·z is scaled to it, so that what exceeds it is rounding and the point itself attains h*.
        return threshold > 0 ? w : (within > 0 ? 1 : -1) * max(1, 16 * abs(w))
    }

    /// How far −g is from the subdifferential of t·v|w| and the bounds at w.
    private func distance(_ j: Int, _ w: Double, _ g: Double, _ threshold: Double, _ gram: WorkingGram) -> Double {
        let (lower, upper) = gram.lower.isEmpty ? (-Double.infinity, Double.infinity) : (gram.lower[j], gram.upper[j])
        if w == 0 {
            let (rises, falls) =
                gram.lower.isEmpty ? (gram.rising[j] > 0, gram.falling[j] > 0) : (upper > 0, lower < 0)
            return max(0, rises ? g - threshold : 0, falls ? -g - threshold : 0)
        }
        let excess = w > 0 ? g - threshold : g + threshold
        if w >= upper { return max(0, -excess) }
        if w <= lower { return max(0, excess) }
        return abs(excess)
    }
}
