/* Softmax of every row, shifted by its largest element, and the cross-entropy of it. */

static void CK(softmax)(long rows, long columns, const CK_T *x, long ldx, CK_T *p, long ldp, CK_T *log_sum_exp) {
    if (columns == 0) return;
    for (long i = 0; i < rows; i++) {
        const CK_T *from = x + i * ldx;
        CK_T *to = p + i * ldp;
        CK_T largest = from[0];
        for (long j = 1; j < columns; j++) largest = from[j] > largest ? from[j] : largest;
        CK_LOOP for (long j = 0; j < columns; j++) to[j] = CK(exp)(from[j] - largest);
        CK_T sum = 0; /* a NaN anywhere in the row makes it NaN */
        for (long j = 0; j < columns; j++) sum += to[j];
        CK_LOOP for (long j = 0; j < columns; j++) to[j] /= sum;
        if (log_sum_exp) log_sum_exp[i] = largest + CK_LOG(sum);
    }
}

static double CK(cross_entropy)(long rows, long columns, const CK_T *z, long ldz, const CK_T *class, long class_step,
                                const CK_T *weights, double smoothing, CK_T factor, CK_T *gradient, long ldg) {
    CK_T share = (CK_T)(smoothing / columns), sure = (CK_T)(1 - smoothing);
    double total = 0;
    for (long i = 0; i < rows; i++) {
        const CK_T *from = z + i * ldz;
        CK_T *to = gradient + i * ldg;
        long y = (long)class[i * class_step];
        CK_T weight = weights ? weights[i] : 1, log_sum_exp;
        double loss = -(1 - smoothing) * from[y];
        if (smoothing > 0)
            for (long j = 0; j < columns; j++) loss -= smoothing / columns * from[j];
        CK(softmax)(1, columns, from, columns, to, columns, &log_sum_exp);
        loss += log_sum_exp;
        if (weight == 0) {
            for (long j = 0; j < columns; j++) to[j] = 0; /* and not 0 · NaN */
            continue;
        }
        total += weight * loss;
        to[y] -= sure;
        CK_LOOP for (long j = 0; j < columns; j++) to[j] = factor * weight * (to[j] - share);
    }
    return total;
}
