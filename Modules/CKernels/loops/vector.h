/* One vector of the level, for loops that keep sums in registers. */

typedef CK_T CK(vector) __attribute__((vector_size(CK_VECTOR_BYTES), aligned(sizeof(CK_T)), may_alias));
enum { CK(lanes) = CK_VECTOR_BYTES / sizeof(CK_T) };

/* As many integers, for masks, and as many doubles, for sums. */
#if CK_IS_FLOAT
typedef int32_t CK(mask) __attribute__((vector_size(CK_VECTOR_BYTES)));
#else
typedef int64_t CK(mask) __attribute__((vector_size(CK_VECTOR_BYTES)));
#endif
typedef double CK(wide) __attribute__((vector_size(CK_VECTOR_BYTES / sizeof(CK_T) * 8), aligned(8), may_alias));

static CK_INLINE CK(vector) CK(load)(const CK_T *x) { return *(const CK(vector) *)x; }
static CK_INLINE void CK(store)(CK_T *x, CK(vector) value) { *(CK(vector) *)x = value; }
static CK_INLINE CK(vector) CK(splat)(CK_T value) { return (CK(vector)){0} + value; }
static CK_INLINE CK(vector) CK(select)(CK(mask) where, CK(vector) a, CK(vector) b) {
    return (CK(vector))(((CK(mask))a & where) | ((CK(mask))b & ~where));
}

/* The first `count` elements of x and `fill` in the other lanes; nothing behind them is touched. */
static CK_INLINE CK(vector) CK(load_first)(long count, const CK_T *x, CK_T fill) {
#if CK_VECTOR_BYTES == 64 && CK_IS_FLOAT
    return (CK(vector))_mm512_mask_loadu_ps(_mm512_set1_ps(fill), (__mmask16)((1u << count) - 1), x);
#elif CK_VECTOR_BYTES == 64
    return (CK(vector))_mm512_mask_loadu_pd(_mm512_set1_pd(fill), (__mmask8)((1u << count) - 1), x);
#else
    CK(vector) value = CK(splat)(fill);
    for (long j = 0; j < count; j++) value[j] = x[j];
    return value;
#endif
}

static CK_INLINE void CK(store_first)(long count, CK(vector) value, CK_T *x) {
#if CK_VECTOR_BYTES == 64 && CK_IS_FLOAT
    _mm512_mask_storeu_ps(x, (__mmask16)((1u << count) - 1), (__m512)value);
#elif CK_VECTOR_BYTES == 64
    _mm512_mask_storeu_pd(x, (__mmask8)((1u << count) - 1), (__m512d)value);
#else
    for (long j = 0; j < count; j++) x[j] = value[j];
#endif
}

/* Every lane becomes the sum of all, by adding lane i and lane i + lanes/2 log2(lanes) times; likewise the largest. */
static CK_INLINE CK(vector) CK(fold_sum)(CK(vector) v) {
    _Pragma("clang loop unroll(full)") for (int fold = 1; fold < CK(lanes); fold *= 2)
        v = CK_INTERLEAVE(LOW, v, v) + CK_INTERLEAVE(HIGH, v, v);
    return v;
}

static CK_INLINE CK(vector) CK(fold_max)(CK(vector) v) {
    _Pragma("clang loop unroll(full)") for (int fold = 1; fold < CK(lanes); fold *= 2)
        v = __builtin_elementwise_max(CK_INTERLEAVE(LOW, v, v), CK_INTERLEAVE(HIGH, v, v));
    return v;
}
