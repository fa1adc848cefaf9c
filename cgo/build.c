#include "build.h"

#include "arrow.h"
#include "helper.h"
#include "tensor.h"
#include "wire.h"

static double f64(sp_in *in) {
    uint64_t bits = sp_u64(in);
    double f;
    __builtin_memcpy(&f, &bits, sizeof f);
    return f;
}

static PyObject *new_ref(PyObject *o) {
    py.Py_IncRef(o);
    return o;
}

// span reads a count and skips as many bytes, returning where they began.
static const void *span(sp_in *in, size_t *n) {
    *n = sp_u64(in);
    const void *at = in->p;
    in->p += *n;
    return at;
}

// lent reads an address and a count.
static const void *lent(sp_in *in, size_t *n) {
    const void *at = (const void *)(uintptr_t)sp_u64(in);
    *n = sp_u64(in);
    return at;
}

static PyObject *build_big(sp_in *in) {
    size_t n;
    const void *at = span(in, &n);
    return py.PyLong_FromNativeBytes(at, n, 1); // 1: little endian, signed
}

static PyObject *build_complex(sp_in *in) {
    double re = f64(in);
    return py.PyComplex_FromDoubles(re, f64(in));
}

static PyObject *text(const void *at, size_t n) {
    return py.PyUnicode_FromStringAndSize(at, (Py_ssize_t)n);
}

static PyObject *bytes(const void *at, size_t n) {
    return py.PyBytes_FromStringAndSize(at, (Py_ssize_t)n);
}

static PyObject *build_list(sp_in *in) {
    size_t n = sp_u64(in);
    PyObject *list = py.PyList_New((Py_ssize_t)n);
    for (size_t i = 0; list && i < n; i++) {
        PyObject *item = sp_build(in);
        if (!item || py.PyList_SetItem(list, (Py_ssize_t)i, item)) {
            py.Py_DecRef(list);
            return NULL;
        }
    }
    return list;
}

static PyObject *build_tuple(sp_in *in) {
    size_t n = sp_u64(in);
    PyObject *tuple = py.PyTuple_New((Py_ssize_t)n);
    for (size_t i = 0; tuple && i < n; i++) {
        PyObject *item = sp_build(in);
        if (!item || py.PyTuple_SetItem(tuple, (Py_ssize_t)i, item)) {
            py.Py_DecRef(tuple);
            return NULL;
        }
    }
    return tuple;
}

// put reads one pair into a dict.
static int put(PyObject *dict, sp_in *in) {
    PyObject *key = sp_build(in);
    if (!key) return -1;
    PyObject *item = sp_build(in);
    int err = item ? py.PyDict_SetItem(dict, key, item) : -1;
    py.Py_DecRef(key);
    if (item) py.Py_DecRef(item);
    return err;
}

static PyObject *build_dict(sp_in *in) {
    size_t n = sp_u64(in);
    PyObject *dict = py.PyDict_New();
    for (size_t i = 0; dict && i < n; i++) {
        if (put(dict, in)) {
            py.Py_DecRef(dict);
            return NULL;
        }
    }
    return dict;
}

static PyObject *build_set(sp_in *in, PyObject *(*make)(PyObject *)) {
    size_t n = sp_u64(in);
    PyObject *set = make(NULL);
    for (size_t i = 0; set && i < n; i++) {
        PyObject *item = sp_build(in);
        int err = item ? py.PySet_Add(set, item) : -1;
        if (item) py.Py_DecRef(item);
        if (err) {
            py.Py_DecRef(set);
            return NULL;
        }
    }
    return set;
}

static PyObject *build_floats(const char *at, size_t n) {
    PyObject *list = py.PyList_New((Py_ssize_t)n);
    for (size_t i = 0; list && i < n; i++) {
        double f;
        __builtin_memcpy(&f, at + i * sizeof f, sizeof f);
        PyObject *item = py.PyFloat_FromDouble(f);
        if (!item || py.PyList_SetItem(list, (Py_ssize_t)i, item)) {
            py.Py_DecRef(list);
            return NULL;
        }
    }
    return list;
}

static PyObject *build_ints(const char *at, size_t n) {
    PyObject *list = py.PyList_New((Py_ssize_t)n);
    for (size_t i = 0; list && i < n; i++) {
        int64_t v;
        __builtin_memcpy(&v, at + i * sizeof v, sizeof v);
        PyObject *item = py.PyLong_FromLongLong(v);
        if (!item || py.PyList_SetItem(list, (Py_ssize_t)i, item)) {
            py.Py_DecRef(list);
            return NULL;
        }
    }
    return list;
}

// packed reads the count of a packed array and skips its 8-byte elements.
static const void *packed(sp_in *in, size_t *n) {
    *n = sp_u64(in);
    const void *at = in->p;
    in->p += *n * 8;
    return at;
}

static PyObject *build_ext(sp_in *in) {
    long kind = *in->p++;
    PyObject *payload = sp_build(in);
    if (!payload) return NULL;
    PyObject *o = sp_unpack(kind, payload);
    py.Py_DecRef(payload);
    return o;
}

static PyObject *build_scalar(int tag, sp_in *in) {
    switch (tag) {
    case SP_NONE: return new_ref(py._Py_NoneStruct);
    case SP_FALSE: return new_ref(py._Py_FalseStruct);
    case SP_TRUE: return new_ref(py._Py_TrueStruct);
    case SP_INT: return py.PyLong_FromLongLong((long long)sp_u64(in));
    case SP_UINT: return py.PyLong_FromUnsignedLongLong(sp_u64(in));
    case SP_FLOAT: return py.PyFloat_FromDouble(f64(in));
    case SP_COMPLEX: return build_complex(in);
    case SP_OBJECT: return new_ref((PyObject *)(uintptr_t)sp_u64(in));
    case SP_MISSING: return NULL;
    }
    py.PyErr_SetString(SP_EXC(PyExc_SystemError), "snakepit: unknown tag in a call's arguments");
    return NULL;
}

PyObject *sp_build(sp_in *in) {
    size_t n;
    const void *at;
    int tag = *in->p++;
    switch (tag) {
    case SP_STR: at = span(in, &n); return text(at, n);
    case SP_BYTES: at = span(in, &n); return bytes(at, n);
    case SP_STR_REF: at = lent(in, &n); return text(at, n);
    case SP_BYTES_REF: at = lent(in, &n); return bytes(at, n);
    case SP_BIGINT: return build_big(in);
    case SP_LIST: return build_list(in);
    case SP_TUPLE: return build_tuple(in);
    case SP_DICT: return build_dict(in);
    case SP_SET: return build_set(in, py.PySet_New);
    case SP_FROZEN_SET: return build_set(in, py.PyFrozenSet_New);
    case SP_FLOATS: at = packed(in, &n); return build_floats(at, n);
    case SP_FLOATS_REF: at = lent(in, &n); return build_floats(at, n);
    case SP_INTS: at = packed(in, &n); return build_ints(at, n);
    case SP_INTS_REF: at = lent(in, &n); return build_ints(at, n);
    case SP_EXT: return build_ext(in);
    case SP_TENSOR: return sp_tensor_build(in);
    case SP_ARROW: return sp_arrow_build(in);
    }
    return build_scalar(tag, in);
}
