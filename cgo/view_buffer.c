// Views by the buffer protocol.
#include <string.h>

#include "view.h"

// kind_of returns DLPack's code for a letter of module struct, -1 for none.
static int kind_of(char letter) {
    if (letter && strchr("bhilqn", letter)) return kDLInt;
    if (letter && strchr("BHILQNc", letter)) return kDLUInt;
    if (letter && strchr("efd", letter)) return kDLFloat;
    if (letter && strchr("FD", letter)) return kDLComplex;
    return letter == '?' ? kDLBool : -1;
}

static int is_size(int code, Py_ssize_t size) {
    switch (code) {
    case kDLInt:
    case kDLUInt: return size == 1 || size == 2 || size == 4 || size == 8;
    case kDLFloat: return size == 2 || size == 4 || size == 8;
    case kDLComplex: return size == 8 || size == 16;
    }
    return size == 1;
}

// read_type understands formats of one native number: "f", "<i", "Zd". Sizes differ
// between native and standard ones, so the exporter's word for them is taken.
static int read_type(DLDataType *t, const char *format, Py_ssize_t size) {
    if (!format) format = "B";
    if (*format == '@' || *format == '=' || *format == '<') format++;
    else if ((*format == '>' || *format == '!') && size == 1) format++;
    int code = *format == 'Z' ? kDLComplex : kind_of(*format);
    format += *format == 'Z' && format[1] ? 2 : 1;
    if (code < 0 || *format || !is_size(code, size))
        return sp_view_refuse("the buffer's elements are not plain numbers in the processor's order");
    *t = (DLDataType){(uint8_t)code, (uint8_t)(size * 8), 1};
    return 0;
}

// read_strides turns bytes into elements.
static int read_strides(int64_t *to, const Py_buffer *b) {
    int64_t step = 1;
    for (int i = b->ndim - 1; i >= 0; i--) {
        int64_t bytes = b->strides ? b->strides[i] : step * b->itemsize;
        if (bytes % b->itemsize && b->shape[i] > 1)
            return sp_view_refuse("the buffer's strides are no multiples of its elements");
        to[i] = bytes / b->itemsize;
        if (__builtin_mul_overflow(step, b->shape[i], &step))
            return sp_view_refuse("the buffer is larger than any memory");
    }
    return 0;
}

// read_shape also holds the exporter to its word about the length.
static int read_shape(sp_view *v) {
    const Py_buffer *b = &v->buffer;
    int64_t n = b->itemsize;
    if (b->ndim < 0 || (b->ndim && !b->shape)) return sp_view_refuse("the buffer has no shape");
    if (sp_view_room(v, b->ndim)) return -1;
    for (int i = 0; i < b->ndim; i++) {
        v->dims[i] = b->shape[i];
        if (b->suboffsets && b->suboffsets[i] >= 0)
            return sp_view_refuse("the buffer is one of pointers");
        if (__builtin_mul_overflow(n, b->shape[i], &n))
            return sp_view_refuse("the buffer is larger than any memory");
    }
    if (n != b->len) return sp_view_refuse("the buffer's length is not that of its shape");
    return read_strides(v->dims + b->ndim, b);
}

int sp_view_buffer(sp_view *v) {
    Py_buffer *b = &v->buffer;
    if (py.PyObject_GetBuffer(v->object, b, PyBUF_FULL_RO)) {
        b->obj = NULL;
        return -1;
    }
    if (read_type(&v->t.dtype, b->format, b->itemsize) || read_shape(v)) return -1;
    v->t.data = b->buf;
    v->t.device = (DLDevice){kDLCPU, 0};
    v->t.ndim = b->ndim;
    v->t.shape = v->dims;
    v->t.strides = v->dims + b->ndim;
    v->read_only = b->readonly;
    return 0;
}
