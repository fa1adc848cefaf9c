#include "host.h"

#include <stdio.h>
#include <stdlib.h>

#include "build.h"
#include "call.h"
#include "dump.h"
#include "thread.h"
#include "wire.h"

// Implemented in Go, in host.go.
extern void snakepitHost(uint64_t id, uint8_t *in, size_t n, sp_answer *answer);

static PyObject *fail_fn;

// ask calls Go while detached. Calls that Go makes from there run on the thread
// state that was detached, whoever made it.
static void ask(uint64_t id, sp_out *in, sp_answer *answer) {
    PyThreadState *before = sp_me.state;
    sp_me.state = py.PyEval_SaveThread();
    snakepitHost(id, in->p, in->len, answer);
    py.PyEval_RestoreThread(sp_me.state);
    sp_me.state = before;
}

static PyObject *understand(sp_answer *answer) {
    sp_in reader = {answer->buf};
    PyObject *o = sp_build(&reader);
    if (answer->heap) free(answer->buf);
    if (!o || !answer->failed) return o;
    PyObject *never = py.PyObject_CallOneArg(fail_fn, o);
    py.Py_DecRef(o);
    if (never) py.Py_DecRef(never);
    return NULL;
}

static int write_arguments(sp_out *out, PyObject *const *args) {
    return sp_put_byte(out, SP_TUPLE) || sp_put_u64(out, 2) || sp_dump(out, args[1], NULL) ||
                   sp_dump(out, args[2], NULL)
               ? -1
               : 0;
}

static PyObject *unwritable(sp_out *out) {
    char msg[800];
    if (out->fault.want) {
        snprintf(msg, sizeof msg, "argument%s of a Go function: want %s, got %s",
                 out->fault.path + out->fault.path_at, out->fault.want, out->fault.got);
        py.PyErr_SetString(SP_EXC(PyExc_TypeError), msg);
    }
    sp_out_drop(out);
    return NULL;
}

static PyObject *call_host(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    (void)self;
    uint8_t in[1024], out[1024];
    int overflow;
    if (n != 3) {
        py.PyErr_SetString(SP_EXC(PyExc_TypeError), "call(id, args, kwargs)");
        return NULL;
    }
    if (sp_me.ending) {
        py.PyErr_SetString(SP_EXC(PyExc_RuntimeError), "this OS thread ends, and cannot call Go any more");
        return NULL;
    }
    long long id = py.PyLong_AsLongLongAndOverflow(args[0], &overflow);
    sp_out writer;
    sp_out_init(&writer, in, sizeof in);
    if (write_arguments(&writer, args)) return unwritable(&writer);
    sp_answer answer = {.buf = out, .cap = sizeof out};
    ask((uint64_t)id, &writer, &answer);
    if (writer.objects) py.Py_DecRef(writer.objects); // Go has taken over what they hold
    writer.objects = NULL;
    sp_out_drop(&writer);
    return understand(&answer);
}

static PyMethodDef call_host_def = {
    "call", (void *)call_host, METH_FASTCALL,
    "call(id, args, kwargs)\n--\n\nCall the Go function registered as id."};

PyObject *sp_host_function(PyObject *fail) {
    fail_fn = fail;
    return py.PyCFunction_NewEx(&call_host_def, NULL, NULL);
}
