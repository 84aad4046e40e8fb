/* The loops for avx512f, dq, bw and vl. */

#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>

#include "CKernels.h"
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#define CK_LEVEL avx512
#define CK_VECTOR_BYTES 64
#include "loops/level.h"
#pragma clang attribute pop
#endif
