/* Sums, moments and transposition of the columns of a matrix. Elements are CK_T, all sums are in double. */

/* ---- Sums of columns ------------------------------------------------------------------------------ */

/* y[i] += Σ_c coefficients[c] · x[c][i], in the order of the columns, whose number is known at compile time. */
static CK_INLINE void CK(add_columns)(int columns, long rows, const CK_T *const *x, const double *coefficients,
                                      double *y) {
    const CK_T *starts[8];
    double factors[8];
    _Pragma("clang loop unroll(full)") for (int c = 0; c < columns; c++) {
        starts[c] = x[c];
        factors[c] = coefficients[c];
    }
    long i = 0;
    for (; i + CK(doubled) <= rows; i += CK(doubled)) {
        CK(doubles) sum = *(CK(doubles) *)(y + i);
        _Pragma("clang loop unroll(full)") for (int c = 0; c < columns; c++)
            sum += factors[c] * CK(widen)(starts[c] + i);
        *(CK(doubles) *)(y + i) = sum;
    }
    for (; i < rows; i++)
        _Pragma("clang loop unroll(full)") for (int c = 0; c < columns; c++) y[i] += factors[c] * (double)starts[c][i];
}

static void CK(column_add)(long rows, long columns, const long *selected, const CK_T *x, long ldx,
                           const double *coefficients, double *y) {
    enum { block = 8 * CK(stretch), tile = 8 };
    for (long from = 0; from < rows; from += block) {
        long part = rows - from < block ? rows - from : block;
        for (long k = 0; k < columns; k += tile) {
            const CK_T *starts[tile];
            long some = columns - k < tile ? columns - k : tile;
            for (long c = 0; c < some; c++) starts[c] = x + selected[k + c] * ldx + from;
            if (some == tile)
                CK(add_columns)(tile, part, starts, coefficients + k, y + from);
            else
                for (long c = 0; c < some; c++) CK(add_columns)(1, part, starts + c, coefficients + k + c, y + from);
        }
    }
}

static void CK(column_copy)(long rows, const CK_T *x, double *y) {
    CK_LOOP for (long i = 0; i < rows; i++) y[i] = (double)x[i];
}

static void CK(column_gather)(long count, const long *rows, const CK_T *x, double *y) {
    for (long k = 0; k < count; k++) y[k] = (double)x[rows[k]];
}

/* ---- Moments -------------------------------------------------------------------------------------- */

static double CK(total)(long count, const double *w) {
#pragma clang fp reassociate(on)
    double sum = 0;
    for (long i = 0; i < count; i++) sum += w[i];
    return sum;
}

/* The second pass is about the mean of the first, and corrects it and itself by what is left of Σw·(x − mean). */
static CK_INLINE void CK(moments_of_whole_column)(int weighted, long rows, const CK_T *x, const double *w, double total,
                                                  double *mean, double *variance) {
#pragma clang fp reassociate(on)
    double sum = 0, rest = 0, squares = 0;
    for (long i = 0; i < rows; i++) sum += (weighted ? w[i] : 1) * (double)x[i];
    double center = sum / total;
    for (long i = 0; i < rows; i++) {
        double distance = (double)x[i] - center, part = (weighted ? w[i] : 1) * distance;
        rest += part;
        squares += part * distance;
    }
    double correction = rest / total;
    squares = squares / total - correction * correction;
    *mean = center + correction;
    *variance = squares < 0 ? 0 : squares; /* NaN stays NaN */
}

static void CK(column_moments)(long rows, long columns, const CK_T *x, long ldx, const double *w, double *means,
                               double *variances) {
    double total = w ? CK(total)(rows, w) : (double)rows;
    for (long j = 0; j < columns; j++) {
        if (w)
            CK(moments_of_whole_column)(1, rows, x + j * ldx, w, total, means + j, variances + j);
        else
            CK(moments_of_whole_column)(0, rows, x + j * ldx, w, total, means + j, variances + j);
    }
}

static void CK(column_center)(long rows, long columns, CK_T *x, long ldx, double *shifts) {
    for (long j = 0; j < columns; j++, x += ldx) {
        double sum = 0;
        {
#pragma clang fp reassociate(on)
            for (long i = 0; i < rows; i++) sum += (double)x[i];
        }
        CK_T shift = rows > 0 ? (CK_T)(sum / rows) : 0;
        CK_LOOP for (long i = 0; i < rows; i++) x[i] -= shift;
        shifts[j] = (double)shift;
    }
}

/* ---- Transposition ---------------------------------------------------------------------------------- */

static void CK(row_means)(long rows, long columns, const CK_T *x, long ldx, double *means) {
    CK_LOOP for (long j = 0; j < columns; j++) means[j] = 0;
    long i = 0;
    for (; i + 4 <= rows; i += 4, x += 4 * ldx)
        CK_LOOP for (long j = 0; j < columns; j++)
            means[j] += ((double)x[j] + (double)x[j + ldx]) + ((double)x[j + 2 * ldx] + (double)x[j + 3 * ldx]);
    for (; i < rows; i++, x += ldx)
        CK_LOOP for (long j = 0; j < columns; j++) means[j] += (double)x[j];
    CK_LOOP for (long j = 0; j < columns; j++) means[j] = rows > 0 ? (double)(CK_T)(means[j] / rows) : 0;
}

/* A square of lanes × lanes, by interleaving rows r and r + lanes/2 log2(lanes) times. */
static CK_INLINE void CK(transpose_square)(const CK_T *x, long ldx, CK(vector) shift, CK_T *y, long ldy) {
    CK(vector) line[CK(lanes)], next[CK(lanes)];
    _Pragma("clang loop unroll(full)") for (int r = 0; r < CK(lanes); r++) line[r] = CK(load)(x + r * ldx) - shift;
    _Pragma("clang loop unroll(full)") for (int stage = 1; stage < CK(lanes); stage *= 2) {
        _Pragma("clang loop unroll(full)") for (int r = 0; r < CK(lanes) / 2; r++) {
            next[2 * r] = CK_INTERLEAVE(LOW, line[r], line[r + CK(lanes) / 2]);
            next[2 * r + 1] = CK_INTERLEAVE(HIGH, line[r], line[r + CK(lanes) / 2]);
        }
        _Pragma("clang loop unroll(full)") for (int r = 0; r < CK(lanes); r++) line[r] = next[r];
    }
    _Pragma("clang loop unroll(full)") for (int r = 0; r < CK(lanes); r++) CK(store)(y + r * ldy, line[r]);
}

static void CK(transpose)(long rows, long columns, const CK_T *x, long ldx, const double *shifts, CK_T *y, long ldy) {
    enum { block = 512 / sizeof(CK_T) }; /* columns: as many pages are written at a time */
    for (long first = 0; first < columns; first += block) {
        long last = first + block < columns ? first + block : columns, whole = first + (last - first) / CK(lanes) * CK(lanes);
        _Alignas(64) CK_T shift[block] = {0};
        if (shifts)
            for (long j = first; j < last; j++) shift[j - first] = (CK_T)shifts[j];
        long i = 0;
        for (; i + CK(lanes) <= rows; i += CK(lanes)) {
            for (long j = first; j < whole; j += CK(lanes))
                CK(transpose_square)(x + i * ldx + j, ldx, CK(load)(shift + j - first), y + j * ldy + i, ldy);
            for (long j = whole; j < last; j++)
                for (long r = i; r < i + CK(lanes); r++) y[j * ldy + r] = x[r * ldx + j] - shift[j - first];
        }
        for (; i < rows; i++)
            for (long j = first; j < last; j++) y[j * ldy + i] = x[i * ldx + j] - shift[j - first];
    }
}
