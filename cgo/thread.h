// Attaching: the right of an OS thread to run Python.
#ifndef SNAKEPIT_THREAD_H
#define SNAKEPIT_THREAD_H

#include <stdatomic.h>
#include <stdint.h>

#include "api.h"
#include "guard.h"

// Why a thread could not attach.
enum { SP_ATTACHED, SP_NOT_INITIALISED, SP_SMALL_STACK, SP_NO_MEMORY };

// One OS thread as this library knows it.
typedef struct {
    PyThreadState *state; // made by this library, or that of the callback in progress
    PyObject *context;    // the empty context that the thread waits in
    int owned;            // state was made for this thread, not by Python
    int depth;            // calls in progress on this thread, one inside the other
    int output;           // Python wrote an unfinished line during the call
    int ending;           // Go knows the thread no longer
    uint64_t caller;      // the call in progress that calls to Go belong to, 0 for none
    sp_guarded guarded;   // the innermost call in progress that can be interrupted
} sp_thread;

// Its address is an offset known at load time, not a call to find out: the library is
// part of the program, and when that is itself loaded at run time, C libraries keep
// room for as little as this.
extern __thread sp_thread sp_me __attribute__((tls_model("initial-exec")));

int sp_attach_first(void);
int sp_stack_too_small(void); // of the calling thread, for the version that is loaded
void sp_drain(void);

// References that wait for a thread to attach.
extern _Atomic(struct sp_deferred *) sp_pending;

// sp_attach makes the thread the caller is on able to run Python. It creates a
// thread state on the first call of each OS thread and keeps it until the OS
// thread ends. Never call it while attached, nor holding a lock.
static inline int sp_attach(void) {
    if (__builtin_expect(!sp_me.state, 0)) {
        int err = sp_attach_first();
        if (err) return err;
    }
    py.PyEval_RestoreThread(sp_me.state);
    if (atomic_load_explicit(&sp_pending, memory_order_relaxed)) sp_drain();
    return SP_ATTACHED;
}

static inline void sp_detach(void) { py.PyEval_SaveThread(); }

// sp_threads_ready records the interpreter; called once by the thread that
// initialised Python, which stays attached to main_state until it detaches.
int sp_threads_ready(void);

// sp_enter and sp_leave stand around the Python part of a call: the outermost call
// of a thread begins with no contextvars set, whatever the one before it set. A
// call from a callback keeps its caller's. sp_enter returns -1 with a Python
// exception set.
int sp_enter(void);
void sp_leave(void);

// sp_defer queues a reference for the next thread that attaches. Any thread,
// attached or not.
void sp_defer(uintptr_t object);

// sp_thread_states counts the thread states of the interpreter: those of this
// library and those of threads that Python started. Walking CPython's own list of
// them is not safe while threads end. Attached only.
long sp_thread_states(void);

#endif
