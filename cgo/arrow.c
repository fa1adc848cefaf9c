// The Python objects that stand for Arrow values of Go's. Each call of a method has Go
// export the value anew, so that many consumers may have it.
#include "arrow.h"

#include <stdlib.h>

#include "hold.h"
#include "thread.h"

// Implemented in Go, in arrow.go: exports the value of a hold. The second address is that
// of the array. Returns NULL, or what went wrong, to be freed.
extern char *snakepitExportArrow(uint64_t index, int kind, uintptr_t first, uintptr_t array);

static PyObject *types[SP_ARROW_STREAM + 1]; // by kind
static size_t offset;                        // of the address of the hold in an object

static sp_hold **hold_of(PyObject *o) { return (sp_hold **)((char *)o + offset); }

static void dealloc(PyObject *self) {
    PyObject *type = py.PyObject_Type(self);
    sp_hold_release(*hold_of(self));
    py.PyObject_Free(self);
    py.Py_DecRef(type);
    py.Py_DecRef(type); // the object's own
}

static void schema_ends(PyObject *capsule) {
    ArrowSchema *s = py.PyCapsule_GetPointer(capsule, "arrow_schema");
    if (s && s->release) s->release(s);
    free(s);
}

// A consumer that is attached releases attached, and with the last struct enters Go so. That
// is safe because Go only frees there and waits for nobody: see loan in zerocopy/arrow.
static void array_ends(PyObject *capsule) {
    ArrowArray *a = py.PyCapsule_GetPointer(capsule, "arrow_array");
    if (a && a->release) a->release(a);
    free(a);
}

static void stream_ends(PyObject *capsule) {
    ArrowArrayStream *s = py.PyCapsule_GetPointer(capsule, "arrow_array_stream");
    if (s && s->release) s->release(s);
    free(s);
}

static PyObject *schema_capsule(void) {
    ArrowSchema *s = calloc(1, sizeof *s);
    PyObject *c = s ? py.PyCapsule_New(s, "arrow_schema", schema_ends) : py.PyErr_NoMemory();
    if (!c) free(s);
    return c;
}

static PyObject *array_capsule(void) {
    ArrowArray *a = calloc(1, sizeof *a);
    PyObject *c = a ? py.PyCapsule_New(a, "arrow_array", array_ends) : py.PyErr_NoMemory();
    if (!c) free(a);
    return c;
}

static PyObject *stream_capsule(void) {
    ArrowArrayStream *s = calloc(1, sizeof *s);
    PyObject *c = s ? py.PyCapsule_New(s, "arrow_array_stream", stream_ends) : py.PyErr_NoMemory();
    if (!c) free(s);
    return c;
}

// export has Go fill the structs, detached. -1 with an exception set.
static int export(PyObject *self, int kind, void *first, void *array) {
    PyThreadState *before = sp_me.state;
    uint64_t index = (*hold_of(self))->index;
    sp_me.state = py.PyEval_SaveThread();
    char *failed = snakepitExportArrow(index, kind, (uintptr_t)first, (uintptr_t)array);
    py.PyEval_RestoreThread(sp_me.state);
    sp_me.state = before;
    if (failed) py.PyErr_SetString(SP_EXC(PyExc_ValueError), failed);
    free(failed);
    return failed ? -1 : 0;
}

static PyObject *c_schema(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    (void)args, (void)n, (void)names;
    PyObject *c = schema_capsule();
    if (!c) return NULL;
    if (export(self, SP_ARROW_SCHEMA, py.PyCapsule_GetPointer(c, "arrow_schema"), NULL) == 0) return c;
    py.Py_DecRef(c);
    return NULL;
}

static PyObject *c_array(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    const ArrowSchema *want;
    if (sp_arrow_request(args, n, names, &want)) return NULL;
    PyObject *s = schema_capsule(), *a = s ? array_capsule() : NULL, *both = a ? py.PyTuple_New(2) : NULL;
    int err = !both || export(self, SP_ARROW_ARRAY, py.PyCapsule_GetPointer(s, "arrow_schema"),
                              py.PyCapsule_GetPointer(a, "arrow_array"));
    if (!err && sp_arrow_fits(want, py.PyCapsule_GetPointer(s, "arrow_schema")) == 0) {
        py.PyTuple_SetItem(both, 0, s);
        py.PyTuple_SetItem(both, 1, a);
        return both;
    }
    if (s) py.Py_DecRef(s);
    if (a) py.Py_DecRef(a);
    if (both) py.Py_DecRef(both);
    return NULL;
}

// answers reports that the data has the fields of a schema; -1 with an exception set if not.
static int answers(PyObject *self, const ArrowSchema *want) {
    PyObject *c = want ? c_schema(self, NULL, 0, NULL) : NULL;
    if (!c) return want ? -1 : 0;
    int err = sp_arrow_fits(want, py.PyCapsule_GetPointer(c, "arrow_schema"));
    py.Py_DecRef(c);
    return err;
}

static PyObject *c_stream(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    const ArrowSchema *want;
    if (sp_arrow_request(args, n, names, &want) || answers(self, want)) return NULL;
    PyObject *c = stream_capsule();
    ArrowArrayStream *s = c ? py.PyCapsule_GetPointer(c, "arrow_array_stream") : NULL;
    if (s && export(self, SP_ARROW_STREAM, s, NULL) == 0) {
        if (sp_arrow_detaching(s) == 0) return c;
        py.PyErr_NoMemory();
    }
    if (c) py.Py_DecRef(c);
    return NULL;
}

#define SCHEMA                                                                                     \
    {"__arrow_c_schema__", (void *)c_schema, METH_FASTCALL | METH_KEYWORDS,                        \
     "__arrow_c_schema__()\n--\n\nA capsule of the schema."}
#define END {NULL, NULL, 0, NULL}

static PyMethodDef schema_methods[] = {SCHEMA, END};
static PyMethodDef array_methods[] = {
    SCHEMA,
    {"__arrow_c_array__", (void *)c_array, METH_FASTCALL | METH_KEYWORDS,
     "__arrow_c_array__(requested_schema=None)\n--\n\nCapsules of the schema and the array."},
    END};
static PyMethodDef stream_methods[] = {
    SCHEMA,
    {"__arrow_c_stream__", (void *)c_stream, METH_FASTCALL | METH_KEYWORDS,
     "__arrow_c_stream__(requested_schema=None)\n--\n\nA capsule of a stream of arrays."},
    END};

static int make(int kind, const char *name, PyMethodDef *methods) {
    PyType_Slot slots[] = {{Py_tp_dealloc, (void *)dealloc},
                           {Py_tp_methods, methods},
                           {Py_tp_doc, "Arrow data of the Go program's, for pyarrow, pandas, polars "
                                       "and whoever else speaks Arrow's PyCapsule protocol."},
                           {0, NULL}};
    PyType_Spec spec = {name, -(int)sizeof(sp_hold *), 0,
                        Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE, slots};
    PyObject *type = py.PyType_FromSpec(&spec), *first;
    if (!type || !(first = py.PyType_GenericAlloc(type, 0))) return -1;
    offset = (size_t)((char *)py.PyObject_GetTypeData(first, type) - (char *)first);
    py.PyObject_Free(first); // never an object: its memory was all that was wanted
    py.Py_DecRef(type);      // what it held
    types[kind] = type;
    return 0;
}

int sp_arrows_ready(void) {
    return make(SP_ARROW_SCHEMA, "snakepit_bridge.ArrowSchema", schema_methods) ||
           make(SP_ARROW_ARRAY, "snakepit_bridge.ArrowArray", array_methods) ||
           make(SP_ARROW_STREAM, "snakepit_bridge.ArrowStream", stream_methods);
}

PyObject *sp_arrow_build(sp_in *in) {
    int kind = *in->p++;
    sp_hold *hold = (sp_hold *)(uintptr_t)sp_u64(in);
    PyObject *o = py.PyType_GenericAlloc(types[kind], 0);
    if (!o) return NULL;
    sp_hold_retain(hold);
    *hold_of(o) = hold;
    return o;
}
