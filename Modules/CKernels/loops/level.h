/* Both precisions of one level. The including file sets CK_LEVEL, the level's name, and the target. */

#include <math.h>

#include "CKernels.h"

#define CK_INLINE inline __attribute__((always_inline, unused))
/* An element-wise loop: outputs may be an input at the same index, which the vectoriser cannot know. */
#define CK_LOOP _Pragma("clang loop vectorize(assume_safety)")
#define CK_EVERY_ACTIVATION(CASE)                                                                               \
    CASE(ck_identity) CASE(ck_relu) CASE(ck_leaky_relu) CASE(ck_tanh) CASE(ck_sigmoid) CASE(ck_gelu) CASE(ck_silu)

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
#undef CK_IS_ZERO
#undef CK_IS_SUBNORMAL
#undef CK_TABLE

#define CK_T double
#define CK(name) ck_##name##_f64
#define CK_IS_FLOAT 0
#define CK_SQRT __builtin_elementwise_sqrt
#define CK_LOG log
static inline __attribute__((always_inline)) uint64_t ck_magnitude_bits_f64(double x) {
    uint64_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    return bits & 0x7fffffffffffffffu;
}
#define CK_IS_ZERO(x) (ck_magnitude_bits_f64(x) == 0)
#define CK_IS_SUBNORMAL(x) (ck_magnitude_bits_f64(x) - 1 < 0x000fffffffffffffu)
#define CK_TABLE CK_JOIN(ck_table_f64_, CK_LEVEL)
#include "table.h"
