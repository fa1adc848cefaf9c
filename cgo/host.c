#include "host.h"

#include <stdio.h>
#include <stdlib.h>

#include "arrow.h"
#include "build.h"
#include "call.h"
#include "dump.h"
#include "helper.h"
#include "hold.h"
#include "thread.h"
#include "wire.h"

// Implemented in Go, in host.go.
extern void snakepitHost(uint64_t id, uint64_t caller, uint8_t *in, size_t n, sp_answer *answer);
extern void snakepitBuilt(uintptr_t loans);

static PyObject *fail_fn;

// leave detaches for a call of Go, and come_back attaches again. Calls that Go makes from
// there run on the thread state that was detached, whoever made it.
static PyThreadState *leave(void) {
    PyThreadState *before = sp_me.state;
    sp_me.state = py.PyEval_SaveThread();
    return before;
}

static void come_back(PyThreadState *before) {
    py.PyEval_RestoreThread(sp_me.state);
    sp_me.state = before;
}

static void ask(uint64_t id, sp_out *in, sp_answer *answer) {
    uint64_t caller = sp_me.caller ? sp_me.caller : sp_current();
    PyThreadState *before = leave();
    snakepitHost(id, caller, in->p, in->len, answer);
    come_back(before);
}

// return_loans may free an object, and so run Python: what was raised waits meanwhile.
static void return_loans(uintptr_t loans) {
    PyObject *raised = py.PyErr_GetRaisedException();
    PyThreadState *before = leave();
    snakepitBuilt(loans);
    come_back(before);
    py.PyErr_SetRaisedException(raised);
}

static PyObject *understand(sp_answer *answer) {
    sp_in reader = {answer->buf};
    PyObject *o = sp_build(&reader);
    if (answer->heap) free(answer->buf);
    for (size_t i = 0; i < answer->n; i++) sp_hold_release((sp_hold *)answer->holds[i]);
    free(answer->holds);
    if (answer->loans) return_loans(answer->loans);
    if (!o || !answer->failed) return o;
    PyObject *never = py.PyObject_CallOneArg(fail_fn, o);
    py.Py_DecRef(o);
    if (never) py.Py_DecRef(never);
    return NULL;
}

static int write_values(sp_out *out, PyObject *const *values, Py_ssize_t n) {
    if (sp_put_byte(out, SP_TUPLE) || sp_put_u64(out, (uint64_t)n)) return -1;
    for (Py_ssize_t i = 0; i < n; i++) {
        int missing = sp_is_missing(values[i]);
        if (missing ? sp_put_byte(out, SP_MISSING) : sp_dump(out, values[i], NULL)) return -1;
    }
    return 0;
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
    if (n < 1) {
        py.PyErr_SetString(SP_EXC(PyExc_TypeError), "call(function, *values)");
        return NULL;
    }
    if (sp_me.ending) {
        py.PyErr_SetString(SP_EXC(PyExc_RuntimeError), "this OS thread ends, and cannot call Go any more");
        return NULL;
    }
    long long id = py.PyLong_AsLongLongAndOverflow(args[0], &overflow);
    sp_out writer;
    sp_out_init(&writer, in, sizeof in);
    if (write_values(&writer, args + 1, n - 1)) return unwritable(&writer);
    sp_answer answer = {.buf = out, .cap = sizeof out};
    sp_guard_pause();
    ask((uint64_t)id, &writer, &answer);
    if (writer.objects) py.Py_DecRef(writer.objects); // Go has taken over what they hold
    writer.objects = NULL;
    writer.views = NULL;
    sp_out_drop(&writer);
    PyObject *result = understand(&answer); // not interrupted: a Go error would be lost
    sp_guard_resume();
    return result;
}

static PyObject *caller(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    (void)self, (void)args, (void)n;
    return py.PyLong_FromLongLong((long long)sp_me.caller);
}

static PyObject *running(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    (void)self, (void)args, (void)n;
    return py.PyLong_FromLongLong((long long)sp_guard_key());
}

static PyObject *arrived(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    (void)self, (void)args, (void)n;
    sp_guard_arrived();
    return py.PyBool_FromLong(1);
}

static PyObject *pause_guard(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    (void)self, (void)args, (void)n;
    sp_guard_pause();
    return py.PyBool_FromLong(1);
}

static PyObject *resume_guard(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    (void)self, (void)args, (void)n;
    sp_guard_resume();
    return py.PyBool_FromLong(1);
}

static PyObject *switch_caller(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    (void)self;
    int overflow;
    long long number = n == 1 ? py.PyLong_AsLongLongAndOverflow(args[0], &overflow) : -1;
    if (number == -1) {
        if (!py.PyErr_Occurred()) py.PyErr_SetString(SP_EXC(PyExc_TypeError), "switch(number)");
        return NULL;
    }
    PyObject *before = py.PyLong_FromLongLong((long long)sp_me.caller);
    if (before) sp_me.caller = (uint64_t)number;
    return before;
}

// In the order of the enum in host.h.
static PyMethodDef functions[] = {
    {"call", (void *)call_host, METH_FASTCALL,
     "call(function, *values)\n--\n\nCall the Go function of that number."},
    {"caller", (void *)caller, METH_FASTCALL,
     "caller()\n--\n\nThe number of the call that this thread runs, 0 for none."},
    {"switch", (void *)switch_caller, METH_FASTCALL,
     "switch(number)\n--\n\nMake calls to Go from this thread belong to that call; "
     "returns what they belonged to."},
    {"take", (void *)sp_arrow_take, METH_FASTCALL,
     "take(object, kind, address, address)\n--\n\nMove Arrow's C structs of an object to where "
     "Go wants them; whether it has any."},
    {"running", (void *)running, METH_FASTCALL,
     "running()\n--\n\nThe key of the call that this thread runs and that can be cancelled, 0 for none."},
    {"arrived", (void *)arrived, METH_FASTCALL,
     "arrived()\n--\n\nAn exception that cancels this thread's call is raised."},
    {"pause", (void *)pause_guard, METH_FASTCALL,
     "pause()\n--\n\nLet no exception that cancels this thread's call come until resume()."},
    {"resume", (void *)resume_guard, METH_FASTCALL, "resume()\n--\n\nEnd what pause() began."},
};

void sp_host_fails(uintptr_t fail) { fail_fn = (PyObject *)fail; }

PyObject *sp_host_function(int which) { return py.PyCFunction_NewEx(&functions[which], NULL, NULL); }
