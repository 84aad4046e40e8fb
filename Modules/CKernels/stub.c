#include "CKernels.h"
const ck_kernels_f32 *ck_kernels_active_f32(void){return 0;}
const ck_kernels_f64 *ck_kernels_active_f64(void){return 0;}
