#include "call.h"

#include <stdlib.h>
#include <string.h>

#include "dump.h"
#include "helper.h"
#include "merge.h"
#include "thread.h"
#include "wire.h"

// hand gives a finished output to a result.
static void hand(sp_ret *r, sp_out *out) {
    r->tag = SP_ENCODED;
    r->buf = (uintptr_t)out->p;
    r->len = out->len;
    r->heap = out->heap;
    if (out->objects) py.Py_DecRef(out->objects);
    if (out->keep) sp_merge(out->keep);
    r->keep = (uintptr_t)out->keep;
}

// raised writes the exception that is set. If even that fails, None stands for it.
static void raised(sp_ret *r, uint8_t *mem, size_t cap) {
    sp_out out;
    PyObject *exception = py.PyErr_GetRaisedException();
    sp_guard_shut(); // what follows is ours
    PyObject *plain = exception ? sp_describe(exception) : NULL;
    sp_out_init(&out, mem, cap);
    if (!plain || sp_dump(&out, plain, NULL)) {
        py.PyErr_Clear();
        sp_out_drop(&out);
        sp_out_init(&out, mem, cap);
        sp_put_byte(&out, SP_NONE);
    }
    if (plain) py.Py_DecRef(plain);
    if (exception) py.Py_DecRef(exception);
    hand(r, &out);
    r->status = SP_RAISED;
}

// unfit writes why the result cannot cross.
static void unfit(sp_ret *r, sp_fault *f, uint8_t *mem, size_t cap) {
    sp_out out;
    sp_out_init(&out, mem, cap);
    int err = sp_put_byte(&out, SP_TUPLE) || sp_put_u64(&out, 3) ||
              sp_put_str(&out, f->path + f->path_at) || sp_put_str(&out, f->want) ||
              sp_put_str(&out, f->got);
    if (err) {
        raised(r, mem, cap);
        return;
    }
    hand(r, &out);
    r->status = SP_UNFIT;
}

// scalar fills in a result that needs no buffer.
static int scalar(sp_ret *r, PyObject *o) {
    if (o == py._Py_NoneStruct) return r->tag = SP_NONE, 1;
    if (o == py._Py_TrueStruct) return r->tag = SP_TRUE, 1;
    if (o == py._Py_FalseStruct) return r->tag = SP_FALSE, 1;
    PyObject *type = py.PyObject_Type(o);
    int overflow = type != py.PyLong_Type;
    if (!overflow) {
        r->tag = SP_INT;
        r->bits = (uint64_t)py.PyLong_AsLongLongAndOverflow(o, &overflow);
    } else if (type == py.PyFloat_Type) {
        double f = py.PyFloat_AsDouble(o);
        r->tag = SP_FLOAT;
        memcpy(&r->bits, &f, sizeof f);
        overflow = 0;
    }
    py.Py_DecRef(type);
    return !overflow;
}

static void encoded(sp_ret *r, PyObject *o, uint8_t *mem, size_t cap, PyObject *keys, int tensors) {
    sp_out out;
    sp_out_init(&out, mem, cap);
    out.tensors = tensors;
    if ((keys ? sp_dump_fields(&out, o, keys) : sp_dump(&out, o, NULL)) == 0) {
        hand(r, &out);
        return;
    }
    sp_fault fault = out.fault;
    sp_out_drop(&out);
    if (fault.want) unfit(r, &fault, mem, cap);
    else raised(r, mem, cap);
}

void sp_finish(sp_ret *r, PyObject *o, uint8_t *mem, size_t cap, PyObject *keys, int tensors) {
    r->status = SP_OK;
    r->heap = 0;
    r->keep = 0;
    if (!o) {
        if (py.PyErr_Occurred()) raised(r, mem, cap);
        else *r = (sp_ret){.status = SP_ENDED, .tag = SP_NONE};
        return;
    }
    if (!scalar(r, o)) encoded(r, o, mem, cap, keys, tensors);
    py.Py_DecRef(o);
}

void sp_do(sp_ret *r, int op, uintptr_t target, const uint8_t *in, uint8_t *out, size_t cap,
           uintptr_t keys) {
    int err = sp_attach();
    if (err) {
        *r = (sp_ret){.status = SP_UNATTACHED, .bits = (uint64_t)err};
        return;
    }
    uint64_t before = sp_me.caller;
    sp_me.caller = r->bits;
    if (sp_enter() == 0) {
        PyObject *o = sp_invoke(op & ~SP_TENSORS, (PyObject *)target, in);
        sp_finish(r, o, out, cap, (PyObject *)keys, op & SP_TENSORS);
        sp_leave();
    } else {
        sp_finish(r, NULL, out, cap, NULL, 0);
    }
    sp_me.caller = before;
    sp_detach();
}

void sp_do_guarded(uint64_t *guard, int place, sp_ret *r, int op, uintptr_t target, const uint8_t *in,
                   uint8_t *out, size_t cap, uintptr_t keys) {
    int err = sp_attach();
    if (err) {
        *r = (sp_ret){.status = SP_UNATTACHED, .bits = (uint64_t)err};
        return;
    }
    uint64_t before = sp_me.caller;
    sp_guarded outer = sp_me.guarded;
    sp_me.caller = r->bits;
    if (sp_enter() == 0) {
        PyObject *o = NULL;
        if (sp_guard_open((sp_guard *)guard, place) == 0)
            o = sp_invoke(op & ~SP_TENSORS, (PyObject *)target, in);
        sp_finish(r, o, out, cap, (PyObject *)keys, op & SP_TENSORS);
        sp_guard_shut();
        sp_leave();
    } else {
        sp_finish(r, NULL, out, cap, NULL, 0);
    }
    sp_me.caller = before;
    sp_me.guarded = outer;
    sp_detach();
}

void sp_ret_free(uintptr_t buf, int heap, uintptr_t keep) {
    if (keep) sp_release(keep);
    if (heap) free((void *)buf);
}

void sp_release(uintptr_t object) {
    if (sp_attach()) {
        sp_defer(object);
        return;
    }
    py.Py_DecRef((PyObject *)object);
    sp_detach();
}

void sp_retain(uintptr_t object) {
    if (sp_attach()) return;
    py.Py_IncRef((PyObject *)object);
    sp_detach();
}
