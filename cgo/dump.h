// Python to wire.
#ifndef SNAKEPIT_DUMP_H
#define SNAKEPIT_DUMP_H

#include "api.h"

// A container being written, for finding cycles.
typedef struct sp_link {
    struct sp_link *up;
    PyObject *o;
    int depth;
} sp_link;

// Why a value could not be written, where, and what it was.
typedef struct {
    const char *want; // NULL: nothing failed
    char got[160];
    char path[512]; // built from the end
    size_t path_at; // where path begins
} sp_fault;

// A writer. It begins in memory of the caller's and moves to the heap when that
// is full.
typedef struct {
    uint8_t *p;
    size_t len, cap;
    int heap;
    PyObject *keep;    // list of objects whose memory the output refers to
    PyObject *objects; // list of objects handed out in the output
    struct sp_view *views; // tensors handed out in the output
    int tensors;           // bytes and their kind are wanted as tensors
    sp_fault fault;
} sp_out;

void sp_out_init(sp_out *out, uint8_t *p, size_t cap);

// sp_dump_tensor appends a tensor over the memory of o. 1: o has none that a tensor
// describes, a BufferError is set and nothing written.
int sp_dump_tensor(sp_out *out, PyObject *o);

// sp_out_drop frees what the output holds and takes back the references it hands
// out: for an output that nobody will read.
void sp_out_drop(sp_out *out);

// sp_dump appends a value. On failure it returns -1 with out->fault filled, or
// with a Python exception set.
int sp_dump(sp_out *out, PyObject *o, sp_link *up);

// sp_dump_fields reads keys (a tuple of str) from a dict, and appends their values
// in that order. Anything else than a dict is appended as it is.
int sp_dump_fields(sp_out *out, PyObject *o, PyObject *keys);

int sp_put_byte(sp_out *out, int b);
int sp_put_u64(sp_out *out, uint64_t v);
int sp_put_bytes(sp_out *out, const void *at, size_t n);
int sp_put_str(sp_out *out, const char *s);

#endif
