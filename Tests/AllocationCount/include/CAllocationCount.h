#ifndef CALLOCATIONCOUNT_H
#define CALLOCATIONCOUNT_H

/* Counts the allocations of this process: this target's malloc and its kin stand in front of glibc's. Under the
   thread sanitizer, which has an allocator of its own, nothing is counted and the count is −1. */

/* All allocations so far, of all threads. */
long allocation_count(void);

#endif
