#include "dump.h"

#include <stdlib.h>
#include <string.h>

#include "view.h"
#include "wire.h"

void sp_out_init(sp_out *out, uint8_t *p, size_t cap) {
    out->p = p;
    out->len = 0;
    out->cap = cap;
    out->heap = 0;
    out->keep = NULL;
    out->objects = NULL;
    out->views = NULL;
    out->tensors = 0;
    out->fault.want = NULL;
    out->fault.path_at = sizeof out->fault.path - 1;
    out->fault.path[out->fault.path_at] = 0;
}

void sp_out_drop(sp_out *out) {
    Py_ssize_t n = out->objects ? py.PyList_Size(out->objects) : 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *o = py.PyList_GetItemRef(out->objects, i);
        py.Py_DecRef(o); // the one just taken
        py.Py_DecRef(o); // the one handed out
    }
    if (out->objects) py.Py_DecRef(out->objects);
    if (out->keep) py.Py_DecRef(out->keep);
    if (out->heap) free(out->p);
    for (sp_view *v = out->views, *next; v; v = next) {
        next = v->next;
        sp_view_close(v);
    }
    out->views = NULL;
    out->objects = out->keep = NULL;
    out->heap = 0;
    out->len = 0;
}

static int grow(sp_out *out, size_t n) {
    size_t cap = out->cap * 2 > out->len + n ? out->cap * 2 : out->len + n;
    uint8_t *p = out->heap ? realloc(out->p, cap) : malloc(cap);
    if (!p) {
        py.PyErr_NoMemory();
        return -1;
    }
    if (!out->heap) memcpy(p, out->p, out->len);
    out->p = p;
    out->cap = cap;
    out->heap = 1;
    return 0;
}

static inline uint8_t *room(sp_out *out, size_t n) {
    if (out->cap - out->len < n && grow(out, n)) return NULL;
    uint8_t *at = out->p + out->len;
    out->len += n;
    return at;
}

int sp_put_byte(sp_out *out, int b) {
    uint8_t *at = room(out, 1);
    if (!at) return -1;
    *at = (uint8_t)b;
    return 0;
}

int sp_put_u64(sp_out *out, uint64_t v) {
    uint8_t *at = room(out, sizeof v);
    if (!at) return -1;
    memcpy(at, &v, sizeof v);
    return 0;
}

int sp_put_bytes(sp_out *out, const void *from, size_t n) {
    uint8_t *at = room(out, n);
    if (!at) return -1;
    memcpy(at, from, n);
    return 0;
}

int sp_put_str(sp_out *out, const char *s) {
    size_t n = strlen(s);
    return sp_put_byte(out, SP_STR) || sp_put_u64(out, n) || sp_put_bytes(out, s, n) ? -1 : 0;
}
