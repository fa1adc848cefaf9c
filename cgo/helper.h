// Functions of snakepit_bridge that the C side calls for what is rare.
#ifndef SNAKEPIT_HELPER_H
#define SNAKEPIT_HELPER_H

#include "api.h"

// sp_set_helpers takes over one reference each: pack(object) -> None or (kind,
// payload); unpack(kind, payload) -> object; describe(exception) -> tuple.
void sp_set_helpers(uintptr_t pack, uintptr_t unpack, uintptr_t describe);

// sp_pack returns NULL with an exception set, None for an object that stays
// opaque, or a tuple.
PyObject *sp_pack(PyObject *o);

PyObject *sp_unpack(long kind, PyObject *payload);

// sp_describe turns an exception into plain values; NULL if even that failed,
// then no exception is set.
PyObject *sp_describe(PyObject *exception);

#endif
