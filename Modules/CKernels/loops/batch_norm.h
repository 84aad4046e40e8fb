/* Batch normalisation: every loop runs along a row, so that columns are the lanes and no sum is reordered. */

enum { CK(block) = 64 }; /* rows summed in CK_T before the sum is added in double */

static void CK(moments)(long rows, long columns, const CK_T *x, long ldx, double *mean, double *m2, CK_T *scratch) {
    CK_T *delta = scratch, *partial = scratch + columns;
    for (long j = 0; j < columns; j++) mean[j] = m2[j] = 0;
    for (long start = 0; start < rows; start += CK(block)) {
        long end = start + CK(block) < rows ? start + CK(block) : rows;
        for (long j = 0; j < columns; j++) partial[j] = 0;
        for (long i = start; i < end; i++) {
            const CK_T *row = x + i * ldx;
            CK_LOOP for (long j = 0; j < columns; j++) partial[j] += row[j] - x[j];
        }
        CK_LOOP for (long j = 0; j < columns; j++) mean[j] += partial[j];
    }
    CK_LOOP for (long j = 0; j < columns; j++) {
        mean[j] /= rows;
        delta[j] = (CK_T)mean[j];
    }
    for (long start = 0; start < rows; start += CK(block)) {
        long end = start + CK(block) < rows ? start + CK(block) : rows;
        for (long j = 0; j < columns; j++) partial[j] = 0;
        for (long i = start; i < end; i++) {
            const CK_T *row = x + i * ldx;
            CK_LOOP for (long j = 0; j < columns; j++) {
                CK_T centred = (row[j] - x[j]) - delta[j];
                partial[j] += centred * centred;
            }
        }
        CK_LOOP for (long j = 0; j < columns; j++) m2[j] += partial[j];
    }
    CK_LOOP for (long j = 0; j < columns; j++) mean[j] += x[j];
}

static CK_INLINE void CK(normalize_as)(ck_activation f, CK_T slope, long rows, long columns, const CK_T *x, long ldx,
                                       const CK_T *shift, const CK_T *delta, const CK_T *scale,
                                       const CK_T *offset, CK_T *y, long ldy) {
    for (long i = 0; i < rows; i++) {
        const CK_T *from = x + i * ldx;
        CK_T *to = y + i * ldy;
        CK_LOOP for (long j = 0; j < columns; j++) {
            CK_T z = ((from[j] - shift[j]) - delta[j]) * scale[j] + offset[j];
            to[j] = CK(activate)(f, slope, z);
        }
    }
}

static void CK(normalize)(ck_activation f, CK_T slope, long rows, long columns, const CK_T *x, long ldx,
                          const CK_T *shift, const CK_T *delta, const CK_T *scale, const CK_T *offset, CK_T *y,
                          long ldy) {
    switch (f) {
#define CK_CASE(kind)                                                                                           \
    case kind: CK(normalize_as)(kind, slope, rows, columns, x, ldx, shift, delta, scale, offset, y, ldy); break;
        CK_EVERY_ACTIVATION(CK_CASE)
#undef CK_CASE
    }
}

static CK_INLINE void CK(normalize_gradient_sums_as)(ck_activation f, CK_T slope, long rows, long columns,
                                                     const CK_T *x, long ldx, const CK_T *shift, const CK_T *delta,
                                                     const CK_T *y, long ldy, const CK_T *dy, long lddy, CK_T *dz,
                                                     long lddz, double *sum, double *dot, CK_T *scratch) {
    CK_T *partial_sum = scratch, *partial_dot = scratch + columns;
    for (long j = 0; j < columns; j++) sum[j] = dot[j] = 0;
    for (long start = 0; start < rows; start += CK(block)) {
        long end = start + CK(block) < rows ? start + CK(block) : rows;
        for (long j = 0; j < 2 * columns; j++) scratch[j] = 0;
        for (long i = start; i < end; i++) {
            const CK_T *xi = x + i * ldx, *yi = y + i * ldy, *from = dy + i * lddy;
            CK_T *to = dz + i * lddz;
            CK_LOOP for (long j = 0; j < columns; j++) {
                CK_T gradient = CK(chain)(f, slope, yi[j], from[j]);
                to[j] = gradient;
                partial_sum[j] += gradient;
                partial_dot[j] += gradient * ((xi[j] - shift[j]) - delta[j]);
            }
        }
        CK_LOOP for (long j = 0; j < columns; j++) {
            sum[j] += partial_sum[j];
            dot[j] += partial_dot[j];
        }
    }
}

static void CK(normalize_gradient_sums)(ck_activation f, CK_T slope, long rows, long columns, const CK_T *x, long ldx,
                                        const CK_T *shift, const CK_T *delta, const CK_T *y, long ldy,
                                        const CK_T *dy, long lddy, CK_T *dz, long lddz, double *sum, double *dot,
                                        CK_T *scratch) {
    switch (f) {
#define CK_CASE(kind)                                                                                           \
    case kind:                                                                                                  \
        CK(normalize_gradient_sums_as)(kind, slope, rows, columns, x, ldx, shift, delta, y, ldy, dy, lddy, dz,  \
                                       lddz, sum, dot, scratch);                                                \
        break;
        CK_EVERY_ACTIVATION(CK_CASE)
#undef CK_CASE
    }
}

static void CK(normalize_gradient)(long rows, long columns, const CK_T *x, long ldx, const CK_T *shift,
                                   const CK_T *delta, const CK_T *dz, long lddz, const CK_T *a, const CK_T *b,
                                   const CK_T *c, CK_T *dx, long lddx) {
    for (long i = 0; i < rows; i++) {
        const CK_T *xi = x + i * ldx, *from = dz + i * lddz;
        CK_T *to = dx + i * lddx;
        CK_LOOP for (long j = 0; j < columns; j++)
            to[j] = a[j] * (from[j] - b[j] - ((xi[j] - shift[j]) - delta[j]) * c[j]);
    }
}

static double CK(merge_moments)(long columns, long shards, const double *moments, double epsilon, const CK_T *gamma,
                                const CK_T *beta, double *mean, double *m2, double *s, CK_T *shift, CK_T *delta,
                                CK_T *scale, CK_T *offset) {
    double total = 0;
    for (long k = 0; k < shards; k++) {
        const double *theirs = moments + k * (2 * columns + 1), *spread = theirs + columns;
        double before = total, rows = theirs[2 * columns];
        if (rows == 0) continue;
        total += rows;
        double share = rows / total, weight = before * share;
        if (before == 0) {
            CK_LOOP for (long j = 0; j < columns; j++) {
                mean[j] = theirs[j];
                m2[j] = spread[j];
            }
        } else {
            CK_LOOP for (long j = 0; j < columns; j++) {
                double difference = theirs[j] - mean[j];
                mean[j] += difference * share;
                m2[j] += spread[j] + difference * difference * weight;
            }
        }
    }
    CK_LOOP for (long j = 0; j < columns; j++) {
        double root = CK_SQRT(m2[j] / total + epsilon);
        double inverse = root == 0 ? 0 : 1 / root;
        s[j] = inverse;
        shift[j] = (CK_T)mean[j];
        delta[j] = (CK_T)(mean[j] - (double)shift[j]);
        scale[j] = (CK_T)inverse;
        offset[j] = 0;
    }
    if (gamma) CK_LOOP for (long j = 0; j < columns; j++) scale[j] = (CK_T)((double)gamma[j] * s[j]);
    if (beta) CK_LOOP for (long j = 0; j < columns; j++) offset[j] = beta[j];
    return total;
}

static void CK(merge_gradients)(long columns, long shards, const double *sums, const double *s, const CK_T *scale,
                                CK_T *a, CK_T *b, CK_T *c, CK_T *scale_gradient, CK_T *shift_gradient) {
    double n = 0;
    for (long k = 0; k < shards; k++) n += sums[k * (2 * columns + 1) + 2 * columns];
    for (long j = 0; j < columns; j++) {
        double sum = 0, dot = 0;
        for (long k = 0; k < shards; k++) {
            const double *theirs = sums + k * (2 * columns + 1);
            if (theirs[2 * columns] == 0) continue;
            sum += theirs[j];
            dot += theirs[columns + j];
        }
        if (scale_gradient) scale_gradient[j] = (CK_T)(dot * s[j]);
        if (shift_gradient) shift_gradient[j] = (CK_T)sum;
        a[j] = scale[j];
        b[j] = (CK_T)(sum / n);
        c[j] = (CK_T)(s[j] * s[j] * dot / n);
    }
}
