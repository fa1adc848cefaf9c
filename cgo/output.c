#include "output.h"

#include "thread.h"

static PyObject *flush_fn;

static PyObject *held(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    (void)self, (void)args, (void)n;
    if (sp_me.depth) sp_me.output = 1;
    return py.PyBool_FromLong(sp_me.depth > 0);
}

static PyMethodDef held_def = {
    "held", (void *)held, METH_FASTCALL,
    "held()\n--\n\nWhether the end of a call will flush this thread's output."};

PyObject *sp_output_function(PyObject *flush) {
    flush_fn = flush;
    return py.PyCFunction_NewEx(&held_def, NULL, NULL);
}

void sp_output_flush(void) {
    sp_me.output = 0;
    PyObject *o = py.PyObject_CallNoArgs(flush_fn);
    if (o) py.Py_DecRef(o);
    else py.PyErr_Clear();
}
