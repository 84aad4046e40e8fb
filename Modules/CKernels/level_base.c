/* The loops for what the architecture guarantees. */

#define CK_LEVEL base
#define CK_VECTOR_BYTES 16
#include "loops/level.h"
