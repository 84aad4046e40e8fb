/* Reductions and element-wise passes over vectors. Sums are taken in double and may be reordered by lanes. */

static double CK(sum_of_squares)(long count, const CK_T *x) {
#pragma clang fp reassociate(on)
    double sum = 0;
    for (long k = 0; k < count; k++) sum += (double)x[k] * (double)x[k];
    return sum;
}

static double CK(sum_of_magnitudes)(long count, const CK_T *x) {
#pragma clang fp reassociate(on)
    double sum = 0;
    for (long k = 0; k < count; k++) sum += x[k] < 0 ? -(double)x[k] : (double)x[k];
    return sum;
}

static CK_T CK(largest_magnitude)(long count, const CK_T *x) {
    CK_T largest = 0;
    for (long k = 0; k < count; k++) {
        CK_T magnitude = x[k] < 0 ? -x[k] : x[k];
        if (magnitude != magnitude) return magnitude;
        largest = magnitude > largest ? magnitude : largest;
    }
    return largest;
}

static long CK(count_zeros)(long count, const CK_T *x) {
    long zeros = 0;
    for (long k = 0; k < count; k++) zeros += CK_IS_ZERO(x[k]);
    return zeros;
}

static long CK(first_non_finite)(long count, const CK_T *x) {
    enum { stretch = 256 };
    for (long start = 0; start < count; start += stretch) {
        long end = start + stretch < count ? start + stretch : count, bad = 0;
        for (long k = start; k < end; k++) bad += !(x[k] - x[k] == 0); /* ∞ − ∞ is NaN */
        if (!bad) continue;
        for (long k = start; k < end; k++)
            if (!(x[k] - x[k] == 0)) return k;
    }
    return -1;
}

static long CK(flush_subnormals)(long count, CK_T *x) {
    long flushed = 0;
    for (long k = 0; k < count; k++) {
        if (CK_IS_SUBNORMAL(x[k])) {
            x[k] = 0;
            flushed++;
        }
    }
    return flushed;
}

static void CK(scale)(long count, CK_T alpha, CK_T *x) {
    CK_LOOP for (long k = 0; k < count; k++) x[k] *= alpha;
}

/* Whether element `index` is kept under `key`: a 64-bit mix of both against the probability in units of 2^-53. */
static CK_INLINE int CK(keeps)(uint64_t key, uint64_t index, uint64_t limit) {
    uint64_t z = key + index * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return (z >> 11) < limit;
}

static void CK(dropout)(long count, uint64_t key, uint64_t first, double keep_probability, const CK_T *x, CK_T *y) {
    uint64_t limit = (uint64_t)(keep_probability * 9007199254740992.0);
    CK_T factor = (CK_T)(1 / keep_probability);
    CK_LOOP for (long k = 0; k < count; k++) y[k] = CK(keeps)(key, first + (uint64_t)k, limit) ? x[k] * factor : 0;
}
