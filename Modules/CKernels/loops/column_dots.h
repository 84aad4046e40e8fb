/* Products of vectors with columns of a column-major matrix. Elements are CK_T, all arithmetic is in double.

   A product of a column and a vector is the sum of its stretches of CK(stretch) rows, in their order, each taken by
   lanes from its first row on; the lanes are added at the end, those half a vector apart first. Which columns and
   vectors share a tile does not matter to it, nor where they lie in memory. */

typedef double CK(doubles) __attribute__((vector_size(CK_VECTOR_BYTES), aligned(8), may_alias));
typedef CK_T CK(elements)
    __attribute__((vector_size(CK_VECTOR_BYTES / 8 * sizeof(CK_T)), aligned(sizeof(CK_T)), may_alias));

enum {
    CK(doubled) = CK_VECTOR_BYTES / 8, /* rows of a vector of doubles */
    CK(stretch) = 256,
    CK(chunk) = 48,   /* columns whose sums are kept in the nearest cache while their rows go by */
    CK(abreast) = 8,  /* vectors at a time */
    CK(tile_vectors) = 4,
    CK(line) = 64 / sizeof(CK_T), /* elements of a cache line */
    CK(ahead) = 8, /* from the column at work to the one that is asked for */
};

static CK_INLINE CK(doubles) CK(widen)(const CK_T *x) {
    return __builtin_convertvector(*(const CK(elements) *)x, CK(doubles));
}

/* The first count < CK(doubled) elements, and zeros; nothing behind them is touched. */
static CK_INLINE CK(doubles) CK(doubles_first)(long count, const double *x) {
#if CK_VECTOR_BYTES == 64
    return (CK(doubles))_mm512_maskz_loadu_pd((__mmask8)((1u << count) - 1), x);
#elif CK_VECTOR_BYTES == 32
    return (CK(doubles))_mm256_maskload_pd(
        x, _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3)));
#else
    return (CK(doubles)){count > 0 ? x[0] : 0, 0};
#endif
}

static CK_INLINE CK(doubles) CK(widen_first)(long count, const CK_T *x) {
#if !CK_IS_FLOAT
    return CK(doubles_first)(count, x);
#elif CK_VECTOR_BYTES == 64
    return (CK(doubles))_mm512_cvtps_pd(_mm256_maskz_loadu_ps((__mmask8)((1u << count) - 1), x));
#elif CK_VECTOR_BYTES == 32
    return (CK(doubles))_mm256_cvtps_pd(
        _mm_maskload_ps(x, _mm_cmpgt_epi32(_mm_set1_epi32((int)count), _mm_setr_epi32(0, 1, 2, 3))));
#else
    return (CK(doubles)){count > 0 ? (double)x[0] : 0, 0};
#endif
}

/* ---- Dense products ------------------------------------------------------------------------------ */

/* totals[c][l] += Σ_i x[c][i] · v[l·ldv + i] over one stretch, for `columns` columns and `vectors` vectors, both known at
   compile time: a tile of sums in registers. Meanwhile the same rows of `next` come nearer. */
static CK_INLINE void CK(dots_tile)(int columns, int vectors, long rows, const CK_T *const *x, const CK_T *const *next,
                                    long from, const double *v, long ldv, CK(doubles) *totals, long ldt) {
    CK(doubles) sums[8][CK(tile_vectors)];
    _Pragma("clang loop unroll(full)") for (int c = 0; c < columns; c++)
        _Pragma("clang loop unroll(full)") for (int l = 0; l < vectors; l++) sums[c][l] = (CK(doubles)){0};
#define CK_TILE_STEP(of_column, of_vector)                                                                      \
    {                                                                                                           \
        CK(doubles) elements[8];                                                                                \
        _Pragma("clang loop unroll(full)") for (int c = 0; c < columns; c++)                                    \
            elements[c] = of_column(x[c] + from + i);                                                           \
        _Pragma("clang loop unroll(full)") for (int l = 0; l < vectors; l++) {                                  \
            CK(doubles) part = of_vector(v + l * ldv + i);                                                      \
            _Pragma("clang loop unroll(full)") for (int c = 0; c < columns; c++) sums[c][l] += elements[c] * part; \
        }                                                                                                       \
    }
#define CK_WHOLE(p) (*(const CK(doubles) *)(p))
#define CK_FIRST(p) CK(doubles_first)(rows - i, p)
#define CK_FIRST_WIDE(p) CK(widen_first)(rows - i, p)
    long i = 0;
    while (i + CK(line) <= rows) {
        _Pragma("clang loop unroll(full)") for (int c = 0; next && c < columns; c++)
            __builtin_prefetch(next[c] + from + i);
        _Pragma("clang loop unroll(full)") for (int s = 0; s < CK(line) / CK(doubled); s++, i += CK(doubled))
            CK_TILE_STEP(CK(widen), CK_WHOLE)
    }
    for (; i + CK(doubled) <= rows; i += CK(doubled)) CK_TILE_STEP(CK(widen), CK_WHOLE)
    if (i < rows) CK_TILE_STEP(CK_FIRST_WIDE, CK_FIRST)
#undef CK_FIRST_WIDE
#undef CK_FIRST
#undef CK_WHOLE
#undef CK_TILE_STEP
    _Pragma("clang loop unroll(full)") for (int c = 0; c < columns; c++)
        _Pragma("clang loop unroll(full)") for (int l = 0; l < vectors; l++) totals[c * ldt + l] += sums[c][l];
}

/* The same sums for one column, whole stretches `together` at a time, so that no addition waits for the one before. */
static CK_INLINE void CK(dots_column)(int together, int vectors, long rows, const CK_T *x, const double *v, long ldv,
                                      CK(doubles) *totals) {
    long from = 0;
    for (; from + together * CK(stretch) <= rows; from += together * CK(stretch)) {
        CK(doubles) sums[4][CK(tile_vectors)];
        _Pragma("clang loop unroll(full)") for (int s = 0; s < together; s++)
            _Pragma("clang loop unroll(full)") for (int l = 0; l < vectors; l++) sums[s][l] = (CK(doubles)){0};
        for (long i = from; i < from + CK(stretch); i += CK(doubled))
            _Pragma("clang loop unroll(full)") for (int s = 0; s < together; s++) {
                CK(doubles) element = CK(widen)(x + i + s * CK(stretch));
                _Pragma("clang loop unroll(full)") for (int l = 0; l < vectors; l++)
                    sums[s][l] += element * *(const CK(doubles) *)(v + l * ldv + i + s * CK(stretch));
            }
        _Pragma("clang loop unroll(full)") for (int s = 0; s < together; s++)
            _Pragma("clang loop unroll(full)") for (int l = 0; l < vectors; l++) totals[l] += sums[s][l];
    }
    for (; from < rows; from += CK(stretch)) {
        long part = rows - from < CK(stretch) ? rows - from : CK(stretch);
        CK(dots_tile)(1, vectors, part, &x, NULL, from, v + from, ldv, totals, 0);
    }
}

/* totals[c][l] += Σ_i x[c][i] · v[l·ldv + i]: tiles of `tile` columns, and what is left one by one. */
static CK_INLINE void CK(dots_block)(int tile, int together, int vectors, long rows, long columns,
                                     const CK_T *const *x, const CK_T *const *next, const double *v, long ldv,
                                     CK(doubles) *totals, long ldt) {
    long c = 0;
    for (; c + tile <= columns; c += tile)
        for (long from = 0; from < rows; from += CK(stretch)) {
            long part = rows - from < CK(stretch) ? rows - from : CK(stretch);
            CK(dots_tile)(tile, vectors, part, x + c, next + c, from, v + from, ldv, totals + c * ldt, ldt);
        }
    for (; c < columns; c++) CK(dots_column)(together, vectors, rows, x[c], v, ldv, totals + c * ldt);
}

/* sums[k] = the lanes of totals[k] added up. Two vectors become one with the half sums of both, side by side, and so on
   until one vector holds the sums of as many as it has lanes. */
static CK_INLINE void CK(fold_totals)(long count, CK(doubles) *totals, double *sums) {
#define CK_FOLD(a, b) (CK_INTERLEAVE_f64(LOW, a, b) + CK_INTERLEAVE_f64(HIGH, a, b))
    long k = 0;
    for (; k + CK(doubled) <= count; k += CK(doubled)) {
        CK(doubles) v[CK(doubled)];
        _Pragma("clang loop unroll(full)") for (int j = 0; j < CK(doubled); j++) v[j] = totals[k + j];
        _Pragma("clang loop unroll(full)") for (int half = CK(doubled) / 2; half > 0; half /= 2)
            _Pragma("clang loop unroll(full)") for (int j = 0; j < half; j++) v[j] = CK_FOLD(v[j], v[j + half]);
        *(CK(doubles) *)(sums + k) = v[0];
    }
    for (; k < count; k++) {
        CK(doubles) v = totals[k];
        _Pragma("clang loop unroll(full)") for (int fold = 1; fold < CK(doubled); fold *= 2) v = CK_FOLD(v, v);
        sums[k] = v[0];
    }
#undef CK_FOLD
}

/* Products of at most CK(chunk) columns with at most CK(abreast) vectors: rows go by in blocks whose part of the vectors
   stays in the nearest cache. `x` holds the columns, and behind them CK(ahead) that come after. */
static void CK(dots_chunk)(long rows, long columns, const CK_T **x, long count, const double *v, double *products,
                           long ldp) {
    CK(doubles) totals[CK(chunk) * CK(abreast)];
    double sums[CK(chunk) * CK(abreast)];
    for (long k = 0; k < columns * count; k++) totals[k] = (CK(doubles)){0};
    long block = count >= CK(abreast) ? CK(stretch) : CK(abreast) / count * CK(stretch);
    for (long from = 0; from < rows; from += block) {
        long part = rows - from < block ? rows - from : block;
        const CK_T *next[CK(chunk)];
        for (long c = 0; c < columns; c++) {
            int wraps = c + CK(ahead) >= columns && from + part < rows;
            next[c] = wraps ? x[(c + CK(ahead)) % columns] + part : x[c + CK(ahead)];
        }
        for (long l = 0; l < count; l += CK(tile_vectors)) {
            const double *vectors = v + l * rows + from;
#define CK_BLOCK(tile, together, n) \
    CK(dots_block)(tile, together, n, part, columns, x, next, vectors, rows, totals + l, count)
            switch (count - l) {
            case 1: CK_BLOCK(8, 4, 1); break;
            case 2: CK_BLOCK(4, 4, 2); break;
            case 3: CK_BLOCK(CK_DOT_COLUMNS, 2, 3); break;
            default: CK_BLOCK(CK_DOT_COLUMNS, 2, 4); break;
            }
#undef CK_BLOCK
        }
        for (long c = 0; c < columns; c++) x[c] += part;
    }
    CK(fold_totals)(columns * count, totals, sums);
    for (long c = 0; c < columns; c++)
        for (long l = 0; l < count; l++) products[c * ldp + l] = sums[c * count + l];
}

static void CK(column_dots)(long rows, long columns, const long *selected, const CK_T *x, long ldx, long count,
                            const double *vectors, double *products) {
    const CK_T *starts[CK(chunk) + CK(ahead)];
    for (long l = 0; l < count; l += CK(abreast)) {
        long some = count - l < CK(abreast) ? count - l : CK(abreast);
        for (long k = 0; k < columns; k += CK(chunk)) {
            long part = columns - k < CK(chunk) ? columns - k : CK(chunk);
            for (long c = 0; c < CK(chunk) + CK(ahead); c++)
                starts[c] = x + selected[k + c < columns ? k + c : columns - 1] * ldx;
            CK(dots_chunk)(rows, part, starts, some, vectors + l * rows, products + k * count + l, count);
        }
    }
}
