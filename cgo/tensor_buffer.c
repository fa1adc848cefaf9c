// The buffer protocol of tensors that Go lends, and the names of types in it.
#include <stddef.h>

#include "tensor.h"

static const char *of_ints(int bits, int is_signed) {
    switch (bits) {
    case 8: return is_signed ? "b" : "B";
    case 16: return is_signed ? "h" : "H";
    case 32: return is_signed ? "i" : "I";
    case 64: return is_signed ? "q" : "Q";
    }
    return NULL;
}

const char *sp_format(DLDataType t) {
    if (t.lanes != 1) return NULL;
    switch (t.code) {
    case kDLInt: return of_ints(t.bits, 1);
    case kDLUInt: return of_ints(t.bits, 0);
    case kDLBool: return t.bits == 8 ? "?" : NULL;
    case kDLFloat: return t.bits == 16 ? "e" : t.bits == 32 ? "f" : t.bits == 64 ? "d" : NULL;
    case kDLComplex: return t.bits == 64 ? "Zf" : t.bits == 128 ? "Zd" : NULL;
    }
    return NULL;
}

// compact reports whether the elements lie in order without gaps: the last dimension
// varies fastest, or the first one.
static int compact(const DLTensor *t, int first_fastest) {
    int64_t want = 1;
    for (int k = 0; k < t->ndim; k++) {
        int i = first_fastest ? k : t->ndim - 1 - k;
        if (t->shape[i] == 0) return 1;
        if (t->shape[i] != 1 && t->strides[i] != want) return 0;
        want *= t->shape[i];
    }
    return 1;
}

static const char *why_not(const sp_tensor *t, int flags) {
    int c = compact(&t->t, 0), f = compact(&t->t, 1);
    if (t->t.device.device_type != kDLCPU) return "the tensor is not in memory of the processor's";
    if (!sp_format(t->t.dtype)) return "the buffer protocol has no name for its type; use DLPack";
    if (flags & PyBUF_WRITABLE && t->flags & SP_TENSOR_READ_ONLY) return "the tensor is read-only";
    if ((flags & PyBUF_STRIDES) != PyBUF_STRIDES && !c) return "the tensor is not contiguous";
    if (flags & PyBUF_C_CONTIGUOUS && !c) return "the tensor is not C-contiguous";
    if (flags & PyBUF_F_CONTIGUOUS && !f) return "the tensor is not Fortran-contiguous";
    if (flags & PyBUF_ANY_CONTIGUOUS && !c && !f) return "the tensor is not contiguous";
    return NULL;
}

int sp_tensor_get_buffer(PyObject *self, Py_buffer *view, int flags) {
    sp_tensor *t = sp_tensor_of(self);
    const char *why = why_not(t, flags);
    if (why) {
        view->obj = NULL;
        py.PyErr_SetString(SP_EXC(PyExc_BufferError), why);
        return -1;
    }
    int64_t n = sp_item_size(t->t.dtype);
    *view = (Py_buffer){.buf = t->t.data ? t->t.data : t, .obj = self, .itemsize = n,
                        .readonly = t->flags & SP_TENSOR_READ_ONLY, .ndim = t->t.ndim};
    for (int i = 0; i < t->t.ndim; i++) n *= t->t.shape[i];
    view->len = n;
    if (flags & PyBUF_FORMAT) view->format = (char *)sp_format(t->t.dtype);
    if (flags & PyBUF_ND) view->shape = t->t.shape;
    if ((flags & PyBUF_STRIDES) == PyBUF_STRIDES) view->strides = t->bytes;
    py.Py_IncRef(self);
    return 0;
}
