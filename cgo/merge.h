// Merge on export: see merge.c.
#ifndef SNAKEPIT_MERGE_H
#define SNAKEPIT_MERGE_H

#include "api.h"

// sp_merge prepares an object whose reference leaves for Go, so that the last
// reference dropped on any thread frees it at once. Attached only.
void sp_merge(PyObject *o);

// sp_merge_check finds out whether this libpython's objects look as merge.c
// expects; sp_merge does nothing otherwise. Returns 1 if they do.
int sp_merge_check(void);

#endif
