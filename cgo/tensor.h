// Tensors that Go lends to Python.
#ifndef SNAKEPIT_TENSOR_H
#define SNAKEPIT_TENSOR_H

#include "api.h"
#include "build.h"
#include "dlpack.h"
#include "hold.h"

enum { SP_TENSOR_READ_ONLY = 1, SP_TENSOR_SYNCHRONIZES = 2, SP_MAX_DIMS = 64 };

// What stands behind the tag SP_TENSOR, before the shape and the strides.
typedef struct {
    uint64_t owner;  // to Python an sp_hold, from Python an sp_view
    uint64_t object; // from Python: what the tensor was made of, borrowed from the view
    uint64_t data;   // address of the first element
    DLDataType dtype;
    DLDevice device;
    uint8_t flags, ndim, unused[2];
} sp_tensor_head;

// A tensor in Python: the memory of an object of the type that sp_tensor_type makes.
typedef struct {
    sp_hold *hold; // one reference
    DLTensor t;
    int flags;
    int64_t *bytes;   // strides in bytes
    int64_t few[12];  // shape, strides and bytes of up to four dimensions
} sp_tensor;

// sp_tensors_ready makes the type; -1 with an exception set. Once, attached.
int sp_tensors_ready(void);

// sp_tensor_build makes an object of what follows the tag.
PyObject *sp_tensor_build(sp_in *in);

// sp_tensor_of returns the memory of an object of the type.
sp_tensor *sp_tensor_of(PyObject *o);

// Methods of the type, in tensor_export.c.
PyObject *sp_tensor_dlpack(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names);
PyObject *sp_tensor_device(PyObject *self, PyObject *const *args, Py_ssize_t n);

// sp_tensor_copy returns a compact copy of the elements, to be freed, or NULL.
void *sp_tensor_copy(const DLTensor *t);

// sp_tensor_names makes the names that sp_tensor_dlpack knows; -1 with an exception set.
int sp_tensor_names(void);

// sp_tensor_get_buffer fills a view of the tensor, in tensor_buffer.c.
int sp_tensor_get_buffer(PyObject *self, Py_buffer *view, int flags);

// sp_format returns the buffer protocol's name of a type of element, NULL if it has none.
const char *sp_format(DLDataType t);

static inline int64_t sp_item_bits(DLDataType t) { return (int64_t)t.bits * t.lanes; }
static inline int64_t sp_item_size(DLDataType t) { return (sp_item_bits(t) + 7) / 8; }

#endif
