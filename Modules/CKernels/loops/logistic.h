/* The logistic loss log(1 + e^η) − y·η of every row, its slope and its curvature. */

/* log(1 + e) for 0 ≤ e ≤ 1, as 2·artanh s with s = e / (2 + e) ≤ 1/3, by its series: relative error about 2 ulp. */
static CK_INLINE CK_T CK(log_one_plus)(CK_T e) {
    CK_T s = e / (2 + e), z = s * s;
#if CK_IS_FLOAT
    CK_T p = (CK_T)(1.0 / 15);
#else
    CK_T p = (CK_T)(1.0 / 33);
    p = p * z + (CK_T)(1.0 / 31);
    p = p * z + (CK_T)(1.0 / 29);
    p = p * z + (CK_T)(1.0 / 27);
    p = p * z + (CK_T)(1.0 / 25);
    p = p * z + (CK_T)(1.0 / 23);
    p = p * z + (CK_T)(1.0 / 21);
    p = p * z + (CK_T)(1.0 / 19);
    p = p * z + (CK_T)(1.0 / 17);
    p = p * z + (CK_T)(1.0 / 15);
#endif
    p = p * z + (CK_T)(1.0 / 13);
    p = p * z + (CK_T)(1.0 / 11);
    p = p * z + (CK_T)(1.0 / 9);
    p = p * z + (CK_T)(1.0 / 7);
    p = p * z + (CK_T)(1.0 / 5);
    p = p * z + (CK_T)(1.0 / 3);
    return 2 * s + 2 * s * z * p;
}

/* One exponential of −|η|, so that neither p = 1/(1 + e^−η) nor 1 − p cancels; a row of weight 0 counts for nothing. */
static CK_INLINE CK_T CK(logistic_row)(CK_T eta, CK_T y, CK_T w, CK_T *residual, CK_T *curvature) {
    CK_T size = eta < 0 ? -eta : eta, e = CK(exp)(-size), inverse = 1 / (1 + e), rest = e * inverse;
    CK_T p = eta >= 0 ? inverse : rest, q = eta >= 0 ? rest : inverse;
    CK_T linear = eta >= 0 ? (1 - y) * eta : -y * eta;
    *residual = w == 0 ? 0 : w * (y * q - (1 - y) * p);
    *curvature = w == 0 ? 0 : inverse * rest;
    return w == 0 ? 0 : w * (linear + CK(log_one_plus)(e));
}

enum { CK(logistic_sums) = 8 };

static double CK(logistic)(long rows, const CK_T *eta, const CK_T *y, const CK_T *w, CK_T *residual,
                           CK_T *curvature) {
    double sums[CK(logistic_sums)] = {0}, total = 0;
    long i = 0;
    for (; i + CK(logistic_sums) <= rows; i += CK(logistic_sums))
        CK_LOOP for (long l = 0; l < CK(logistic_sums); l++)
            sums[l] += CK(logistic_row)(eta[i + l], y[i + l], w[i + l], residual + i + l, curvature + i + l);
    for (; i < rows; i++) total += CK(logistic_row)(eta[i], y[i], w[i], residual + i, curvature + i);
    for (long l = 0; l < CK(logistic_sums); l++) total += sums[l];
    return total;
}
