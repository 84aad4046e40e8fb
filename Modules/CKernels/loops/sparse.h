/* Products with columns of a sparse matrix: column j holds the elements starts[j] ..< starts[j + 1] of `values`, in the
   rows `places`, ascending. Elements are CK_T, all arithmetic is in double.

   A product of a column and a vector is taken in four sums, of every fourth element each, added as (0 + 1) + (2 + 3),
   however many vectors are multiplied at a time. */

/* Σ_e value[e] · v[place[e]·width + l] for the vectors l < width, a power of two, that lie side by side. */
#define CK_SPARSE_DOTS(width)                                                                                       \
    typedef double CK(side_##width) __attribute__((vector_size(8 * width), aligned(8), may_alias));                 \
    static CK_INLINE void CK(sparse_dots_##width)(long count, const CK_T *value, const int32_t *place,              \
                                                  const double *v, long vectors, double *products) {                \
        CK(side_##width) sums[4] = {{0}, {0}, {0}, {0}};                                                            \
        long e = 0;                                                                                                 \
        for (; e + 4 <= count; e += 4)                                                                              \
            _Pragma("clang loop unroll(full)") for (int s = 0; s < 4; s++)                                          \
                sums[s] += (double)value[e + s] * *(const CK(side_##width) *)(v + (long)place[e + s] * width);      \
        for (int s = 0; e + s < count; s++)                                                                         \
            sums[s] += (double)value[e + s] * *(const CK(side_##width) *)(v + (long)place[e + s] * width);          \
        CK(side_##width) sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);                                           \
        for (long l = 0; l < vectors; l++) products[l] = sum[l];                                                    \
    }
CK_SPARSE_DOTS(2)
CK_SPARSE_DOTS(4)
CK_SPARSE_DOTS(8)
#undef CK_SPARSE_DOTS

/* An element by itself: four loads are several times as fast as the gather instruction that compilers make of them. */
static CK_INLINE double CK(lone)(const double *v, int32_t place) {
    double x = v[place];
#if defined(__x86_64__)
    __asm__("" : "+x"(x));
#endif
    return x;
}

static CK_INLINE double CK(sparse_dot)(long count, const CK_T *value, const int32_t *place, const double *v) {
    double sums[4] = {0, 0, 0, 0};
    long e = 0;
    for (; e + 4 <= count; e += 4)
        _Pragma("clang loop unroll(full)") for (int s = 0; s < 4; s++)
            sums[s] += (double)value[e + s] * CK(lone)(v, place[e + s]);
    if (e < count) sums[0] += (double)value[e] * v[place[e]];
    if (e + 1 < count) sums[1] += (double)value[e + 1] * v[place[e + 1]];
    if (e + 2 < count) sums[2] += (double)value[e + 2] * v[place[e + 2]];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/* to[i·width + l] = v[l·rows + i], zeros for l ≥ count. */
static CK_INLINE void CK(side_by_side)(int width, long rows, long count, const double *v, double *to) {
    for (long i = 0; i < rows; i++)
        _Pragma("clang loop unroll(full)") for (int l = 0; l < width; l++)
            to[i * width + l] = l < count ? v[l * rows + i] : 0;
}

static void CK(sparse_dots)(long rows, long columns, const long *selected, const long *starts, const int32_t *places,
                            const CK_T *values, long count, const double *vectors, double *scratch, double *products) {
    for (long l = 0; l < count; l += scratch ? 8 : 1) {
        long some = !scratch ? 1 : count - l < 8 ? count - l : 8;
        const double *v = vectors + l * rows;
#define CK_EVERY_COLUMN(product)                                                                                    \
    for (long k = 0; k < columns; k++) {                                                                            \
        long first = starts[selected[k]], length = starts[selected[k] + 1] - first;                                 \
        product;                                                                                                    \
    }
#define CK_WIDTH(width)                                                                                             \
    {                                                                                                               \
        CK(side_by_side)(width, rows, some, v, scratch);                                                            \
        CK_EVERY_COLUMN(CK(sparse_dots_##width)(length, values + first, places + first, scratch, some,              \
                                                products + k * count + l))                                          \
    }
        if (some == 1)
            CK_EVERY_COLUMN(products[k * count + l] = CK(sparse_dot)(length, values + first, places + first, v))
        else if (some == 2)
            CK_WIDTH(2)
        else if (some <= 4)
            CK_WIDTH(4)
        else
            CK_WIDTH(8)
#undef CK_WIDTH
#undef CK_EVERY_COLUMN
    }
}

static void CK(sparse_add)(long columns, const long *selected, const long *starts, const int32_t *places,
                           const CK_T *values, const double *coefficients, double *y) {
    for (long k = 0; k < columns; k++)
        for (long e = starts[selected[k]]; e < starts[selected[k] + 1]; e++)
            y[places[e]] += coefficients[k] * (double)values[e];
}

static void CK(sparse_gather)(long count, const long *rows, long stored, const int32_t *places, const CK_T *values,
                              double *y) {
    long e = 0;
    for (long k = 0; k < count; k++) {
        while (e < stored && places[e] < rows[k]) e++;
        y[k] = e < stored && places[e] == rows[k] ? (double)values[e] : 0;
    }
}

/* As for a dense column: the elements that are not stored lie −mean off it, with what is left of the weight. */
static void CK(sparse_moments)(long rows, long columns, const long *starts, const int32_t *places, const CK_T *values,
                               const double *w, double *means, double *variances) {
    double total = w ? CK(total)(rows, w) : (double)rows;
    for (long j = 0; j < columns; j++) {
        double sum = 0, seen = 0, rest = 0, squares = 0;
        for (long e = starts[j]; e < starts[j + 1]; e++) {
            double weight = w ? w[places[e]] : 1;
            sum += weight * (double)values[e];
            seen += weight;
        }
        double center = sum / total;
        for (long e = starts[j]; e < starts[j + 1]; e++) {
            double distance = (double)values[e] - center, part = (w ? w[places[e]] : 1) * distance;
            rest += part;
            squares += part * distance;
        }
        /* Without this the rounding of a sum over all rows would stand for a weight. */
        double unseen = starts[j + 1] - starts[j] < rows && total > seen ? total - seen : 0;
        rest -= unseen * center;
        squares += unseen * center * center;
        double correction = rest / total;
        squares = squares / total - correction * correction;
        means[j] = center + correction;
        variances[j] = squares < 0 ? 0 : squares;
    }
}
