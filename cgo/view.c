#include "view.h"

#include <stdlib.h>

#include "merge.h"
#include "thread.h"

int sp_view_refuse(const char *why) {
    py.PyErr_SetString(SP_EXC(PyExc_BufferError), why);
    return -1;
}

int sp_view_room(sp_view *v, int ndim) {
    if (ndim > SP_VIEW_DIMS) return sp_view_refuse("a tensor has at most 64 dimensions");
    if (v->dims != v->few) free(v->dims); // of the protocol that was tried before
    v->dims = v->few;
    if (ndim <= 4) return 0;
    int64_t *many = malloc(2 * (size_t)ndim * sizeof *many);
    if (many) {
        v->dims = many;
        return 0;
    }
    py.PyErr_NoMemory();
    return -1;
}

static void free_memory(sp_view *v) {
    if (v->buffer.obj) py.PyBuffer_Release(&v->buffer);
    if (v->versioned && v->versioned->deleter) v->versioned->deleter(v->versioned);
    if (v->legacy && v->legacy->deleter) v->legacy->deleter(v->legacy);
    if (v->dims != v->few) free(v->dims);
    free(v);
}

// by_buffer reports that the object gave its memory by the buffer protocol; 0 says that
// DLPack remains to be tried, -1 that an exception is set which means more.
static int by_buffer(sp_view *v) {
    if (!py.PyObject_CheckBuffer(v->object)) return 0;
    if (sp_view_buffer(v) == 0) return 1;
    if (!py.PyErr_ExceptionMatches(SP_EXC(PyExc_BufferError)) &&
        !py.PyErr_ExceptionMatches(SP_EXC(PyExc_ValueError)))
        return -1; // numpy raises a ValueError for types that it cannot name
    if (v->buffer.obj) py.PyBuffer_Release(&v->buffer);
    v->buffer.obj = NULL;
    return 0;
}

static int fill(sp_view *v) {
    PyObject *why = NULL;
    int done = by_buffer(v);
    if (done > 0) return 0;
    if (done == 0) why = py.PyErr_GetRaisedException();
    int err = done < 0 || sp_view_dlpack(v);
    if (err && why && py.PyErr_ExceptionMatches(SP_EXC(PyExc_TypeError))) {
        py.PyErr_SetRaisedException(why); // it has no __dlpack__: the first reason is the one
        return -1;
    }
    if (why) py.Py_DecRef(why);
    return err ? -1 : 0;
}

sp_view *sp_view_open(PyObject *o) {
    sp_view *v = malloc(sizeof *v);
    if (!v) {
        py.PyErr_NoMemory();
        return NULL;
    }
    *v = (sp_view){.object = o};
    v->dims = v->few;
    if (fill(v) || sp_view_check(&v->t)) {
        PyObject *why = py.PyErr_GetRaisedException(); // a deleter may run Python
        free_memory(v);
        py.PyErr_SetRaisedException(why);
        return NULL;
    }
    py.Py_IncRef(o);
    sp_merge(o);
    return v;
}

void sp_view_close(sp_view *v) {
    PyObject *o = v->object;
    free_memory(v);
    py.Py_DecRef(o);
}

void sp_view_release(uintptr_t view) {
    if (sp_attach()) return; // a thread that cannot attach leaks it rather than crash
    sp_view_close((sp_view *)view);
    sp_detach();
}

// reach adds to the bytes that the tensor covers before or behind its first element
// what dimension i makes of it.
static int reach(const DLTensor *t, int i, int64_t size, int64_t *low, int64_t *high) {
    int64_t far;
    if (__builtin_mul_overflow(t->strides[i], t->shape[i] - 1, &far)) return -1;
    if (__builtin_mul_overflow(far, size, &far)) return -1;
    int64_t *side = far < 0 ? low : high;
    return __builtin_add_overflow(*side, far, side) ? -1 : 0;
}

enum { LARGEST = 47 }; // bits of an address

// check_extent is the part of sp_view_check for tensors that have elements.
static int check_extent(const DLTensor *t, int64_t size) {
    int64_t n = size, low = 0, high = 0, most = (int64_t)1 << LARGEST;
    for (int i = 0; i < t->ndim; i++) {
        if (__builtin_mul_overflow(n, t->shape[i], &n) || n > most)
            return sp_view_refuse("the tensor is larger than any memory");
        if (reach(t, i, size, &low, &high) || low < -most || high > most)
            return sp_view_refuse("the tensor's strides leave all memory");
    }
    return t->data ? 0 : sp_view_refuse("the tensor has elements and no memory");
}

int sp_view_check(const DLTensor *t) {
    int64_t size = ((int64_t)t->dtype.bits * t->dtype.lanes + 7) / 8;
    int empty = 0;
    if (size == 0) return sp_view_refuse("the tensor's elements have no size");
    if (t->dtype.bits * t->dtype.lanes % 8)
        return sp_view_refuse("the tensor's elements are narrower than a byte, and may be packed");
    for (int i = 0; i < t->ndim; i++) {
        if (t->shape[i] < 0) return sp_view_refuse("the tensor has a negative dimension");
        empty |= t->shape[i] == 0;
    }
    return empty ? 0 : check_extent(t, size);
}
