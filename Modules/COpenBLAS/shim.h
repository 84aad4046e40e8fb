#ifndef LARIAT_COPENBLAS_SHIM_H
#define LARIAT_COPENBLAS_SHIM_H

/* CBLAS and LAPACKE as installed by libopenblas-dev and liblapacke-dev. Complex types are never
   used; the two macros keep <complex.h>, which Swift cannot import, out of lapacke.h. */
#define lapack_complex_float float
#define lapack_complex_double double

#include <cblas.h>
#include <lapacke.h>

#endif
