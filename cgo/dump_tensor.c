// Tensors of Python's on their way to Go.
#include "dump.h"
#include "tensor.h"
#include "view.h"
#include "wire.h"

static int write_view(sp_out *out, const sp_view *v) {
    sp_tensor_head head = {.owner = (uintptr_t)v,
                           .object = (uintptr_t)v->object,
                           .data = (uintptr_t)v->t.data,
                           .dtype = v->t.dtype,
                           .device = v->t.device,
                           .flags = v->read_only ? SP_TENSOR_READ_ONLY : 0,
                           .ndim = (uint8_t)v->t.ndim};
    size_t dims = (size_t)v->t.ndim * sizeof(int64_t);
    return sp_put_byte(out, SP_TENSOR) || sp_put_bytes(out, &head, sizeof head) ||
                   sp_put_bytes(out, v->t.shape, dims) || sp_put_bytes(out, v->t.strides, dims)
               ? -1
               : 0;
}

int sp_dump_tensor(sp_out *out, PyObject *o) {
    sp_view *v = sp_view_open(o);
    if (!v) return py.PyErr_ExceptionMatches(SP_EXC(PyExc_BufferError)) ? 1 : -1;
    v->next = out->views;
    out->views = v;
    return write_view(out, v);
}
