/* Which level runs, and the start-up repair of OpenBLAS's choice of kernels.
   Both are in this object file because every user of the loops needs it, so the constructor is always linked. */

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"
#include "blas_repair.h"

#if defined(__x86_64__)
#include <cpuid.h>

/* The state components that the operating system saves (XCR0). */
static uint64_t saved_state(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return ((uint64_t)high << 32) | low;
}

static ck_level detect(void) {
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return ck_level_base;
    int has_fma = (c >> 12) & 1, has_xsave = (c >> 27) & 1, has_avx = (c >> 28) & 1;
    if (!has_fma || !has_xsave || !has_avx) return ck_level_base;
    uint64_t state = saved_state();
    if ((state & 0x6) != 0x6 || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return ck_level_base;
    int has_avx2 = (b >> 5) & 1;
    if (!has_avx2) return ck_level_base;
    int has_avx512 = ((b >> 16) & 1) && ((b >> 17) & 1) && ((b >> 30) & 1) && ((b >> 31) & 1); /* f dq bw vl */
    return has_avx512 && (state & 0xe0) == 0xe0 ? ck_level_avx512 : ck_level_avx2;
}
#else
static ck_level detect(void) { return ck_level_base; }
#endif

static ck_level supported, active;

const char *ck_level_name(ck_level level) {
    return level == ck_level_avx512 ? "avx512" : level == ck_level_avx2 ? "avx2" : "base";
}

__attribute__((constructor)) static void choose_kernels(void) {
    supported = active = detect();
    const char *forced = getenv("LARIAT_KERNELS");
    for (int level = ck_level_base; forced && level <= (int)supported; level++)
        if (strcmp(forced, ck_level_name((ck_level)level)) == 0) active = (ck_level)level;
    ck_blas_repair_at_start(supported);
}

ck_level ck_level_supported(void) { return supported; }
ck_level ck_level_active(void) { return active; }

#if defined(__x86_64__)
#define CK_TABLES(T)                                                                                            \
    extern const ck_kernels_##T ck_table_##T##_base, ck_table_##T##_avx2, ck_table_##T##_avx512;                \
    const ck_kernels_##T *ck_kernels_at_##T(ck_level level) {                                                   \
        if (level > supported) return NULL;                                                                     \
        return level == ck_level_avx512 ? &ck_table_##T##_avx512                                                \
             : level == ck_level_avx2   ? &ck_table_##T##_avx2                                                  \
                                        : &ck_table_##T##_base;                                                 \
    }                                                                                                           \
    const ck_kernels_##T *ck_kernels_active_##T(void) { return ck_kernels_at_##T(active); }
#else
#define CK_TABLES(T)                                                                                            \
    extern const ck_kernels_##T ck_table_##T##_base;                                                            \
    const ck_kernels_##T *ck_kernels_at_##T(ck_level level) {                                                   \
        return level == ck_level_base ? &ck_table_##T##_base : NULL;                                            \
    }                                                                                                           \
    const ck_kernels_##T *ck_kernels_active_##T(void) { return &ck_table_##T##_base; }
#endif

CK_TABLES(f32)
CK_TABLES(f64)
