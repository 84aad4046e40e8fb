/* The thread's floating-point state, a spin hint, and the machine's limit of multiply-adds. */

#define _GNU_SOURCE
#include <sched.h>

#include "CKernels.h"

int ck_affinity_cores(void) {
    cpu_set_t mask;
    return sched_getaffinity(0, sizeof mask, &mask) == 0 ? CPU_COUNT(&mask) : 0;
}

#if defined(__x86_64__)
#include <immintrin.h>

enum { flush_to_zero = 0x8000, denormals_are_zero = 0x0040 };

uint64_t ck_flush_subnormals_begin(void) {
    unsigned state = _mm_getcsr();
    _mm_setcsr(state | flush_to_zero | denormals_are_zero);
    return state;
}

/* The exception flags raised meanwhile stay raised. */
void ck_flush_subnormals_end(uint64_t saved) {
    enum { flags = 0x3f };
    _mm_setcsr((unsigned)(saved & ~(uint64_t)flags) | (_mm_getcsr() & flags) | (unsigned)(saved & flags));
}

void ck_spin_hint(void) { _mm_pause(); }

#define CK_FMA_ROUNDS(name, features, T, lanes)                                                                 \
    __attribute__((target(features))) static double name(long rounds) {                                        \
        typedef T vector __attribute__((vector_size(lanes * sizeof(T))));                                       \
        vector sums[12] = {0}, factor = {0}, term = {0};                                                        \
        for (int lane = 0; lane < lanes; lane++) factor[lane] = (T)0.999, term[lane] = (T)0.001;                \
        for (long round = 0; round < rounds; round++)                                                           \
            for (int k = 0; k < 12; k++) {                                                                      \
                _Pragma("clang fp contract(fast)") sums[k] = sums[k] * factor + term;                           \
            }                                                                                                   \
        for (int k = 0; k < 12; k++) __asm__ volatile("" : : "x"(sums[k]));                                     \
        return 2.0 * 12 * lanes * (double)rounds;                                                               \
    }

CK_FMA_ROUNDS(fma_f32_avx512, "avx512f,fma", float, 16)
CK_FMA_ROUNDS(fma_f64_avx512, "avx512f,fma", double, 8)
CK_FMA_ROUNDS(fma_f32_avx2, "avx2,fma", float, 8)
CK_FMA_ROUNDS(fma_f64_avx2, "avx2,fma", double, 4)
CK_FMA_ROUNDS(fma_f32_base, "sse2", float, 4)
CK_FMA_ROUNDS(fma_f64_base, "sse2", double, 2)

double ck_fma_rounds_f32(long rounds) {
    switch (ck_level_active()) {
    case ck_level_avx512: return fma_f32_avx512(rounds);
    case ck_level_avx2: return fma_f32_avx2(rounds);
    default: return fma_f32_base(rounds);
    }
}

double ck_fma_rounds_f64(long rounds) {
    switch (ck_level_active()) {
    case ck_level_avx512: return fma_f64_avx512(rounds);
    case ck_level_avx2: return fma_f64_avx2(rounds);
    default: return fma_f64_base(rounds);
    }
}
#else

#if defined(__aarch64__)
enum { flush_to_zero = 1 << 24 };

uint64_t ck_flush_subnormals_begin(void) {
    uint64_t state;
    __asm__ volatile("mrs %0, fpcr" : "=r"(state));
    __asm__ volatile("msr fpcr, %0" : : "r"(state | flush_to_zero));
    return state;
}

void ck_flush_subnormals_end(uint64_t saved) { __asm__ volatile("msr fpcr, %0" : : "r"(saved)); }
void ck_spin_hint(void) { __asm__ volatile("yield"); }
#else
uint64_t ck_flush_subnormals_begin(void) { return 0; }
void ck_flush_subnormals_end(uint64_t saved) { (void)saved; }
void ck_spin_hint(void) {}
#endif

#define CK_FMA_ROUNDS(name, T)                                                                                  \
    double name(long rounds) {                                                                                  \
        typedef T vector __attribute__((vector_size(16)));                                                      \
        enum { lanes = 16 / sizeof(T) };                                                                        \
        vector sums[12] = {0}, factor = {0}, term = {0};                                                        \
        for (int lane = 0; lane < lanes; lane++) factor[lane] = (T)0.999, term[lane] = (T)0.001;                \
        for (long round = 0; round < rounds; round++)                                                           \
            for (int k = 0; k < 12; k++) {                                                                      \
                _Pragma("clang fp contract(fast)") sums[k] = sums[k] * factor + term;                           \
            }                                                                                                   \
        for (int k = 0; k < 12; k++) __asm__ volatile("" : "+m"(sums[k]));                                      \
        return 2.0 * 12 * lanes * (double)rounds;                                                               \
    }
CK_FMA_ROUNDS(ck_fma_rounds_f32, float)
CK_FMA_ROUNDS(ck_fma_rounds_f64, double)
#endif
