/* Both precisions of one level. The including file sets CK_LEVEL, the level's name, and the target. */

#include <math.h>
#include <stddef.h>

#include "CKernels.h"

#define CK_INLINE inline __attribute__((always_inline, unused))
/* An element-wise loop: outputs may be an input at the same index, which the vectoriser cannot know. */
#define CK_LOOP _Pragma("clang loop vectorize(assume_safety)")
#define CK_EVERY_ACTIVATION(CASE)                                                                               \
    CASE(ck_identity) CASE(ck_relu) CASE(ck_leaky_relu) CASE(ck_tanh) CASE(ck_sigmoid) CASE(ck_gelu) CASE(ck_silu)

/* Vectors of the level: their width, the rows of a tile of a product that fits its registers, the columns of a tile of
   products with three or four vectors, and the interleaving of two vectors of n lanes. */
#define CK_LOW_2(x, y) __builtin_shufflevector(x, y, 0, 2)
#define CK_HIGH_2(x, y) __builtin_shufflevector(x, y, 1, 3)
#define CK_LOW_4(x, y) __builtin_shufflevector(x, y, 0, 4, 1, 5)
#define CK_HIGH_4(x, y) __builtin_shufflevector(x, y, 2, 6, 3, 7)
#define CK_LOW_8(x, y) __builtin_shufflevector(x, y, 0, 8, 1, 9, 2, 10, 3, 11)
#define CK_HIGH_8(x, y) __builtin_shufflevector(x, y, 4, 12, 5, 13, 6, 14, 7, 15)
#define CK_LOW_16(x, y) __builtin_shufflevector(x, y, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define CK_HIGH_16(x, y) __builtin_shufflevector(x, y, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#if CK_VECTOR_BYTES == 64
#define CK_TILE_ROWS 8
#define CK_DOT_COLUMNS 4
#define CK_TILE_REMAINDERS(CASE) CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7)
#define CK_INTERLEAVE_f32(half, x, y) CK_##half##_16(x, y)
#define CK_INTERLEAVE_f64(half, x, y) CK_##half##_8(x, y)
#elif CK_VECTOR_BYTES == 32
#define CK_TILE_ROWS 6
#define CK_DOT_COLUMNS 3
#define CK_TILE_REMAINDERS(CASE) CASE(1) CASE(2) CASE(3) CASE(4) CASE(5)
#define CK_INTERLEAVE_f32(half, x, y) CK_##half##_8(x, y)
#define CK_INTERLEAVE_f64(half, x, y) CK_##half##_4(x, y)
#else
#define CK_TILE_ROWS 4
#define CK_DOT_COLUMNS 3
#define CK_TILE_REMAINDERS(CASE) CASE(1) CASE(2) CASE(3)
#define CK_INTERLEAVE_f32(half, x, y) CK_##half##_4(x, y)
#define CK_INTERLEAVE_f64(half, x, y) CK_##half##_2(x, y)
#endif

#define CK_JOIN_(a, b) a##b
#define CK_JOIN(a, b) CK_JOIN_(a, b)

/* The loops over GELU call the C library and do not vectorise, which clang would report. */
#pragma clang diagnostic ignored "-Wpass-failed"
#pragma clang fp contract(fast)

#define CK_T float
#define CK(name) ck_##name##_f32
#define CK_IS_FLOAT 1
#define CK_SQRT __builtin_elementwise_sqrt
#define CK_LOG logf
#define CK_INTERLEAVE(half, x, y) CK_INTERLEAVE_f32(half, x, y)
/* By bits, because flags of the thread may make a subnormal compare equal to zero. */
static inline __attribute__((always_inline)) uint32_t ck_magnitude_bits_f32(float x) {
    uint32_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    return bits & 0x7fffffffu;
}
#define CK_IS_ZERO(x) (ck_magnitude_bits_f32(x) == 0)
#define CK_IS_SUBNORMAL(x) (ck_magnitude_bits_f32(x) - 1 < 0x007fffffu)
#define CK_TABLE CK_JOIN(ck_table_f32_, CK_LEVEL)
#include "table.h"
#undef CK_T
#undef CK
#undef CK_IS_FLOAT
#undef CK_SQRT
#undef CK_LOG
#undef CK_INTERLEAVE
#undef CK_IS_ZERO
#undef CK_IS_SUBNORMAL
#undef CK_TABLE

#define CK_T double
#define CK(name) ck_##name##_f64
#define CK_IS_FLOAT 0
#define CK_SQRT __builtin_elementwise_sqrt
#define CK_LOG log
#define CK_INTERLEAVE(half, x, y) CK_INTERLEAVE_f64(half, x, y)
static inline __attribute__((always_inline)) uint64_t ck_magnitude_bits_f64(double x) {
    uint64_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    return bits & 0x7fffffffffffffffu;
}
#define CK_IS_ZERO(x) (ck_magnitude_bits_f64(x) == 0)
#define CK_IS_SUBNORMAL(x) (ck_magnitude_bits_f64(x) - 1 < 0x000fffffffffffffu)
#define CK_TABLE CK_JOIN(ck_table_f64_, CK_LEVEL)
#include "table.h"
