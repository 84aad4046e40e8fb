/* Prediction: the input's standardisation, and dense layers whose weights never change, for one row or narrow outputs.
   A row at a time is bound by reading the weights: each is read once, in the order in which it lies in memory. */

enum {
    CK(row_sums) = 8,           /* independent sums a panel: two multiply-adds a cycle of four cycles each */
    CK(row_ahead) = 1024,       /* how many bytes ahead of their use weights are asked for … */
    CK(row_near) = 128 * 1024,  /* … where they are more than this, and come from beyond the nearest caches */
};

/* y = f(Σ_k x[k] · w[k,:] + bias) on `vectors` vectors of each of `panels` panels of `width`; the first four arguments and f
   are known at compile time. Every row in CK(row_sums)/(panels·vectors) goes to sums of its own, added at the end. f is applied
   here where it is the identity or a rectifier. */
static CK_INLINE void CK(row_panels)(int width, int panels, int vectors, int ahead, ck_activation f, long depth, const CK_T *x,
                                     const CK_T *w, long panel_step, const CK_T *bias, CK_T *y) {
    const int breadth = panels * vectors, abreast = CK(row_sums) / breadth, line = 64 / sizeof(CK_T);
    CK(vector) sums[CK(row_sums)];
    _Pragma("clang loop unroll(full)") for (int s = 0; s < CK(row_sums); s++) sums[s] = (CK(vector)){0};
#define CK_WEIGHTS(row, v)                                                                                      \
    CK(load)(w + (row) * width + (v) / vectors * panel_step + (v) % vectors * CK(lanes))
    long k = 0;
    for (; k + abreast <= depth; k += abreast, w += abreast * width) {
        for (int next = 0; ahead && next < abreast * width; next += line)
            __builtin_prefetch((const char *)(w + next) + ahead);
        _Pragma("clang loop unroll(full)") for (int s = 0; s < CK(row_sums); s++)
            sums[s] += x[k + s / breadth] * CK_WEIGHTS(s / breadth, s % breadth);
    }
    for (; k < depth; k++, w += width)
        _Pragma("clang loop unroll(full)") for (int v = 0; v < breadth; v++) sums[v] += x[k] * CK_WEIGHTS(0, v);
#undef CK_WEIGHTS
    _Pragma("clang loop unroll(full)") for (int half = CK(row_sums) / 2; half >= breadth; half /= 2)
        _Pragma("clang loop unroll(full)") for (int s = 0; s < half; s++) sums[s] += sums[s + half];
    _Pragma("clang loop unroll(full)") for (int v = 0; v < breadth; v++) {
        CK(vector) z = sums[v] + CK(load)(bias + v * CK(lanes));
        if (f == ck_relu) z = CK(select)(z < 0, (CK(vector)){0}, z); /* NaN stays NaN */
        CK(store)(y + v * CK(lanes), z);
    }
}

static void CK(dense_row)(ck_activation f, CK_T slope, long columns, long depth, const CK_T *x, const CK_T *w,
                          long panel_step, const CK_T *bias, CK_T *y) {
    enum { whole = CK(panel) / CK(lanes), pair = 2 * whole <= CK(row_sums) ? 2 : 1 };
    int is_far = columns * depth * (long)sizeof(CK_T) > CK(row_near);
    long j = 0;
#define CK_PANELS_OF(width, panels, vectors, ahead)                                                             \
    CK(row_panels)(width, panels, vectors, ahead, f, depth, x, w + j / CK(panel) * panel_step, panel_step, bias + j, y + j)
#define CK_PANELS(panels, vectors, ahead) CK_PANELS_OF(CK(panel), panels, vectors, ahead)
    if (columns <= CK(panel) / 2) {
        if (columns <= CK(lanes))
            CK_PANELS_OF(CK(panel) / 2, 1, 1, 0);
        else
            CK_PANELS_OF(CK(panel) / 2, 1, whole / 2, 0);
        j = columns;
    }
    if (is_far)
        for (; columns - j > CK(panel) - CK(lanes); j += CK(panel)) CK_PANELS(1, whole, CK(row_ahead));
    for (; columns - j > pair * CK(panel) - CK(lanes); j += pair * CK(panel)) CK_PANELS(pair, whole, 0);
    for (; j < columns; j += CK(panel)) {
        if (columns - j <= CK(lanes))
            CK_PANELS(1, 1, 0);
        else if (columns - j <= 2 * CK(lanes) && whole > 2)
            CK_PANELS(1, 2, 0);
        else
            CK_PANELS(1, whole, 0);
    }
#undef CK_PANELS
#undef CK_PANELS_OF
    if (f != ck_identity && f != ck_relu) CK(bias_activate)(f, slope, 1, columns, y, columns, NULL, y, columns);
}

/* All ones in the first `count` lanes, else zeros. */
static CK_INLINE CK(mask) CK(first_lanes)(long count) {
    CK(vector) lane;
    _Pragma("clang loop unroll(full)") for (int l = 0; l < CK(lanes); l++) lane[l] = (CK_T)l;
    return lane < CK(splat)((CK_T)count);
}

/* Σ x·w in four sums of lanes. Both may be read to the end of a vector, whatever lies there in x. */
static CK_INLINE CK_T CK(inner)(long depth, const CK_T *x, const CK_T *w) {
    CK(vector) sums[4] = {{0}, {0}, {0}, {0}};
    long k = 0;
    for (; k + 4 * CK(lanes) <= depth; k += 4 * CK(lanes))
        _Pragma("clang loop unroll(full)") for (int s = 0; s < 4; s++)
            sums[s] += CK(load)(x + k + s * CK(lanes)) * CK(load)(w + k + s * CK(lanes));
    for (; k + CK(lanes) <= depth; k += CK(lanes))
        sums[0] += CK(load)(x + k) * CK(load)(w + k);
    if (k < depth) {
        CK(vector) tail = CK(select)(CK(first_lanes)(depth - k), CK(load)(x + k), (CK(vector)){0});
        sums[1] += tail * CK(load)(w + k);
    }
    return CK(fold_sum)((sums[0] + sums[1]) + (sums[2] + sums[3]))[0];
}

static void CK(dense_narrow)(ck_activation f, CK_T slope, long rows, long columns, long depth, const CK_T *x, long ldx,
                             const CK_T *w, long ldw, const CK_T *bias, CK_T *y, long ldy) {
    for (long i = 0; i < rows; i++)
        for (long j = 0; j < columns; j++) y[i * ldy + j] = CK(inner)(depth, x + i * ldx, w + j * ldw) + bias[j];
    if (f != ck_identity) CK(bias_activate)(f, slope, rows, columns, y, ldy, NULL, y, ldy);
}

static void CK(softmax_padded)(long rows, long columns, CK_T *z, long ldz) {
    if (columns > CK(lanes)) {
        CK(softmax)(rows, columns, z, ldz, z, ldz, NULL);
        return;
    }
    CK(mask) wanted = CK(first_lanes)(columns);
    for (long i = 0; i < rows; i++, z += ldz) {
        CK_T largest, sum;
        CK(vector) x = CK(select)(wanted, CK(load)(z), CK(splat)((CK_T)-INFINITY));
        CK(store)(z, CK(exponentials_of_vector)(x, &largest, &sum) / sum);
    }
}

/* `width` numbers of a row from column j on. A number that is no number leaves a mark; x − x is 0 for all others. */
#define CK_STANDARDIZE_SOME(width)                                                                              \
    CK_LOOP for (long l = j; l < j + (width); l++) {                                                            \
        int is_number = x[l] == x[l];                                                                           \
        marks |= (is_number | !missing) & !(x[l] - x[l] == 0);                                                  \
        CK_T number = (CK_T)(((double)x[l] - means[l]) * inverses[l]);                                          \
        z[l] = (is_number | !missing) ? number : 0;                                                             \
    }

/* Whole stretches of `width`, the last one drawn back to end with the row: some numbers are computed twice. */
#define CK_STANDARDIZE_BY(width)                                                                                \
    for (long j = 0; j < columns; j += (width)) {                                                               \
        if (j + (width) > columns) j = columns - (width);                                                       \
        CK_STANDARDIZE_SOME(width)                                                                              \
    }

#define CK_STANDARDIZE(name, from)                                                                              \
    static CK_INLINE long CK_JOIN(name, _as)(int missing, long rows, long columns, const from *x, long ldx,     \
                                             const double *means, const double *inverses, CK_T *z, long ldz) {  \
        long bad = 0;                                                                                           \
        for (long i = 0; i < rows; i++, x += ldx, z += ldz) {                                                   \
            int marks = 0;                                                                                      \
            if (columns >= 16) {                                                                                \
                CK_STANDARDIZE_BY(16)                                                                           \
            } else if (columns >= 4) {                                                                          \
                CK_STANDARDIZE_BY(4)                                                                            \
            } else {                                                                                            \
                CK_STANDARDIZE_BY(1)                                                                            \
            }                                                                                                   \
            bad += marks;                                                                                       \
        }                                                                                                       \
        return bad;                                                                                             \
    }                                                                                                           \
    static long name(long rows, long columns, const from *x, long ldx, const double *means,                     \
                     const double *inverses, int missing, CK_T *z, long ldz) {                                  \
        return missing ? CK_JOIN(name, _as)(1, rows, columns, x, ldx, means, inverses, z, ldz)                  \
                       : CK_JOIN(name, _as)(0, rows, columns, x, ldx, means, inverses, z, ldz);                 \
    }

CK_STANDARDIZE(CK(standardize_floats), float)
CK_STANDARDIZE(CK(standardize_doubles), double)
#undef CK_STANDARDIZE
#undef CK_STANDARDIZE_BY
#undef CK_STANDARDIZE_SOME
