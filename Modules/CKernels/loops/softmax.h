/* Softmax of every row, shifted by its largest element. */

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
