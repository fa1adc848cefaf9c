// What the same work costs in C alone: the floors of the benchmarks.
#ifndef SNAKEPIT_FLOOR_H
#define SNAKEPIT_FLOOR_H

#include "api.h"

// Each runs n rounds on the calling thread and returns 0, or -1 if Python raised.

// attach, call fn(int) -> int, detach
int sp_floor_call_int(uintptr_t fn, size_t n);
// attach, call fn(**five) -> dict, read five values back, detach; keys is a tuple
// of five str, of which values are int, float, str, bool, int
int sp_floor_call_dict5(uintptr_t fn, uintptr_t keys, size_t n);
// attach, make a list of m floats, call fn(list) -> list, read them back, detach
int sp_floor_list_f64(uintptr_t fn, size_t m, size_t n);
// copy m bytes
int sp_floor_memcpy(size_t m, size_t n);

#endif
