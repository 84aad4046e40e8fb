/* Softmax of every row, shifted by its largest element, and the cross-entropy of it. */

/* Every lane of v combined with every other, log2(lanes) times lane i with lane i + lanes/2. */
#define CK_FOLD(v, combine)                                                                                     \
    _Pragma("clang loop unroll(full)") for (int fold = 1; fold < CK(lanes); fold *= 2) {                        \
        CK(vector) low = CK_INTERLEAVE(LOW, v, v), high = CK_INTERLEAVE(HIGH, v, v);                            \
        v = combine;                                                                                            \
    }

/* p ← e^(z − max z) of one row and its sum; returns the largest element. A row that fits a vector is one. */
static CK_INLINE CK_T CK(exponentials)(long columns, const CK_T *z, CK_T *p, CK_T *sum) {
    CK_T largest = z[0], total = 0;
    if (columns <= CK(lanes)) {
        CK(vector) row = CK(load_first)(columns, z, (CK_T)-INFINITY), most = row;
        CK_FOLD(most, __builtin_elementwise_max(low, high))
        largest = most[0];
        CK_LOOP for (long j = 0; j < CK(lanes); j++) row[j] = CK(exp)(row[j] - largest);
        CK(vector) all = row;
        CK_FOLD(all, low + high)
        total = all[0];
        CK(store_first)(columns, row, p);
    } else {
        for (long j = 1; j < columns; j++) largest = z[j] > largest ? z[j] : largest;
        CK_LOOP for (long j = 0; j < columns; j++) p[j] = CK(exp)(z[j] - largest);
        for (long j = 0; j < columns; j++) total += p[j];
    }
    *sum = total;
    return largest;
}

#undef CK_FOLD

static void CK(softmax)(long rows, long columns, const CK_T *x, long ldx, CK_T *p, long ldp, CK_T *log_sum_exp) {
    if (columns == 0) return;
    for (long i = 0; i < rows; i++) {
        CK_T *to = p + i * ldp, sum; /* a NaN anywhere in the row makes it NaN */
        CK_T largest = CK(exponentials)(columns, x + i * ldx, to, &sum);
        CK_LOOP for (long j = 0; j < columns; j++) to[j] /= sum;
        if (log_sum_exp) log_sum_exp[i] = largest + CK_LOG(sum);
    }
}

static double CK(cross_entropy)(long rows, long columns, const CK_T *z, long ldz, const CK_T *class, long class_step,
                                const CK_T *weights, double smoothing, CK_T factor, CK_T *gradient, long ldg) {
    CK_T share = (CK_T)(smoothing / columns), sure = (CK_T)(1 - smoothing);
    /* Without weights the logarithms of many rows are taken at once, as the logarithm of a product. */
    double total = 0, product = 1;
    for (long i = 0; i < rows; i++) {
        const CK_T *from = z + i * ldz;
        CK_T *to = gradient + i * ldg;
        long y = (long)class[i * class_step];
        CK_T weight = weights ? weights[i] : 1, sum;
        double loss = -(1 - smoothing) * from[y];
        if (smoothing > 0)
            for (long j = 0; j < columns; j++) loss -= smoothing / columns * from[j];
        loss += CK(exponentials)(columns, from, to, &sum);
        if (weight == 0) {
            for (long j = 0; j < columns; j++) to[j] = 0; /* and not 0 · NaN */
            continue;
        }
        if (weights) {
            loss += log((double)sum);
        } else if ((product *= sum) > 1e200) {
            loss += log(product);
            product = 1;
        }
        total += weight * loss;
        CK_T scale = factor * weight, inverse = scale / sum, most = scale * share;
        CK_LOOP for (long j = 0; j < columns; j++) to[j] = to[j] * inverse - most;
        to[y] -= scale * sure;
    }
    return total + log(product);
}
