#define _GNU_SOURCE
#include "thread.h"

#include "output.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

__thread sp_thread sp_me __attribute__((tls_model("initial-exec")));

static PyInterpreterState *interpreter;
static pthread_key_t end_key;
static int end_key_error;
static _Atomic(long) states = 1; // those of this library; the main one is there from the start

// 3.13 counts C recursion instead of looking at the stack, and allows 10,000 nested
// C calls: 2 MiB of stack overflow before that, 4 do not.
#define STACK_MIN ((size_t)4 << 20)

// thread_ends runs on an OS thread that ends and takes its thread state along.
static void thread_ends(void *state) {
    sp_me.ending = 1;
    py.PyEval_RestoreThread(state);
    py.PyThreadState_Clear(state); // and with it the thread's hold on its context
    if (sp_me.context) py.Py_DecRef(sp_me.context);
    py.PyThreadState_DeleteCurrent();
    memset(&sp_me, 0, sizeof sp_me);
    atomic_fetch_sub(&states, 1);
}

// make_end_key runs when the program starts, because thread_ends must run before
// the values of other keys are gone: code that runs there may ask for the thread
// state that CPython keeps under a key of its own. C libraries go through the keys
// in the order in which they were made.
__attribute__((constructor)) static void make_end_key(void) {
    end_key_error = pthread_key_create(&end_key, thread_ends);
}

int sp_threads_ready(void) {
    interpreter = py.PyInterpreterState_Get();
    sp_me.state = py.PyGILState_GetThisThreadState();
    sp_me.owned = 1;
    return end_key_error;
}

int sp_stack_too_small(void) {
#ifdef __linux__
    pthread_attr_t attr;
    size_t size = 0;
    void *base;
    if (strncmp(py.Py_GetVersion(), "3.13.", 5) || pthread_getattr_np(pthread_self(), &attr))
        return 0;
    pthread_attr_getstack(&attr, &base, &size);
    pthread_attr_destroy(&attr);
    return size < STACK_MIN;
#else
    return 0;
#endif
}

int sp_attach_first(void) {
    if (!interpreter) return SP_NOT_INITIALISED;
    if (sp_stack_too_small()) return SP_SMALL_STACK;
    PyThreadState *state = py.PyThreadState_New(interpreter);
    if (!state) return SP_NO_MEMORY;
    pthread_setspecific(end_key, state);
    sp_me.state = state;
    sp_me.owned = 1;
    atomic_fetch_add(&states, 1);
    return SP_ATTACHED;
}

// fresh_context puts the thread into an empty context, to stay in it.
static int fresh_context(void) {
    if (sp_me.context) {
        py.PyContext_Exit(sp_me.context);
        py.Py_DecRef(sp_me.context);
    }
    if (!(sp_me.context = py.PyContext_New())) return -1;
    if (py.PyContext_Enter(sp_me.context) == 0) return 0;
    py.Py_DecRef(sp_me.context);
    sp_me.context = NULL;
    return -1;
}

int sp_enter(void) {
    if (__builtin_expect(!sp_me.context, 0) && sp_me.owned && fresh_context()) return -1;
    sp_me.depth++;
    return 0;
}

void sp_leave(void) {
    if (sp_me.output && sp_me.depth == 1) sp_output_flush();
    if (--sp_me.depth || !sp_me.context || py.PyObject_Size(sp_me.context) == 0) return;
    if (fresh_context()) py.PyErr_Clear(); // out of memory: the next sp_enter tries again
}

// References given up by threads that were not attached: a stack, pushed by
// anyone, taken whole by the next thread that attaches.
typedef struct sp_deferred {
    struct sp_deferred *next;
    PyObject *object;
} deferred;

_Atomic(struct sp_deferred *) sp_pending;

void sp_defer(uintptr_t object) {
    deferred *d = malloc(sizeof *d);
    if (!d) return; // out of memory: leak one reference rather than crash
    d->object = (PyObject *)object;
    d->next = atomic_load(&sp_pending);
    while (!atomic_compare_exchange_weak(&sp_pending, &d->next, d)) {
    }
}

void sp_drain(void) {
    deferred *d = atomic_exchange(&sp_pending, NULL);
    while (d) {
        deferred *next = d->next;
        py.Py_DecRef(d->object);
        free(d);
        d = next;
    }
}

// threads_of_python counts the threads that Python code started.
static long threads_of_python(void) {
    int overflow;
    PyObject *module = py.PyImport_AddModuleRef("_thread");
    PyObject *count = module ? py.PyObject_GetAttrString(module, "_count") : NULL;
    PyObject *n = count ? py.PyObject_CallNoArgs(count) : NULL;
    long long threads = n ? py.PyLong_AsLongLongAndOverflow(n, &overflow) : 0;
    if (n) py.Py_DecRef(n);
    if (count) py.Py_DecRef(count);
    if (module) py.Py_DecRef(module);
    py.PyErr_Clear();
    return (long)threads;
}

long sp_thread_states(void) { return atomic_load(&states) + threads_of_python(); }
