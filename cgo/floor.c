#include "floor.h"

#include <stdlib.h>
#include <string.h>

#include "thread.h"

static int call_int(PyObject *fn, size_t i) {
    PyObject *args[2] = {NULL, py.PyLong_FromLongLong((long long)i)};
    PyObject *o = py.PyObject_Vectorcall(fn, args + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    int overflow;
    if (!o) return -1;
    py.PyLong_AsLongLongAndOverflow(o, &overflow);
    py.Py_DecRef(o);
    py.Py_DecRef(args[1]);
    return 0;
}

int sp_floor_call_int(uintptr_t fn, size_t n) {
    int err = 0;
    for (size_t i = 0; !err && i < n; i++) {
        if (sp_attach()) return -1;
        err = call_int((PyObject *)fn, i);
        sp_detach();
    }
    return err;
}

static double sink;

static int read5(PyObject *dict, PyObject *keys) {
    for (Py_ssize_t k = 0; k < 5; k++) {
        PyObject *v;
        int overflow;
        Py_ssize_t len;
        if (py.PyDict_GetItemRef(dict, py.PyTuple_GetItem(keys, k), &v) != 1) return -1;
        if (k == 0 || k == 4) sink += (double)py.PyLong_AsLongLongAndOverflow(v, &overflow);
        if (k == 1) sink += py.PyFloat_AsDouble(v);
        if (k == 2) sink += py.PyUnicode_AsUTF8AndSize(v, &len)[0];
        if (k == 3) sink += v == py._Py_TrueStruct;
        py.Py_DecRef(v);
    }
    return 0;
}

// call_dict5 does what the struct does: five values as keyword arguments, and a
// dict of five read back.
static int call_dict5(PyObject *fn, PyObject *keys, size_t i) {
    PyObject *args[6] = {NULL,
                         py.PyLong_FromLongLong((long long)i),
                         py.PyFloat_FromDouble(1.5),
                         py.PyUnicode_FromStringAndSize("a short text", 12),
                         py.PyBool_FromLong(1),
                         py.PyLong_FromLongLong(7)};
    PyObject *o = py.PyObject_Vectorcall(fn, args + 1, PY_VECTORCALL_ARGUMENTS_OFFSET, keys);
    int err = o ? read5(o, keys) : -1;
    if (o) py.Py_DecRef(o);
    for (int k = 1; k < 6; k++) py.Py_DecRef(args[k]);
    return err;
}

int sp_floor_call_dict5(uintptr_t fn, uintptr_t keys, size_t n) {
    int err = 0;
    for (size_t i = 0; !err && i < n; i++) {
        if (sp_attach()) return -1;
        err = call_dict5((PyObject *)fn, (PyObject *)keys, i);
        sp_detach();
    }
    return err;
}

static PyObject *make_floats(const double *from, size_t m) {
    PyObject *list = py.PyList_New((Py_ssize_t)m);
    for (size_t i = 0; list && i < m; i++)
        py.PyList_SetItem(list, (Py_ssize_t)i, py.PyFloat_FromDouble(from[i]));
    return list;
}

static void read_floats(PyObject *list, double *to, size_t m) {
    for (size_t i = 0; i < m; i++) {
        PyObject *item = py.PyList_GetItemRef(list, (Py_ssize_t)i);
        to[i] = py.PyFloat_AsDouble(item);
        py.Py_DecRef(item);
    }
}

static int list_f64(PyObject *fn, double *data, size_t m) {
    PyObject *list = make_floats(data, m);
    PyObject *o = list ? py.PyObject_CallOneArg(fn, list) : NULL;
    if (o) {
        read_floats(o, data, m);
        py.Py_DecRef(o);
    }
    if (list) py.Py_DecRef(list);
    return o ? 0 : -1;
}

int sp_floor_list_f64(uintptr_t fn, size_t m, size_t n) {
    int err = 0;
    double *data = calloc(m, sizeof *data);
    for (size_t i = 0; data && !err && i < n && !sp_attach(); i++) {
        err = list_f64((PyObject *)fn, data, m);
        sp_detach();
    }
    free(data);
    return data ? err : -1;
}

int sp_floor_memcpy(size_t m, size_t n) {
    char *a = malloc(m), *b = malloc(m);
    if (!a || !b) return -1;
    memset(a, 1, m);
    for (size_t i = 0; i < n; i++) {
        memcpy(b, a, m);
        __asm__ volatile("" : : "r"(b) : "memory");
    }
    free(a);
    free(b);
    return 0;
}
