/* Products on panels. A panel is a block of CK(panel) columns, two cache lines wide (or one, where a matrix has no
   more), kept [rows][width]: a product reads it in order, with nothing to pack first. A tile of c stays in registers while the inner
   dimension runs; a's elements are broadcast, so that a may lie in either order. */

enum {
    CK(panel) = 128 / sizeof(CK_T),
    CK(depth) = 32768 / 128, /* rows of a panel that stay in the first-level cache */
};

/* c[i,j] = start[i,j] + Σ_k a[i·a_row + k·a_step] · b[k·b_step + j] for i < rows ≤ CK_TILE_ROWS and j below
   `vectors` vectors, both known at compile time; start may be NULL (zeros). */
static CK_INLINE void CK(tile)(int rows, int vectors, long depth, const CK_T *a, long a_row, long a_step,
                               const CK_T *b, long b_step, const CK_T *start, long start_row, CK_T *c, long ldc) {
    CK(vector) sums[CK_TILE_ROWS][2];
    _Pragma("clang loop unroll(full)") for (int i = 0; i < rows; i++)
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)
            sums[i][v] = start ? *(const CK(vector) *)(start + i * start_row + v * CK(lanes)) : (CK(vector)){0};
    for (long k = 0; k < depth; k++) {
        CK(vector) line[2];
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)
            line[v] = *(const CK(vector) *)(b + v * CK(lanes));
        _Pragma("clang loop unroll(full)") for (int i = 0; i < rows; i++) {
            CK_T element = a[i * a_row];
            _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) sums[i][v] += element * line[v];
        }
        a += a_step;
        b += b_step;
    }
    _Pragma("clang loop unroll(full)") for (int i = 0; i < rows; i++)
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)
            *(CK(vector) *)(c + i * ldc + v * CK(lanes)) = sums[i][v];
}

#define CK_TILE(rows, vectors) CK(tile)(rows, vectors, depth, a, a_row, a_step, b, b_step, start, start_row, c, ldc)
#define CK_TILE_CASE(rows) case rows: CK_TILE(rows, vectors); break;

/* All rows of c, tile after tile, for one or two vectors of columns. */
static CK_INLINE void CK(tiles)(int vectors, long rows, long depth, const CK_T *a, long a_row, long a_step,
                                const CK_T *b, long b_step, const CK_T *start, long start_row, CK_T *c, long ldc) {
    for (; rows >= CK_TILE_ROWS; rows -= CK_TILE_ROWS) {
        CK_TILE(CK_TILE_ROWS, vectors);
        a += CK_TILE_ROWS * a_row;
        c += CK_TILE_ROWS * ldc;
        if (start) start += CK_TILE_ROWS * start_row;
    }
    switch (rows) {
        CK_TILE_REMAINDERS(CK_TILE_CASE)
    default: break;
    }
}

#undef CK_TILE
#undef CK_TILE_CASE

static void CK(panel_product)(long rows, long columns, long depth, const CK_T *a, long a_row, long a_step,
                              const CK_T *b, long b_step, const CK_T *start, long start_row, CK_T *c, long ldc) {
    for (long k = 0; k == 0 || k < depth; k += CK(depth)) {
        long part = depth - k < CK(depth) ? depth - k : CK(depth);
        long j = 0;
        for (; columns - j > CK(lanes); j += 2 * CK(lanes))
            CK(tiles)(2, rows, part, a + k * a_step, a_row, a_step, b + k * b_step + j, b_step,
                      start ? start + j : NULL, start_row, c + j, ldc);
        if (j < columns)
            CK(tiles)(1, rows, part, a + k * a_step, a_row, a_step, b + k * b_step + j, b_step,
                      start ? start + j : NULL, start_row, c + j, ldc);
        start = c;
        start_row = ldc;
    }
}

/* to[j,i] = from[i,j] for i < rows, j < columns, whole vectors: by interleaving rows r and r + lanes/2
   log2(lanes) times over every square of `lanes`. */
static void CK(panel_transpose)(long rows, long columns, const CK_T *from, CK_T *to) {
    for (long down = 0; down < rows; down += CK(lanes)) {
        for (long across = 0; across < columns; across += CK(lanes)) {
            CK(vector) line[CK(lanes)], next[CK(lanes)];
            for (int r = 0; r < CK(lanes); r++) line[r] = CK(load)(from + (down + r) * columns + across);
            _Pragma("clang loop unroll(full)") for (int stage = 1; stage < CK(lanes); stage *= 2) {
                _Pragma("clang loop unroll(full)") for (int r = 0; r < CK(lanes) / 2; r++) {
                    next[2 * r] = CK_INTERLEAVE(LOW, line[r], line[r + CK(lanes) / 2]);
                    next[2 * r + 1] = CK_INTERLEAVE(HIGH, line[r], line[r + CK(lanes) / 2]);
                }
                for (int r = 0; r < CK(lanes); r++) line[r] = next[r];
            }
            for (int r = 0; r < CK(lanes); r++) CK(store)(to + (across + r) * rows + down, line[r]);
        }
    }
}

/* The gradient of a block of weights, w's update by it, and w once more transposed: the gradient lives in the
   first-level cache only. See the table for shapes. */
static void CK(panel_update)(ck_rule rule, const CK(step) *step, long width, long height, long rows, long columns,
                             long depth, const CK_T *x, long ldx, const CK_T *dz, long lddz, CK_T *w, CK_T *m, CK_T *u,
                             CK_T *transposed) {
    _Alignas(64) CK_T g[CK(panel) * CK(panel)];
    long reached = (columns + CK(lanes) - 1) / CK(lanes) * CK(lanes);
    for (long i = 0; i < rows && reached < width; i++)
        for (long j = reached; j < width; j += CK(lanes)) CK(store)(g + i * width + j, CK(splat)(0));
    /* Weights and state come from far away while the product is computed. */
    long count = rows * width, slots = rule == ck_sgd ? 0 : rule == ck_adam ? 2 : 1;
    for (long k = 0; k < count; k += 64 / sizeof(CK_T)) {
        __builtin_prefetch(w + k, 1);
        if (slots > 0) __builtin_prefetch(m + k, 1);
        if (slots > 1) __builtin_prefetch(u + k, 1);
    }
    CK(panel_product)(rows, columns, depth, x, 1, ldx, dz, lddz, NULL, 0, g, width);
    switch (rule) {
    case ck_sgd: CK(sgd)(count, step, w, g); break;
    case ck_momentum: CK(momentum)(count, step, w, g, m); break;
    case ck_nesterov: CK(nesterov)(count, step, w, g, m); break;
    case ck_rmsprop: CK(rmsprop)(count, step, w, g, m); break;
    case ck_adagrad: CK(adagrad)(count, step, w, g, m); break;
    case ck_adam: CK(adam)(count, step, w, g, m, u); break;
    }
    if (transposed) CK(panel_transpose)(height, width, w, transposed);
}
