/* Softmax of every row, shifted by its largest element, and the cross-entropy of it. */

/* Every lane of v combined with every other, log2(lanes) times lane i with lane i + lanes/2. */
#define CK_FOLD(v, combine)                                                                                     \
    _Pragma("clang loop unroll(full)") for (int fold = 1; fold < CK(lanes); fold *= 2) {                        \
        CK(vector) low = CK_INTERLEAVE(LOW, v, v), high = CK_INTERLEAVE(HIGH, v, v);                            \
        v = combine;                                                                                            \
    }

/* e^(z − max z) of a row that fits a vector (0 in the lanes behind it), its sum and the largest element. */
static CK_INLINE CK(vector) CK(exponentials_of_vector)(CK(vector) z, CK_T *largest, CK_T *sum) {
    CK(vector) most = z;
    CK_FOLD(most, __builtin_elementwise_max(low, high))
    CK_T lanes[CK(lanes)]; /* an array, because the vectoriser does not see into vectors */
    CK(store)(lanes, z - most);
    CK_LOOP for (long j = 0; j < CK(lanes); j++) lanes[j] = CK(exp)(lanes[j]);
    CK(vector) all = CK(load)(lanes), p = all;
    CK_FOLD(all, low + high)
    *largest = most[0];
    *sum = all[0];
    return p;
}

#undef CK_FOLD

/* p ← e^(z − max z) of one row and its sum; returns the largest element. */
static CK_INLINE CK_T CK(exponentials)(long columns, const CK_T *z, CK_T *p, CK_T *sum) {
    CK_T largest = z[0], total = 0;
    if (columns <= CK(lanes)) {
        CK(vector) row = CK(load_first)(columns, z, (CK_T)-INFINITY);
        CK(store_first)(columns, CK(exponentials_of_vector)(row, &largest, sum), p);
        return largest;
    }
    for (long j = 1; j < columns; j++) largest = z[j] > largest ? z[j] : largest;
    CK_LOOP for (long j = 0; j < columns; j++) p[j] = CK(exp)(z[j] - largest);
    for (long j = 0; j < columns; j++) total += p[j];
    *sum = total;
    return largest;
}

static void CK(softmax)(long rows, long columns, const CK_T *x, long ldx, CK_T *p, long ldp, CK_T *log_sum_exp) {
    if (columns == 0) return;
    for (long i = 0; i < rows; i++) {
        CK_T *to = p + i * ldp, sum; /* a NaN anywhere in the row makes it NaN */
        CK_T largest = CK(exponentials)(columns, x + i * ldx, to, &sum);
        CK_LOOP for (long j = 0; j < columns; j++) to[j] /= sum;
        if (log_sum_exp) log_sum_exp[i] = largest + CK_LOG(sum);
    }
}

/* gradient ← scale·(softmax(z) − share − sure·[j = y]) of one row and its sum of exponentials; returns max z. */
static CK_INLINE CK_T CK(cross_entropy_row)(long columns, const CK_T *z, long y, CK_T scale, CK_T share, CK_T sure,
                                            CK_T *gradient, CK_T *sum) {
    if (columns > CK(lanes)) {
        CK_T largest = CK(exponentials)(columns, z, gradient, sum), inverse = scale / *sum;
        CK_LOOP for (long j = 0; j < columns; j++) gradient[j] = gradient[j] * inverse - scale * share;
        gradient[y] -= scale * sure;
        return largest;
    }
    CK_T largest;
    CK(vector) row = CK(exponentials_of_vector)(CK(load_first)(columns, z, (CK_T)-INFINITY), &largest, sum);
    row = row * (scale / *sum) - scale * share;
    CK(vector) lane;
    for (int j = 0; j < CK(lanes); j++) lane[j] = j;
    row -= CK(select)(lane == (CK_T)y, CK(splat)(scale * sure), CK(splat)(0));
    CK(store_first)(columns, row, gradient);
    return largest;
}

static double CK(cross_entropy)(long rows, long columns, const CK_T *z, long ldz, const CK_T *class, long class_step,
                                const CK_T *weights, double smoothing, CK_T factor, CK_T *gradient, long ldg) {
    CK_T share = (CK_T)(smoothing / columns), sure = (CK_T)(1 - smoothing);
    /* Without weights the logarithms of many rows are taken at once, as the logarithm of a product. */
    double total = 0, product = 1;
    for (long i = 0; i < rows; i++) {
        const CK_T *from = z + i * ldz;
        CK_T *to = gradient + i * ldg, weight = weights ? weights[i] : 1, sum;
        long y = (long)class[i * class_step];
        if (weight == 0) {
            for (long j = 0; j < columns; j++) to[j] = 0; /* and not 0 · NaN */
            continue;
        }
        double loss = -(1 - smoothing) * from[y];
        if (smoothing > 0)
            for (long j = 0; j < columns; j++) loss -= smoothing / columns * from[j];
        loss += CK(cross_entropy_row)(columns, from, y, factor * weight, share, sure, to, &sum);
        if (weights) {
            loss += log((double)sum);
        } else if ((product *= sum) > 1e200) {
            loss += log(product);
            product = 1;
        }
        total += weight * loss;
    }
    return total + log(product);
}
