// Wire to Python.
#ifndef SNAKEPIT_BUILD_H
#define SNAKEPIT_BUILD_H

#include "api.h"

// A reader of what Go encoded. Go is trusted: nothing is checked against end.
typedef struct {
    const uint8_t *p;
} sp_in;

// sp_build reads one value and returns a new reference, or NULL with a Python
// exception set. A missing keyword gives NULL without one.
PyObject *sp_build(sp_in *in);

static inline uint64_t sp_u64(sp_in *in) {
    uint64_t v;
    __builtin_memcpy(&v, in->p, sizeof v);
    in->p += sizeof v;
    return v;
}

static inline uint32_t sp_u32(sp_in *in) {
    uint32_t v;
    __builtin_memcpy(&v, in->p, sizeof v);
    in->p += sizeof v;
    return v;
}

#endif
