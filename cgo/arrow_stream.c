// Streams of Go's, made such that consumers may be attached when they pull: Go is entered
// detached, because what it does may wait.
#include <stdlib.h>

#include "arrow.h"
#include "thread.h"

// What a thread was before Go was entered.
typedef struct {
    PyThreadState *state, *before; // detached from; known to us
    int lent;                      // before was none, and Python's own stood in
} paused;

// detach also covers a thread that its consumer has detached: calls that Go makes from
// here must not make a second state for a thread that Python knows.
static paused detach(void) {
    paused p = {py.PyGILState_Check() ? py.PyEval_SaveThread() : NULL, sp_me.state, 0};
    PyThreadState *own = p.state;
    if (!own && !sp_me.state) p.lent = (own = py.PyGILState_GetThisThreadState()) != NULL;
    if (own) sp_me.state = own;
    return p;
}

// attach leaves a thread that nobody knew with the state that Go may have made for it.
static void attach(paused p) {
    if (p.state) py.PyEval_RestoreThread(p.state);
    if (p.state || p.lent) sp_me.state = p.before;
}

static int get_schema(ArrowArrayStream *s, ArrowSchema *out) {
    ArrowArrayStream *inner = s->private_data;
    paused p = detach();
    int err = inner->get_schema(inner, out);
    attach(p);
    return err;
}

static int get_next(ArrowArrayStream *s, ArrowArray *out) {
    ArrowArrayStream *inner = s->private_data;
    paused p = detach();
    int err = inner->get_next(inner, out);
    attach(p);
    return err;
}

static const char *get_last_error(ArrowArrayStream *s) {
    ArrowArrayStream *inner = s->private_data;
    return inner->get_last_error(inner);
}

static void release(ArrowArrayStream *s) {
    ArrowArrayStream *inner = s->private_data;
    paused p = detach();
    inner->release(inner);
    attach(p);
    free(inner);
    s->release = NULL;
}

int sp_arrow_detaching(ArrowArrayStream *s) {
    ArrowArrayStream *inner = malloc(sizeof *inner);
    if (!inner) {
        s->release(s);
        return -1;
    }
    *inner = *s; // moved
    *s = (ArrowArrayStream){get_schema, get_next, get_last_error, release, inner};
    return 0;
}
