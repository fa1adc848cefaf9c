// Streams of Go's, made such that consumers may be attached when they pull: Go is entered
// detached, because what it does may wait.
#include <stdlib.h>

#include "arrow.h"
#include "thread.h"

typedef struct {
    PyThreadState *state, *before;
} paused;

static paused detach(void) {
    paused p = {py.PyGILState_Check() ? py.PyEval_SaveThread() : NULL, sp_me.state};
    if (p.state) sp_me.state = p.state;
    return p;
}

// attach leaves a thread that was not attached with the state that Go may have made for it.
static void attach(paused p) {
    if (!p.state) return;
    py.PyEval_RestoreThread(p.state);
    sp_me.state = p.before;
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
