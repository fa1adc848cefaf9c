// Arrow data between Go and Python by the PyCapsule protocol of Arrow's C interface.
#ifndef SNAKEPIT_ARROW_H
#define SNAKEPIT_ARROW_H

#include "api.h"
#include "build.h"

// Arrow's C structs as far as they are looked at here. Their layouts are a public ABI.
typedef struct ArrowSchema {
    const char *format, *name, *metadata;
    int64_t flags, n_children;
    struct ArrowSchema **children, *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
} ArrowSchema;

typedef struct ArrowArray {
    int64_t length, null_count, offset, n_buffers, n_children;
    const void **buffers;
    struct ArrowArray **children, *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
} ArrowArray;

typedef struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, ArrowSchema *);
    int (*get_next)(struct ArrowArrayStream *, ArrowArray *);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
} ArrowArrayStream;

// sp_arrow_request reads the argument requested_schema, NULL for none; -1 with an exception
// set. sp_arrow_fits refuses data that has not as many fields.
int sp_arrow_request(PyObject *const *args, Py_ssize_t n, PyObject *names, const ArrowSchema **to);
int sp_arrow_fits(const ArrowSchema *want, const ArrowSchema *have);

// As in internal/capsule.
enum { SP_ARROW_SCHEMA = 1, SP_ARROW_ARRAY, SP_ARROW_STREAM };

// sp_arrows_ready makes the types of Go's Arrow values; -1 with an exception set. Once,
// attached.
int sp_arrows_ready(void);

// sp_arrow_build makes an object of what follows the tag: a kind and the address of a hold.
PyObject *sp_arrow_build(sp_in *in);

// sp_arrow_take is the Python function take(object, kind, address, address): it calls the
// object's method of that kind and moves the structs to the addresses. False: it has none.
PyObject *sp_arrow_take(PyObject *self, PyObject *const *args, Py_ssize_t n);

// sp_arrow_detaching makes a stream of Go's one whose callbacks detach, in arrow_stream.c;
// -1 if memory ran out, and s is released.
int sp_arrow_detaching(ArrowArrayStream *s);

#endif
