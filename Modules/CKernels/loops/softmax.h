/* Softmax of every row, shifted by its largest element, and the cross-entropy of it. */

/* e^(z − max z) of a row that fits a vector (0 in the lanes behind it), its sum and the largest element. */
static CK_INLINE CK(vector) CK(exponentials_of_vector)(CK(vector) z, CK_T *largest, CK_T *sum) {
    CK(vector) most = CK(fold_max)(z);
    CK_T lanes[CK(lanes)]; /* an array, because the vectoriser does not see into vectors */
    CK(store)(lanes, z - most);
    CK_LOOP for (long j = 0; j < CK(lanes); j++) lanes[j] = CK(exp)(lanes[j]);
    CK(vector) p = CK(load)(lanes);
    *largest = most[0];
    *sum = CK(fold_sum)(p)[0];
    return p;
}

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

enum { CK(narrow) = 4 };

/* The same for as many rows as a vector has lanes, of at most CK(narrow) columns: a lane a row. Returns Σ max z − t·z
   and multiplies `product` by the sums. */
static CK_INLINE double CK(cross_entropy_rows)(long columns, const CK_T *z, long ldz, const CK_T *class,
                                               long class_step, CK_T scale, CK_T share, CK_T sure, CK_T *gradient,
                                               long ldg, double *product) {
    CK_T logits[CK(narrow)][CK(lanes)], largest[CK(lanes)], sum[CK(lanes)], loss[CK(lanes)], y[CK(lanes)];
    CK_LOOP for (long l = 0; l < CK(lanes); l++) {
        y[l] = class[l * class_step];
        sum[l] = 0;
        largest[l] = z[l * ldz];
    }
    for (long c = 0; c < columns; c++)
        for (long l = 0; l < CK(lanes); l++) logits[c][l] = z[l * ldz + c];
    for (long c = 1; c < columns; c++)
        CK_LOOP for (long l = 0; l < CK(lanes); l++)
            largest[l] = logits[c][l] > largest[l] ? logits[c][l] : largest[l];
    CK_LOOP for (long l = 0; l < CK(lanes); l++) loss[l] = largest[l];
    for (long c = 0; c < columns; c++)
        CK_LOOP for (long l = 0; l < CK(lanes); l++) {
            loss[l] -= (share + (y[l] == c ? sure : 0)) * logits[c][l];
            logits[c][l] = CK(exp)(logits[c][l] - largest[l]);
            sum[l] += logits[c][l];
        }
    for (long c = 0; c < columns; c++) {
        CK_LOOP for (long l = 0; l < CK(lanes); l++)
            logits[c][l] = logits[c][l] * (scale / sum[l]) - scale * (share + (y[l] == c ? sure : 0));
        for (long l = 0; l < CK(lanes); l++) gradient[l * ldg + c] = logits[c][l];
    }
    double total = 0;
    for (long l = 0; l < CK(lanes); l++) total += loss[l];
    for (long l = 0; l < CK(lanes); l++) *product *= sum[l];
    return total;
}

static double CK(cross_entropy)(long rows, long columns, const CK_T *z, long ldz, const CK_T *class, long class_step,
                                const CK_T *weights, double smoothing, CK_T factor, CK_T *gradient, long ldg) {
    CK_T share = (CK_T)(smoothing / columns), sure = (CK_T)(1 - smoothing);
    /* Without weights the logarithms of many rows are taken at once, as the logarithm of a product. */
    double total = 0, product = 1;
    long i = 0;
    if (!weights && columns <= CK(narrow)) {
        for (; i + CK(lanes) <= rows; i += CK(lanes)) {
            total += CK(cross_entropy_rows)(columns, z + i * ldz, ldz, class + i * class_step, class_step, factor, share,
                                            sure, gradient + i * ldg, ldg, &product);
            if (!(product <= 1e200)) {
                total += log(product);
                product = 1;
            }
        }
    }
    for (; i < rows; i++) {
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
