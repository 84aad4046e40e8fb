/* The loops for avx2 and fma. */

#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>

#include "CKernels.h"
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define CK_LEVEL avx2
#define CK_VECTOR_BYTES 32
#include "loops/level.h"
#pragma clang attribute pop
#endif
