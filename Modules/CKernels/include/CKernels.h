#ifndef LARIAT_CKERNELS_H
#define LARIAT_CKERNELS_H

/* Element-wise loops, each compiled for several CPU feature levels and chosen once at start.
   The loops live in C because Swift compiles for the base instruction set of the architecture unless
   every user passes flags; C has per-function targets. Everything else is Swift.

   `ck_kernels_f32` and `ck_kernels_f64` are tables of the same functions in both precisions; their
   members are described in CKernelTable.h. */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Feature levels ------------------------------------------------------------------------- */

/* Each level contains the ones before it. A level is a set of CPU features, never a CPU's name. */
typedef enum __attribute__((enum_extensibility(closed))) {
    ck_level_base = 0,   /* what the architecture guarantees (SSE2 on x86-64, NEON on AArch64) */
    ck_level_avx2 = 1,   /* avx2, fma */
    ck_level_avx512 = 2, /* avx512f, avx512dq, avx512bw, avx512vl, avx2, fma */
} ck_level;

/* The highest level that this CPU and operating system can run. */
ck_level ck_level_supported(void);

/* The level in use: the highest supported one, or a lower one forced by the environment variable
   LARIAT_KERNELS (base, avx2, avx512), read once before main. A level above the supported one, or
   an unknown name, is ignored. */
ck_level ck_level_active(void);

/* "base", "avx2" or "avx512". */
const char *ck_level_name(ck_level level);

/* ---- Activations ---------------------------------------------------------------------------- */

typedef enum __attribute__((enum_extensibility(closed))) {
    ck_identity = 0,
    ck_relu = 1,       /* max(z, 0); NaN stays NaN */
    ck_leaky_relu = 2, /* z > 0 ? z : slope * z */
    ck_tanh = 3,
    ck_sigmoid = 4,    /* 1 / (1 + e^-z), no overflow at either end */
    ck_gelu = 5,       /* z * Phi(z), Phi by erf (the exact form) */
    ck_silu = 6,       /* z * sigmoid(z) */
} ck_activation;

/* ---- Optimizer rules ------------------------------------------------------------------------- */

typedef enum __attribute__((enum_extensibility(closed))) {
    ck_sgd = 0,
    ck_momentum = 1,
    ck_nesterov = 2,
    ck_rmsprop = 3,
    ck_adagrad = 4,
    ck_adam = 5,
} ck_rule;

/* ---- Kernel tables -------------------------------------------------------------------------- */

#define CK_T float
#define CK(name) ck_##name##_f32
#include "CKernelTable.h"
#undef CK_T
#undef CK

#define CK_T double
#define CK(name) ck_##name##_f64
#include "CKernelTable.h"
#undef CK_T
#undef CK

/* ---- Floating-point state of the calling thread ---------------------------------------------- */

/* Sets flush-to-zero and denormals-are-zero on the calling thread; returns what to restore. */
uint64_t ck_flush_subnormals_begin(void);
void ck_flush_subnormals_end(uint64_t saved);

/* A hint to the processor inside a spin loop. */
void ck_spin_hint(void);

/* ---- OpenBLAS's choice of kernels ------------------------------------------------------------ */

/* What the start-up repair found and did (see blas_repair.c). Strings live for ever. */
typedef struct {
    const char *found;   /* the kernel set OpenBLAS had chosen by itself ("" when unknown) */
    const char *chosen;  /* the set in use now */
    const char *reason;  /* one sentence for people */
    int repaired;        /* 1 when Lariat changed the choice */
    int below;           /* 1 when the set in use leaves features of this CPU unused */
} ck_blas_choice;

ck_blas_choice ck_blas_choice_made(void);

/* Goes back to OpenBLAS's first choice (after a failed self-test). Call it while no other thread is
   inside OpenBLAS. Returns 1 when the set was changed. */
int ck_blas_choice_undo(const char *reason);

/* Runs the decision again, as if the process had just started with OPENBLAS_CORETYPE unset: for
   tests, in a process of their own. `start_from` (may be NULL) first forces that kernel set. */
ck_blas_choice ck_blas_choice_again(const char *start_from);

/* The path of the OpenBLAS that this process has loaded, or "". Lives as long as the library. */
const char *ck_blas_library_path(void);

/* How many cores the affinity mask of this process allows; 0 when that cannot be told. */
int ck_affinity_cores(void);

/* ---- Machine limits --------------------------------------------------------------------------- */

/* Runs `rounds` rounds of independent fused multiply-adds at the active level and returns the number
   of floating-point operations done; the caller times it. For `doctor` and benchmarks. */
double ck_fma_rounds_f32(long rounds);
double ck_fma_rounds_f64(long rounds);

#ifdef __cplusplus
}
#endif
#endif
