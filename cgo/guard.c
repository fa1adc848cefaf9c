#include "guard.h"

#include <sched.h>

#include "thread.h"

static PyObject *cancelled_class, *wake_fn, *forget_fn;

void sp_set_cancel(uintptr_t cancelled, uintptr_t wake, uintptr_t forget) {
    cancelled_class = (PyObject *)cancelled;
    wake_fn = (PyObject *)wake;
    forget_fn = (PyObject *)forget;
}

static uint64_t load(sp_guard *g) { return __atomic_load_n(&g->word, __ATOMIC_SEQ_CST); }

static int change(sp_guard *g, uint64_t from, uint64_t to) {
    return __atomic_compare_exchange_n(&g->word, &from, to, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static unsigned long this_thread(void) { return py.PyThread_get_thread_ident(); }

// about calls a function of Python's about a key.
static PyObject *about(PyObject *function, uint64_t key) {
    PyObject *number = py.PyLong_FromLongLong((long long)key);
    PyObject *answer = number ? py.PyObject_CallOneArg(function, number) : NULL;
    if (number) py.Py_DecRef(number);
    return answer;
}

static void forget(uint64_t key) {
    PyObject *raised = py.PyErr_GetRaisedException();
    PyObject *done = about(forget_fn, key);
    if (done) py.Py_DecRef(done);
    py.PyErr_Clear();
    py.PyErr_SetRaisedException(raised);
}

// settled waits until nobody is setting the exception. That takes no longer than the few
// instructions between; whoever does it is attached and stays so, and where there is a GIL
// nobody else gets here meanwhile.
static uint64_t settled(sp_guard *g) {
    uint64_t w;
    while ((w = load(g)) & SP_SETTING) sched_yield();
    return w;
}

// leave takes a guard from open to next, and what was set back.
static uint64_t leave(sp_guard *g, uint64_t next, uint64_t keep) {
    uint64_t w;
    do w = settled(g);
    while (!change(g, w, next | (w & keep)));
    if (w & SP_ARMED) py.PyThreadState_SetAsyncExc(this_thread(), NULL);
    return w;
}

static uint64_t key_bits(uint64_t word) { return word >> SP_KEY_SHIFT << SP_KEY_SHIFT; }

// refuse is the end of a call that was cancelled before it began.
static int refuse(sp_guard *g, int place) {
    uint64_t key = key_bits(load(g));
    if (place == SP_ONLY) {
        leave(g, key | SP_OVER, 0);
        forget(key >> SP_KEY_SHIFT);
    }
    PyObject *cancelled = py.PyObject_CallNoArgs(cancelled_class);
    if (cancelled) py.PyErr_SetRaisedException(cancelled);
    return -1;
}

int sp_guard_open(sp_guard *g, int place) {
    g->thread = this_thread();
    for (;;) {
        uint64_t w = load(g);
        if (w & SP_CANCELLED && place != SP_LAST) return refuse(g, place);
        if (change(g, w, key_bits(w) | SP_OPEN)) break;
    }
    sp_me.guarded = (sp_guarded){g, sp_me.depth, place, 0};
    return 0;
}

void sp_guard_shut(void) {
    sp_guard *g = sp_me.guarded.guard;
    if (!g || sp_me.guarded.depth != sp_me.depth) return;
    int place = sp_me.guarded.place;
    sp_me.guarded.guard = NULL;
    uint64_t w = load(g), key = key_bits(w), next = place == SP_MORE ? key : key | SP_OVER;
    int quiet = w == (key | SP_OPEN) && change(g, w, next);
    if (!quiet) w = leave(g, next, place == SP_MORE ? SP_CANCELLED : 0);
    if (place == SP_LAST || (place == SP_ONLY && w & SP_CANCELLED)) forget(key >> SP_KEY_SHIFT);
}

void sp_guard_pause(void) {
    sp_guard *g = sp_me.guarded.guard;
    if (!g || sp_me.guarded.depth != sp_me.depth || sp_me.guarded.paused++) return;
    uint64_t w, next;
    do {
        w = settled(g);
        next = key_bits(w) | (w & SP_CANCELLED) | (w & SP_ARMED ? SP_PENDING : 0);
    } while (!change(g, w, next));
    if (w & SP_ARMED) py.PyThreadState_SetAsyncExc(this_thread(), NULL);
}

void sp_guard_resume(void) {
    sp_guard *g = sp_me.guarded.guard;
    if (!g || sp_me.guarded.depth != sp_me.depth || --sp_me.guarded.paused) return;
    uint64_t w, next;
    do {
        w = load(g);
        next = (w & ~(uint64_t)SP_PENDING) | SP_OPEN | (w & SP_PENDING ? SP_ARMED : 0);
    } while (!change(g, w, next));
    if (next & SP_ARMED) py.PyThreadState_SetAsyncExc(this_thread(), cancelled_class);
}

uint64_t sp_guard_key(void) {
    sp_guard *g = sp_me.guarded.guard;
    return g && sp_me.guarded.depth == sp_me.depth ? load(g) >> SP_KEY_SHIFT : 0;
}

void sp_guard_arrived(void) {
    sp_guard *g = sp_me.guarded.guard;
    if (!g || sp_me.guarded.depth != sp_me.depth) return;
    uint64_t w;
    do w = settled(g);
    while (!change(g, w, w | SP_SETTING));
    g->arrivals++;
    py.PyThreadState_SetAsyncExc(this_thread(), NULL);
    change(g, w | SP_SETTING, w & ~(uint64_t)SP_ARMED);
}

void sp_guard_end(uint64_t *guard) {
    sp_guard *g = (sp_guard *)guard;
    if (sp_attach()) return;
    uint64_t w, key = key_bits(load(g));
    do w = settled(g);
    while (!change(g, w, key | SP_OVER));
    forget(key >> SP_KEY_SHIFT);
    sp_detach();
}

// arm sets the exception, or notes that there is to be one; 0: the call is over. arrivals
// is how many had arrived when the last one was gone, or negative.
static int arm(sp_guard *g, uint64_t key, long long arrivals) {
    for (;;) {
        uint64_t w = load(g);
        if (w >> SP_KEY_SHIFT != key || w & SP_OVER) return 0;
        if (w & SP_SETTING) {
            sched_yield();
            continue;
        }
        uint64_t set = w | SP_CANCELLED;
        int wanted = arrivals >= 0;
        if (!(w & SP_OPEN)) { // in Go, or not begun: none arrives meanwhile
            wanted = wanted && g->arrivals == (uint64_t)arrivals;
            if (change(g, w, wanted ? set | SP_PENDING : set)) return 1;
            continue;
        }
        if (!change(g, w, set | SP_SETTING)) continue;
        wanted = wanted && g->arrivals == (uint64_t)arrivals; // or one came since
        if (wanted) py.PyThreadState_SetAsyncExc((unsigned long)g->thread, cancelled_class);
        change(g, set | SP_SETTING, wanted ? set | SP_ARMED : set);
        return 1;
    }
}

int sp_guard_cancel(uint64_t *guard, uint64_t key) {
    sp_guard *g = (sp_guard *)guard;
    if (sp_attach()) return 0;
    int overflow;
    PyObject *answer = about(wake_fn, key);
    long long arrivals = answer ? py.PyLong_AsLongLongAndOverflow(answer, &overflow) : -1;
    if (answer) py.Py_DecRef(answer);
    py.PyErr_Clear();
    int alive = arm(g, key, arrivals);
    if (!alive) forget(key);
    sp_detach();
    return alive;
}
