#ifndef LARIAT_BLAS_REPAIR_H
#define LARIAT_BLAS_REPAIR_H

#include "CKernels.h"

/* Looks at OpenBLAS's choice of kernels and mends it; call it once, before main. */
void ck_blas_repair_at_start(ck_level hardware);

#endif
