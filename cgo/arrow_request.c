// The schema that a consumer may ask for. Which of Arrow's types it likes best it casts to
// by itself, as pyarrow does: the protocol allows to keep to one's own. What can be no such
// wish, a schema of other fields, is refused, as the protocol asks.
#include "arrow.h"

static int refuse(PyObject *exception, const char *why) {
    py.PyErr_SetString(exception, why);
    return -1;
}

// find sets *to to the argument, to NULL where there is none.
static int find(PyObject *const *args, Py_ssize_t n, PyObject *names, PyObject **to) {
    Py_ssize_t named = names ? py.PyTuple_Size(names) : 0;
    *to = NULL;
    if (n + named > 1)
        return refuse(SP_EXC(PyExc_TypeError), "want one argument at most: requested_schema");
    if (n + named == 0 || args[0] == py._Py_NoneStruct) return 0;
    if (named && !py.PyUnicode_EqualToUTF8(py.PyTuple_GetItem(names, 0), "requested_schema"))
        return refuse(SP_EXC(PyExc_TypeError), "the only argument is called requested_schema");
    *to = args[0];
    return 0;
}

int sp_arrow_request(PyObject *const *args, Py_ssize_t n, PyObject *names, const ArrowSchema **to) {
    PyObject *capsule;
    *to = NULL;
    if (find(args, n, names, &capsule)) return -1;
    if (!capsule) return 0;
    const ArrowSchema *s = py.PyCapsule_IsValid(capsule, "arrow_schema")
                               ? py.PyCapsule_GetPointer(capsule, "arrow_schema")
                               : NULL;
    if (!s || !s->release)
        return refuse(SP_EXC(PyExc_TypeError),
                      "requested_schema must be a capsule of an arrow_schema that nobody has taken");
    *to = s;
    return 0;
}

int sp_arrow_fits(const ArrowSchema *want, const ArrowSchema *have) {
    if (!want || want->n_children == have->n_children) return 0;
    py.PyErr_Format(SP_EXC(PyExc_ValueError), "requested_schema has %lld fields, the data has %lld",
                    (long long)want->n_children, (long long)have->n_children);
    return -1;
}
