// Functions of snakepit_bridge that the C side calls for what is rare.
#ifndef SNAKEPIT_HELPER_H
#define SNAKEPIT_HELPER_H

#include "api.h"

// sp_set_helpers takes over one reference each: classify(type) -> int, whether objects
// of a type are tensors; pack(object) -> None or (kind, payload); unpack(kind, payload) -> object; describe(exception) -> tuple; missing, the
// object that stands for an argument not given; current() -> number of the call that
// code on a thread of Python's own belongs to, or 0.
void sp_set_helpers(uintptr_t classify, uintptr_t pack, uintptr_t unpack, uintptr_t describe, uintptr_t missing,
                    uintptr_t current);

// sp_is_tensor says whether objects of a type go to Go as tensors, -1 with an exception
// set. Python is asked once for a type.
int sp_is_tensor(PyObject *type);

// sp_pack returns NULL with an exception set, None for an object that stays
// opaque, or a tuple.
PyObject *sp_pack(PyObject *o);

PyObject *sp_unpack(long kind, PyObject *payload);

// sp_describe turns an exception into plain values; NULL if even that failed,
// then no exception is set.
PyObject *sp_describe(PyObject *exception);

int sp_is_missing(PyObject *o);

// sp_current returns what current() does, 0 if it fails.
uint64_t sp_current(void);

#endif
