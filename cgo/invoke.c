#include <stdlib.h>

#include "build.h"
#include "call.h"
#include "wire.h"

enum { ON_STACK = 16 };

// The arguments of a call: slot 0 is the callee's to use, as
// PY_VECTORCALL_ARGUMENTS_OFFSET promises. Positional ones follow, then those passed by keyword.
typedef struct {
    PyObject **at;
    PyObject *few[ON_STACK];
    size_t positional, keywords, built;
    uint64_t lent;   // which of the first 64 are borrowed from Go: bit i is at[i]
    PyObject *names; // tuple of the keywords' names, or NULL
    int own_names;
} arguments;

static void drop(arguments *a) {
    for (size_t i = 1; i <= a->built; i++) {
        if (i >= 64 || !(a->lent >> i & 1)) py.Py_DecRef(a->at[i]);
    }
    if (a->own_names && a->names) py.Py_DecRef(a->names);
    if (a->at != a->few) free(a->at);
}

// borrow takes an argument that Go lends for the whole call without a reference of
// its own: two atomic operations less on an object that no thread owns.
static int borrow(arguments *a, sp_in *in) {
    if (*in->p != SP_OBJECT || a->built >= 63) return 0;
    in->p++;
    a->at[++a->built] = (PyObject *)(uintptr_t)sp_u64(in);
    a->lent |= (uint64_t)1 << a->built;
    return 1;
}

static int build_next(arguments *a, sp_in *in) {
    if (borrow(a, in)) return 0;
    PyObject *o = sp_build(in);
    if (!o) return -1;
    a->at[++a->built] = o;
    return 0;
}

// build_named reads keywords that bring their names along.
static int build_named(arguments *a, sp_in *in) {
    a->own_names = 1;
    if (!(a->names = py.PyTuple_New((Py_ssize_t)a->keywords))) return -1;
    for (size_t i = 0; i < a->keywords; i++) {
        PyObject *name = sp_build(in);
        if (!name || py.PyTuple_SetItem(a->names, (Py_ssize_t)i, name)) return -1;
        if (build_next(a, in)) return -1;
    }
    return 0;
}

// shorten makes names hold only those marked present, and have of them.
static int shorten(arguments *a, PyObject *all, const uint8_t *present, size_t have) {
    a->own_names = 1;
    if (!(a->names = py.PyTuple_New((Py_ssize_t)have))) return -1;
    for (size_t i = 0, to = 0; i < a->keywords; i++) {
        if (!present[i]) continue;
        PyObject *name = py.PyTuple_GetItem(all, (Py_ssize_t)i);
        py.Py_IncRef(name);
        if (py.PyTuple_SetItem(a->names, (Py_ssize_t)to++, name)) return -1;
    }
    return 0;
}

// build_planned reads keywords whose names stand in all; some may be missing.
static int build_planned(arguments *a, sp_in *in, PyObject *all) {
    uint8_t few[64], *present = a->keywords <= sizeof few ? few : malloc(a->keywords);
    size_t have = 0;
    int err = 0;
    for (size_t i = 0; !err && i < a->keywords; i++) {
        present[i] = *in->p != SP_MISSING;
        have += present[i];
        if (present[i]) err = build_next(a, in);
        else in->p++;
    }
    a->names = all;
    if (!err && have < a->keywords) err = shorten(a, all, present, have);
    if (present != few) free(present);
    a->keywords = have;
    return err;
}

static int room(arguments *a) {
    size_t n = 1 + a->positional + a->keywords;
    a->at = n <= ON_STACK ? a->few : malloc(n * sizeof *a->at);
    if (a->at) return 0;
    a->at = a->few;
    py.PyErr_NoMemory();
    return -1;
}

static int build_all(arguments *a, sp_in *in) {
    a->positional = sp_u32(in);
    a->keywords = sp_u32(in);
    PyObject *names = (PyObject *)(uintptr_t)sp_u64(in);
    if (room(a)) return -1;
    for (size_t i = 0; i < a->positional; i++) {
        if (build_next(a, in)) return -1;
    }
    if (!a->keywords) return 0;
    return names ? build_planned(a, in, names) : build_named(a, in);
}

static PyObject *run(int op, PyObject *target, arguments *a) {
    PyObject *names = a->keywords ? a->names : NULL;
    size_t n = a->positional | PY_VECTORCALL_ARGUMENTS_OFFSET;
    switch (op) {
    case SP_METHOD: return py.PyObject_VectorcallMethod(target, a->at + 1, n, names);
    case SP_GETATTR: return py.PyObject_GetAttr(a->at[1], target);
    }
    return py.PyObject_Vectorcall(target, a->at + 1, n, names);
}

PyObject *sp_invoke(int op, PyObject *target, const uint8_t *in) {
    if (op == SP_NEXT) return py.PyIter_Next(target);
    arguments a; // not initialised as a whole: clearing few would cost more than using it
    a.at = a.few;
    a.built = 0;
    a.lent = 0;
    a.names = NULL;
    a.own_names = 0;
    sp_in reader = {in};
    PyObject *o = build_all(&a, &reader) ? NULL : run(op, target, &a);
    drop(&a);
    return o;
}
