#include "helper.h"

static PyObject *pack_fn, *unpack_fn, *describe_fn, *missing_object, *current_fn;

void sp_set_helpers(uintptr_t pack, uintptr_t unpack, uintptr_t describe, uintptr_t missing,
                    uintptr_t current) {
    pack_fn = (PyObject *)pack;
    unpack_fn = (PyObject *)unpack;
    describe_fn = (PyObject *)describe;
    missing_object = (PyObject *)missing;
    current_fn = (PyObject *)current;
}

int sp_is_missing(PyObject *o) { return o == missing_object; }

uint64_t sp_current(void) {
    int overflow;
    PyObject *n = current_fn ? py.PyObject_CallNoArgs(current_fn) : NULL;
    long long number = n ? py.PyLong_AsLongLongAndOverflow(n, &overflow) : 0;
    if (n) py.Py_DecRef(n);
    py.PyErr_Clear();
    return (uint64_t)number;
}

PyObject *sp_pack(PyObject *o) {
    if (pack_fn) return py.PyObject_CallOneArg(pack_fn, o);
    py.Py_IncRef(py._Py_NoneStruct);
    return py._Py_NoneStruct;
}

PyObject *sp_unpack(long kind, PyObject *payload) {
    PyObject *args[2] = {py.PyLong_FromLongLong(kind), payload};
    if (!args[0]) return NULL;
    PyObject *o = py.PyObject_Vectorcall(unpack_fn, args, 2, NULL);
    py.Py_DecRef(args[0]);
    return o;
}

PyObject *sp_describe(PyObject *exception) {
    PyObject *d = describe_fn ? py.PyObject_CallOneArg(describe_fn, exception) : NULL;
    if (!d) py.PyErr_Clear();
    return d;
}
