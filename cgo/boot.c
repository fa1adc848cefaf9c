#include "boot.h"

#include <string.h>

#include "arrow.h"
#include "host.h"
#include "merge.h"
#include "output.h"
#include "tensor.h"
#include "thread.h"
#include "view.h"
#include "wire.h"

static int merges;

int sp_boot(void) {
    if (sp_threads_ready()) return -1;
    merges = sp_merge_check();
    int err = sp_tensors_ready() || sp_views_ready() || sp_arrows_ready();
    sp_detach();
    return err ? -1 : 0;
}

const char *sp_version(void) { return py.Py_GetVersion(); }

int sp_merges(void) { return merges; }

// object makes a result of a reference, as an object even where it has a value.
static void object(sp_ret *r, PyObject *o, uint8_t *out, size_t cap) {
    if (!o) {
        sp_finish(r, NULL, out, cap, NULL, 0);
        return;
    }
    sp_merge(o);
    *r = (sp_ret){.status = SP_OK, .tag = SP_OBJECT, .bits = (uintptr_t)o};
}

static PyObject *compile(const char *source, const char *file) {
    PyObject *builtins = py.PyImport_AddModuleRef("builtins");
    PyObject *fn = builtins ? py.PyObject_GetAttrString(builtins, "compile") : NULL;
    PyObject *args[] = {
        py.PyUnicode_FromStringAndSize(source, (Py_ssize_t)strlen(source)),
        py.PyUnicode_FromStringAndSize(file, (Py_ssize_t)strlen(file)),
        py.PyUnicode_FromStringAndSize("exec", 4),
    };
    int ready = fn && args[0] && args[1] && args[2];
    PyObject *code = ready ? py.PyObject_Vectorcall(fn, args, 3, NULL) : NULL;
    for (int i = 0; i < 3; i++) {
        if (args[i]) py.Py_DecRef(args[i]);
    }
    if (fn) py.Py_DecRef(fn);
    if (builtins) py.Py_DecRef(builtins);
    return code;
}

static PyObject *make_module(const char *name, const char *source, const char *file) {
    PyObject *code = compile(source, file);
    PyObject *module = code ? py.PyImport_AddModuleRef(name) : NULL;
    PyObject *names = module ? py.PyModule_GetDict(module) : NULL;
    PyObject *done = NULL;
    if (names && !py.PyDict_SetItemString(names, "__builtins__", py.PyEval_GetBuiltins()))
        done = py.PyEval_EvalCode(code, names, names);
    if (code) py.Py_DecRef(code);
    if (done) {
        py.Py_DecRef(done);
        return module;
    }
    if (module) py.Py_DecRef(module);
    return NULL;
}

void sp_module(sp_ret *r, const char *name, const char *source, const char *file, uint8_t *out,
               size_t cap) {
    int err = sp_attach();
    if (err) {
        *r = (sp_ret){.status = SP_UNATTACHED, .bits = (uint64_t)err};
        return;
    }
    object(r, make_module(name, source, file), out, cap);
    sp_detach();
}

// exported makes the result of an entry of an object or of nothing.
static uintptr_t exported(PyObject *o) {
    py.PyErr_Clear();
    if (o) sp_merge(o);
    sp_detach();
    return (uintptr_t)o;
}

uintptr_t sp_host_object(int which) {
    return sp_attach() ? 0 : exported(sp_host_function(which));
}

uintptr_t sp_output_object(uintptr_t flush) {
    return sp_attach() ? 0 : exported(sp_output_function((PyObject *)flush));
}

uintptr_t sp_intern(const char *name) {
    return sp_attach() ? 0 : exported(py.PyUnicode_InternFromString(name));
}

static PyObject *keys(const char *names, size_t n) {
    PyObject *tuple = py.PyTuple_New((Py_ssize_t)n);
    for (size_t i = 0; tuple && i < n; i++) {
        PyObject *key = py.PyUnicode_InternFromString(names);
        if (!key || py.PyTuple_SetItem(tuple, (Py_ssize_t)i, key)) {
            py.Py_DecRef(tuple);
            return NULL;
        }
        names += strlen(names) + 1;
    }
    return tuple;
}

uintptr_t sp_keys(const char *names, size_t n) {
    return sp_attach() ? 0 : exported(keys(names, n));
}

long sp_states(void) {
    if (sp_attach()) return -1;
    long n = sp_thread_states();
    sp_detach();
    return n;
}
