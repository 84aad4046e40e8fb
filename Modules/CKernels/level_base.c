/* The loops for what the architecture guarantees. */

#define CK_LEVEL base
#include "loops/level.h"
