/* Counts the allocations of the whole process between two calls, for tests that promise that something makes none.
   Such a test runs in a process of its own, since every other thread is counted too. */

#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

/* 0 under a sanitizer, whose allocator must not be replaced: nothing is counted then. */
int allocation_counter_is_available(void);

/* Counts from 0. */
void allocation_counter_start(void);

/* Stops, and says how many calls of malloc and its kin there were; frees are not counted. */
long allocation_counter_stop(void);

#endif
