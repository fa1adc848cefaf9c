// Calls: one entry from Go for each thing an attached thread may do.
#ifndef SNAKEPIT_CALL_H
#define SNAKEPIT_CALL_H

#include "api.h"

// How a call ended.
enum {
    SP_OK,
    SP_RAISED,     // buf: the exception, as snakepit_bridge describes it; None if it could not
    SP_UNFIT,      // buf: Tuple(path, want, got): the result cannot cross
    SP_UNATTACHED, // bits: why the thread could not attach
    SP_ENDED,      // no result: the iterator is at its end
};

// The result of an entry. tag is that of a scalar, whose value is in bits, or
// SP_ENCODED. Whoever gets it calls sp_ret_free once it has read buf. It is laid
// out as wire.Raw: addresses are numbers, so that it may lie in Go's memory.
typedef struct {
    uint32_t status;
    uint8_t tag;
    int32_t heap; // buf was allocated
    uint64_t bits;
    uintptr_t buf;
    size_t len;
    uintptr_t keep; // object that keeps memory alive which buf refers to, or 0
} sp_ret;

// What sp_do does. In the two in the middle target is a name, and the first argument
// the object.
enum {
    SP_CALL,    // target(*args, **kwargs)
    SP_METHOD,  // args[0].target(*args[1:], **kwargs)
    SP_GETATTR, // args[0].target
    SP_NEXT     // next(target)
};

// Added to an operation: bytes and their kind in the result are wanted as tensors.
enum { SP_TENSORS = 1 << 8 };

// sp_do runs one operation: attach, build the arguments from in, run, write the
// result to out (of cap bytes) or to the heap, detach. keys, a tuple of str or 0,
// are the keys to read from a dict that is the result. r->bits is the number of the
// call, as Go knows it; see sp_thread.caller.
void sp_do(sp_ret *r, int op, uintptr_t target, const uint8_t *in, uint8_t *out, size_t cap,
           uintptr_t keys);

// sp_do_guarded is sp_do for a call that may be interrupted; see guard.h. It was announced
// in guard, and place says where it stands among those of its key.
void sp_do_guarded(uint64_t *guard, int place, sp_ret *r, int op, uintptr_t target, const uint8_t *in,
                   uint8_t *out, size_t cap, uintptr_t keys);

// sp_ret_free frees what a result holds.
void sp_ret_free(uintptr_t buf, int heap, uintptr_t keep);

// sp_release drops a reference, attaching for it.
void sp_release(uintptr_t object);

// sp_retain adds a reference, attaching for it.
void sp_retain(uintptr_t object);

// For those who are attached already:

// sp_finish turns an object, or the exception if it is NULL, into a result.
// Steals the reference. tensors: as SP_TENSORS.
void sp_finish(sp_ret *r, PyObject *o, uint8_t *out, size_t cap, PyObject *keys, int tensors);

// sp_invoke runs op with arguments read from in.
PyObject *sp_invoke(int op, PyObject *target, const uint8_t *in);

#endif
