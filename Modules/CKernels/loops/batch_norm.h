/* Batch normalisation: columns are the lanes; a sum over rows is taken in registers, block by block. */

enum { CK(block) = 64 }; /* rows summed in CK_T before the sum is added in double */

/* The columns of a vector: see the table. Rows are summed in two chains of registers. */
static CK_INLINE void CK(moments_of_vector)(long rows, const CK_T *x, long ldx, double *mean, double *rest,
                                            double *m2) {
    CK(vector) first = CK(load)(x);
    CK(wide) sum = {0}, squares = {0};
    for (long start = 0; start < rows; start += CK(block)) {
        long end = start + CK(block) < rows ? start + CK(block) : rows, i = start;
        CK(vector) even = {0}, odd = {0};
        for (; i + 1 < end; i += 2) {
            even += CK(load)(x + i * ldx) - first;
            odd += CK(load)(x + (i + 1) * ldx) - first;
        }
        if (i < end) even += CK(load)(x + i * ldx) - first;
        sum += __builtin_convertvector(even + odd, CK(wide));
    }
    sum /= (double)rows;
    CK(vector) delta = __builtin_convertvector(sum, CK(vector));
    for (long start = 0; start < rows; start += CK(block)) {
        long end = start + CK(block) < rows ? start + CK(block) : rows, i = start;
        CK(vector) even = {0}, odd = {0};
        for (; i + 1 < end; i += 2) {
            CK(vector) one = (CK(load)(x + i * ldx) - first) - delta;
            CK(vector) other = (CK(load)(x + (i + 1) * ldx) - first) - delta;
            even += one * one;
            odd += other * other;
        }
        if (i < end) {
            CK(vector) one = (CK(load)(x + i * ldx) - first) - delta;
            even += one * one;
        }
        squares += __builtin_convertvector(even + odd, CK(wide));
    }
    CK(wide) start = __builtin_convertvector(first, CK(wide)), whole = start + sum, part = whole - start;
    *(CK(wide) *)mean = whole;
    *(CK(wide) *)rest = (start - (whole - part)) + (sum - part);
    *(CK(wide) *)m2 = squares;
}

/* One column, for those that do not fill a vector. */
static CK_INLINE void CK(moments_of_column)(long rows, const CK_T *x, long ldx, double *mean, double *rest,
                                            double *m2) {
    double sum = 0, squares = 0;
    for (long i = 0; i < rows; i++) sum += x[i * ldx] - x[0];
    sum /= rows;
    CK_T delta = (CK_T)sum;
    for (long i = 0; i < rows; i++) {
        CK_T centred = (x[i * ldx] - x[0]) - delta;
        squares += (double)centred * centred;
    }
    double whole = x[0] + sum, part = whole - x[0];
    *mean = whole;
    *rest = (x[0] - (whole - part)) + (sum - part);
    *m2 = squares;
}

static void CK(moments)(long rows, long columns, const CK_T *x, long ldx, double *mean, double *rest, double *m2) {
    long j = 0;
    for (; j + CK(lanes) <= columns; j += CK(lanes))
        CK(moments_of_vector)(rows, x + j, ldx, mean + j, rest + j, m2 + j);
    for (; j < columns; j++) CK(moments_of_column)(rows, x + j, ldx, mean + j, rest + j, m2 + j);
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

/* f′(y)·dy on a vector, for the activations whose slope y tells. */
static CK_INLINE CK(vector) CK(chain_of_vector)(ck_activation f, CK_T slope, CK(vector) y, CK(vector) dy) {
    switch (f) {
    case ck_relu: return CK(select)(y > 0, dy, CK(select)(y == y, CK(splat)(0), y));
    case ck_leaky_relu: return CK(select)(y > 0, dy, slope * dy);
    case ck_tanh: return (1 - y * y) * dy;
    case ck_sigmoid: return y * (1 - y) * dy;
    default: return dy;
    }
}

static CK_INLINE void CK(gradient_sums_of_vector)(ck_activation f, CK_T slope, long rows, const CK_T *x, long ldx,
                                                  const CK_T *shift, const CK_T *delta, const CK_T *y, long ldy,
                                                  const CK_T *dy, long lddy, CK_T *dz, long lddz, double *sum,
                                                  double *dot) {
    CK(vector) centre = CK(load)(shift), rest = CK(load)(delta);
    CK(wide) all = {0}, products = {0};
    for (long start = 0; start < rows; start += CK(block)) {
        long end = start + CK(block) < rows ? start + CK(block) : rows;
        CK(vector) partial = {0}, partial_dot = {0};
        for (long i = start; i < end; i++) {
            CK(vector) gradient = CK(chain_of_vector)(f, slope, CK(load)(y + i * ldy), CK(load)(dy + i * lddy));
            CK(store)(dz + i * lddz, gradient);
            partial += gradient;
            partial_dot += gradient * ((CK(load)(x + i * ldx) - centre) - rest);
        }
        all += __builtin_convertvector(partial, CK(wide));
        products += __builtin_convertvector(partial_dot, CK(wide));
    }
    *(CK(wide) *)sum = all;
    *(CK(wide) *)dot = products;
}

static CK_INLINE void CK(gradient_sums_of_column)(ck_activation f, CK_T slope, long rows, const CK_T *x, long ldx,
                                                  CK_T shift, CK_T delta, const CK_T *y, long ldy, const CK_T *dy,
                                                  long lddy, CK_T *dz, long lddz, double *sum, double *dot) {
    double all = 0, products = 0;
    for (long i = 0; i < rows; i++) {
        CK_T gradient = CK(chain)(f, slope, y[i * ldy], dy[i * lddy]);
        dz[i * lddz] = gradient;
        all += gradient;
        products += (double)gradient * ((x[i * ldx] - shift) - delta);
    }
    *sum = all;
    *dot = products;
}

static CK_INLINE void CK(normalize_gradient_sums_as)(ck_activation f, CK_T slope, long rows, long columns,
                                                     const CK_T *x, long ldx, const CK_T *shift, const CK_T *delta,
                                                     const CK_T *y, long ldy, const CK_T *dy, long lddy, CK_T *dz,
                                                     long lddz, double *sum, double *dot) {
    long j = 0;
    for (; j + CK(lanes) <= columns; j += CK(lanes))
        CK(gradient_sums_of_vector)(f, slope, rows, x + j, ldx, shift + j, delta + j, y + j, ldy, dy + j, lddy, dz + j,
                                    lddz, sum + j, dot + j);
    for (; j < columns; j++)
        CK(gradient_sums_of_column)(f, slope, rows, x + j, ldx, shift[j], delta[j], y + j, ldy, dy + j, lddy, dz + j,
                                    lddz, sum + j, dot + j);
}

static void CK(normalize_gradient_sums)(ck_activation f, CK_T slope, long rows, long columns, const CK_T *x, long ldx,
                                        const CK_T *shift, const CK_T *delta, const CK_T *y, long ldy,
                                        const CK_T *dy, long lddy, CK_T *dz, long lddz, double *sum, double *dot) {
    switch (f) {
#define CK_CASE(kind)                                                                                           \
    case kind:                                                                                                  \
        CK(normalize_gradient_sums_as)(kind, slope, rows, columns, x, ldx, shift, delta, y, ldy, dy, lddy, dz,  \
                                       lddz, sum, dot);                                                         \
        break;
        CK_CASE(ck_identity) CK_CASE(ck_relu) CK_CASE(ck_leaky_relu) CK_CASE(ck_tanh) CK_CASE(ck_sigmoid)
#undef CK_CASE
    case ck_gelu:
    case ck_silu: break; /* their slope needs the input: they are not fused with a normalisation */
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
                                const CK_T *beta, double *mean, double *rest, double *m2, double *s, CK_T *shift,
                                CK_T *delta, CK_T *scale, CK_T *offset) {
    double total = 0;
    for (long k = 0; k < shards; k++) {
        const double *theirs = moments + k * (3 * columns + 1), *spread = theirs + columns, *low = spread + columns;
        double before = total, rows = theirs[3 * columns];
        if (rows == 0) continue;
        total += rows;
        double share = rows / total, weight = before * share;
        if (before == 0) {
            CK_LOOP for (long j = 0; j < columns; j++) {
                mean[j] = theirs[j];
                rest[j] = low[j];
                m2[j] = spread[j];
            }
        } else {
            CK_LOOP for (long j = 0; j < columns; j++) {
                double difference = (theirs[j] - mean[j]) + (low[j] - rest[j]), step = difference * share;
                double whole = mean[j] + step, part = whole - mean[j];
                rest[j] += (mean[j] - (whole - part)) + (step - part);
                mean[j] = whole;
                m2[j] += spread[j] + difference * difference * weight;
            }
        }
    }
    CK_LOOP for (long j = 0; j < columns; j++) {
        double root = CK_SQRT(m2[j] / total + epsilon);
        double inverse = root == 0 ? 0 : 1 / root;
        s[j] = inverse;
        shift[j] = (CK_T)mean[j];
        delta[j] = (CK_T)((mean[j] - (double)shift[j]) + rest[j]);
        scale[j] = (CK_T)inverse;
        offset[j] = 0;
    }
    if (gamma) CK_LOOP for (long j = 0; j < columns; j++) scale[j] = (CK_T)((double)gamma[j] * s[j]);
    if (beta) CK_LOOP for (long j = 0; j < columns; j++) offset[j] = beta[j];
    return total;
}

static void CK(merge_gradients)(long columns, long shards, const double *sums, double epsilon, const double *s,
                                const CK_T *scale, CK_T *a, CK_T *b, CK_T *c, CK_T *scale_gradient,
                                CK_T *shift_gradient) {
    double n = 0;
    for (long k = 0; k < shards; k++) n += sums[k * (3 * columns + 1) + 3 * columns];
    CK_LOOP for (long j = 0; j < columns; j++) {
        double sum = 0, dot = 0;
        for (long k = 0; k < shards; k++) { /* a shard without rows has sums of zero */
            sum += sums[k * (3 * columns + 1) + j];
            dot += sums[k * (3 * columns + 1) + columns + j];
        }
        if (scale_gradient) scale_gradient[j] = (CK_T)(dot * s[j]);
        if (shift_gradient) shift_gradient[j] = (CK_T)sum;
        a[j] = scale[j];
        b[j] = (CK_T)(sum / n);
        c[j] = (CK_T)(s[j] * s[j] * dot / n);
    }
    if (n == 2) /* the deviations of dz are a multiple of those of x: 1 − σ²·s² = ε·s² of them is left, uncancelled */
        for (long j = 0; j < columns; j++) {
            a[j] = (CK_T)((double)scale[j] * (epsilon * s[j] * s[j]));
            c[j] = 0;
        }
}
