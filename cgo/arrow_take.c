// Arrow data of Python's on its way to Go.
#include "arrow.h"

static void *pointer(PyObject *o) {
    int overflow;
    return (void *)(uintptr_t)py.PyLong_AsLongLongAndOverflow(o, &overflow);
}

static int no_capsule(const char *method, const char *name) {
    py.PyErr_Format(SP_EXC(PyExc_TypeError), "%s returned no capsule named %s", method, name);
    return -1;
}

// The structs are moved: the source is marked as released, and its capsule does nothing.

static int take_schema(PyObject *capsule, ArrowSchema *to, const char *method) {
    ArrowSchema *s = py.PyCapsule_IsValid(capsule, "arrow_schema")
                         ? py.PyCapsule_GetPointer(capsule, "arrow_schema")
                         : NULL;
    if (!s || !s->release) return no_capsule(method, "arrow_schema that is not released");
    *to = *s;
    s->release = NULL;
    return 0;
}

static int take_array(PyObject *capsule, ArrowArray *to, const char *method) {
    ArrowArray *a = py.PyCapsule_IsValid(capsule, "arrow_array")
                        ? py.PyCapsule_GetPointer(capsule, "arrow_array")
                        : NULL;
    if (!a || !a->release) return no_capsule(method, "arrow_array that is not released");
    *to = *a;
    a->release = NULL;
    return 0;
}

static int take_stream(PyObject *capsule, ArrowArrayStream *to, const char *method) {
    ArrowArrayStream *s = py.PyCapsule_IsValid(capsule, "arrow_array_stream")
                              ? py.PyCapsule_GetPointer(capsule, "arrow_array_stream")
                              : NULL;
    if (!s || !s->release) return no_capsule(method, "arrow_array_stream that is not released");
    *to = *s;
    s->release = NULL;
    return 0;
}

static int take_both(PyObject *pair, ArrowSchema *schema, ArrowArray *array, const char *method) {
    PyObject *type = py.PyObject_Type(pair);
    int is_tuple = (py.PyType_GetFlags(type) & Py_TPFLAGS_TUPLE_SUBCLASS) != 0;
    py.Py_DecRef(type);
    if (!is_tuple || py.PyTuple_Size(pair) != 2) return no_capsule(method, "arrow_schema and one named arrow_array");
    if (take_schema(py.PyTuple_GetItem(pair, 0), schema, method)) return -1;
    if (take_array(py.PyTuple_GetItem(pair, 1), array, method) == 0) return 0;
    schema->release(schema);
    return -1;
}

static const char *const methods[] = {"", "__arrow_c_schema__", "__arrow_c_array__", "__arrow_c_stream__"};

static int take(PyObject *given, int kind, void *first, void *array) {
    switch (kind) {
    case SP_ARROW_SCHEMA: return take_schema(given, first, methods[kind]);
    case SP_ARROW_ARRAY: return take_both(given, first, array, methods[kind]);
    }
    return take_stream(given, first, methods[kind]);
}

PyObject *sp_arrow_take(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    (void)self;
    int overflow;
    int kind = n == 4 ? (int)py.PyLong_AsLongLongAndOverflow(args[1], &overflow) : 0;
    if (kind < SP_ARROW_SCHEMA || kind > SP_ARROW_STREAM) {
        py.PyErr_SetString(SP_EXC(PyExc_TypeError), "take(object, kind, address, address)");
        return NULL;
    }
    PyObject *method;
    int has = py.PyObject_GetOptionalAttrString(args[0], methods[kind], &method);
    if (has <= 0) return has < 0 ? NULL : py.PyBool_FromLong(0);
    PyObject *given = py.PyObject_CallNoArgs(method);
    py.Py_DecRef(method);
    if (!given) return NULL;
    int err = take(given, kind, pointer(args[2]), pointer(args[3]));
    py.Py_DecRef(given);
    return err ? NULL : py.PyBool_FromLong(1);
}
