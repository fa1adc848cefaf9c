#include "dump.h"

#include <stdio.h>
#include <string.h>

#include "helper.h"
#include "merge.h"
#include "wire.h"

enum {
    MAX_DEPTH = 1000,
    LEND_MIN = 64 << 10, // bytes from which a str or bytes is lent, not copied twice
    PACK_MIN = 8         // elements from which a list of floats or ints is packed
};

// fail records why o cannot be written.
static int fail(sp_out *out, const char *want, PyObject *o) {
    sp_fault *f = &out->fault;
    f->want = want;
    PyObject *type = py.PyObject_Type(o);
    PyObject *name = py.PyType_GetFullyQualifiedName(type);
    const char *s = name ? py.PyUnicode_AsUTF8AndSize(name, NULL) : NULL;
    snprintf(f->got, sizeof f->got, "%s", s ? s : "?");
    if (name) py.Py_DecRef(name);
    py.Py_DecRef(type);
    py.PyErr_Clear();
    return -1;
}

// at prepends a step to the path of a failure on its way out. Where the room ends
// "…" stands for the steps that are left out.
static int at(sp_out *out, const char *step) {
    static const char more[] = "\u2026";
    sp_fault *f = &out->fault;
    size_t n = strlen(step);
    if (!f->want) return -1; // a Python exception, which has a traceback instead
    if (strncmp(f->path + f->path_at, more, sizeof more - 1) == 0) return -1;
    if (n + sizeof more > f->path_at) {
        step = more;
        n = sizeof more - 1;
    }
    f->path_at -= n;
    memcpy(f->path + f->path_at, step, n);
    return -1;
}

static int at_index(sp_out *out, Py_ssize_t i) {
    char step[32];
    snprintf(step, sizeof step, "[%zd]", i);
    return at(out, step);
}

static int at_key(sp_out *out, PyObject *key) {
    char step[100];
    PyObject *type = py.PyObject_Type(key);
    const char *s = type == py.PyUnicode_Type ? py.PyUnicode_AsUTF8AndSize(key, NULL) : NULL;
    py.Py_DecRef(type);
    py.PyErr_Clear();
    snprintf(step, sizeof step, s ? "[\"%.80s\"]" : "[key]", s);
    return at(out, step);
}

static int counted(sp_out *out, int tag, size_t n) {
    return sp_put_byte(out, tag) || sp_put_u64(out, n) ? -1 : 0;
}

static int dump_big(sp_out *out, PyObject *o) {
    Py_ssize_t n = py.PyLong_AsNativeBytes(o, NULL, 0, 1);
    if (n < 0 || counted(out, SP_BIGINT, (size_t)n)) return -1;
    static const uint8_t zeros[64];
    size_t start = out->len;
    for (size_t left = (size_t)n; left;) {
        size_t part = left < sizeof zeros ? left : sizeof zeros;
        if (sp_put_bytes(out, zeros, part)) return -1;
        left -= part;
    }
    return py.PyLong_AsNativeBytes(o, out->p + start, n, 1) < 0 ? -1 : 0;
}

static int dump_int(sp_out *out, PyObject *o) {
    int overflow;
    long long v = py.PyLong_AsLongLongAndOverflow(o, &overflow);
    if (overflow) return dump_big(out, o);
    if (v == -1 && py.PyErr_Occurred()) return -1;
    return counted(out, SP_INT, (size_t)v);
}

static int put_f64(sp_out *out, double f) { return sp_put_bytes(out, &f, sizeof f); }

static int dump_float(sp_out *out, PyObject *o) {
    return sp_put_byte(out, SP_FLOAT) || put_f64(out, py.PyFloat_AsDouble(o)) ? -1 : 0;
}

static int dump_complex(sp_out *out, PyObject *o) {
    return sp_put_byte(out, SP_COMPLEX) || put_f64(out, py.PyComplex_RealAsDouble(o)) ||
                   put_f64(out, py.PyComplex_ImagAsDouble(o))
               ? -1
               : 0;
}

// lend appends the address of memory that belongs to o, and keeps o.
static int lend(sp_out *out, int tag, PyObject *o, const void *p, size_t n) {
    if (!out->keep && !(out->keep = py.PyList_New(0))) return -1;
    if (py.PyList_Append(out->keep, o)) return -1;
    sp_merge(o);
    return sp_put_byte(out, tag) || sp_put_u64(out, (uintptr_t)p) || sp_put_u64(out, n) ? -1 : 0;
}

static int dump_str(sp_out *out, PyObject *o) {
    Py_ssize_t n;
    const char *s = py.PyUnicode_AsUTF8AndSize(o, &n);
    if (!s) return fail(out, "text that UTF-8 can hold (no lone surrogates)", o);
    if (n >= LEND_MIN) return lend(out, SP_STR_REF, o, s, (size_t)n);
    return counted(out, SP_STR, (size_t)n) || sp_put_bytes(out, s, (size_t)n) ? -1 : 0;
}

static int dump_bytes(sp_out *out, PyObject *o) {
    char *s;
    Py_ssize_t n;
    if (py.PyBytes_AsStringAndSize(o, &s, &n)) return -1;
    if (n >= LEND_MIN) return lend(out, SP_BYTES_REF, o, s, (size_t)n);
    return counted(out, SP_BYTES, (size_t)n) || sp_put_bytes(out, s, (size_t)n) ? -1 : 0;
}

// dump_buffer writes a bytearray or memoryview as bytes.
static int dump_buffer(sp_out *out, PyObject *o) {
    PyObject *b = py.PyBytes_FromObject(o);
    if (!b) return -1;
    int err = dump_bytes(out, b);
    py.Py_DecRef(b);
    return err;
}

static int exactly(PyObject *o, PyObject *want) {
    PyObject *type = py.PyObject_Type(o);
    py.Py_DecRef(type); // o keeps it
    return type == want;
}

// pack_floats writes a list as packed floats. 1: it holds something else, nothing written.
static int pack_floats(sp_out *out, PyObject *list, Py_ssize_t n) {
    size_t start = out->len;
    if (counted(out, SP_FLOATS, (size_t)n)) return -1;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = py.PyList_GetItemRef(list, i);
        int fits = item && exactly(item, py.PyFloat_Type);
        double f = fits ? py.PyFloat_AsDouble(item) : 0;
        if (item) py.Py_DecRef(item);
        if (!fits) {
            py.PyErr_Clear(); // the list shrank meanwhile
            out->len = start;
            return 1;
        }
        if (put_f64(out, f)) return -1;
    }
    return 0;
}

static int pack_ints(sp_out *out, PyObject *list, Py_ssize_t n) {
    size_t start = out->len;
    if (counted(out, SP_INTS, (size_t)n)) return -1;
    for (Py_ssize_t i = 0; i < n; i++) {
        int overflow = 0;
        long long v = 0;
        PyObject *item = py.PyList_GetItemRef(list, i);
        int fits = item && exactly(item, py.PyLong_Type);
        if (fits) v = py.PyLong_AsLongLongAndOverflow(item, &overflow);
        if (item) py.Py_DecRef(item);
        if (!fits || overflow) {
            py.PyErr_Clear();
            out->len = start;
            return 1;
        }
        if (sp_put_u64(out, (uint64_t)v)) return -1;
    }
    return 0;
}

// pack tries the packed forms of a list. 1: neither fits.
static int pack(sp_out *out, PyObject *list, Py_ssize_t n) {
    if (n < PACK_MIN) return 1;
    PyObject *first = py.PyList_GetItemRef(list, 0);
    if (!first) {
        py.PyErr_Clear();
        return 1;
    }
    int is_float = exactly(first, py.PyFloat_Type), is_int = exactly(first, py.PyLong_Type);
    py.Py_DecRef(first);
    if (is_float) return pack_floats(out, list, n);
    return is_int ? pack_ints(out, list, n) : 1;
}

static void patch(sp_out *out, size_t where, uint64_t n) { memcpy(out->p + where, &n, sizeof n); }

// dump_items writes the items of a list. Another thread may shorten it meanwhile:
// the count is put in last.
static int dump_items(sp_out *out, int tag, PyObject *list, sp_link *here) {
    size_t count = out->len + 1;
    Py_ssize_t i = 0;
    if (counted(out, tag, 0)) return -1;
    for (; i < py.PyList_Size(list); i++) {
        PyObject *item = py.PyList_GetItemRef(list, i);
        if (!item) {
            py.PyErr_Clear();
            break;
        }
        int err = sp_dump(out, item, here);
        py.Py_DecRef(item);
        if (err) return at_index(out, i);
    }
    patch(out, count, (uint64_t)i);
    return 0;
}

static int dump_list(sp_out *out, PyObject *o, sp_link *here) {
    int packed = pack(out, o, py.PyList_Size(o));
    return packed == 1 ? dump_items(out, SP_LIST, o, here) : packed;
}

static int dump_tuple(sp_out *out, PyObject *o, sp_link *here) {
    Py_ssize_t n = py.PyTuple_Size(o);
    if (counted(out, SP_TUPLE, (size_t)n)) return -1;
    for (Py_ssize_t i = 0; i < n; i++) {
        if (sp_dump(out, py.PyTuple_GetItem(o, i), here)) return at_index(out, i);
    }
    return 0;
}

static int dump_set(sp_out *out, int tag, PyObject *o, sp_link *here) {
    PyObject *list = py.PySequence_List(o);
    if (!list) return -1;
    int err = dump_items(out, tag, list, here);
    py.Py_DecRef(list);
    return err;
}

static int is_a(PyObject *type, PyObject *base) {
    return type == base || py.PyType_IsSubtype(type, base);
}

// dump_pairs runs inside the dict's critical section, which is suspended whenever
// the thread detaches: keys and values are held while they are written.
static int dump_pairs(sp_out *out, PyObject *o, sp_link *here, uint64_t *n) {
    Py_ssize_t pos = 0;
    PyObject *key, *item;
    while (py.PyDict_Next(o, &pos, &key, &item)) {
        py.Py_IncRef(key);
        py.Py_IncRef(item);
        int err = sp_dump(out, key, here) || sp_dump(out, item, here) ? at_key(out, key) : 0;
        py.Py_DecRef(key);
        py.Py_DecRef(item);
        if (err) return -1;
        ++*n;
    }
    return 0;
}

static int dump_dict(sp_out *out, PyObject *o, sp_link *here) {
    size_t count = out->len + 1;
    uint64_t n = 0;
    void *section[8]; // CPython's PyCriticalSection has two words
    if (counted(out, SP_DICT, 0)) return -1;
    py.PyCriticalSection_Begin(section, o);
    int err = dump_pairs(out, o, here, &n);
    py.PyCriticalSection_End(section);
    if (!err) patch(out, count, n);
    return err;
}

// dump_object hands out one reference. out->objects remembers it, so that a later
// failure can take it back.
static int dump_object(sp_out *out, PyObject *o) {
    if (!out->objects && !(out->objects = py.PyList_New(0))) return -1;
    if (counted(out, SP_OBJECT, (uintptr_t)o) || py.PyList_Append(out->objects, o)) return -1;
    py.Py_IncRef(o);
    sp_merge(o);
    return 0;
}

// dump_packed writes what snakepit_bridge made of an object it knows: a negative
// kind stands for the payload itself.
static int dump_packed(sp_out *out, PyObject *pair, sp_link *here) {
    int overflow;
    long long kind = py.PyLong_AsLongLongAndOverflow(py.PyTuple_GetItem(pair, 0), &overflow);
    if (kind >= 0 && (sp_put_byte(out, SP_EXT) || sp_put_byte(out, (int)kind))) return -1;
    return sp_dump(out, py.PyTuple_GetItem(pair, 1), here);
}

// dump_tensor writes a tensor, or hands out the object if its memory is of another kind
// and nobody said that a tensor is wanted.
static int dump_tensor(sp_out *out, PyObject *o) {
    int unfit = sp_dump_tensor(out, o);
    if (unfit <= 0 || out->tensors) return unfit ? -1 : 0;
    py.PyErr_Clear();
    return dump_object(out, o);
}

static int dump_other(sp_out *out, PyObject *o, PyObject *type, sp_link *here) {
    int is_tensor = sp_is_tensor(type);
    if (is_tensor) return is_tensor < 0 ? -1 : dump_tensor(out, o);
    PyObject *pair = sp_pack(o);
    if (!pair) return -1;
    int err = pair == py._Py_NoneStruct ? dump_object(out, o) : dump_packed(out, pair, here);
    py.Py_DecRef(pair);
    return err;
}

// enter adds a container to the chain of those being written.
static int enter(sp_out *out, sp_link *here, sp_link *up, PyObject *o) {
    here->up = up;
    here->o = o;
    here->depth = up ? up->depth + 1 : 1;
    if (here->depth > MAX_DEPTH) return fail(out, "at most 1000 levels of nesting", o);
    for (; up; up = up->up) {
        if (up->o == o) return fail(out, "a value that does not contain itself", o);
    }
    return 0;
}

static int dump_container(sp_out *out, PyObject *o, PyObject *type, unsigned long flags,
                          sp_link *up) {
    sp_link here;
    if (enter(out, &here, up, o)) return -1;
    if (flags & Py_TPFLAGS_DICT_SUBCLASS) return dump_dict(out, o, &here);
    if (flags & Py_TPFLAGS_LIST_SUBCLASS) return dump_list(out, o, &here);
    if (flags & Py_TPFLAGS_TUPLE_SUBCLASS) return dump_tuple(out, o, &here);
    if (is_a(type, py.PySet_Type)) return dump_set(out, SP_SET, o, &here);
    if (is_a(type, py.PyFrozenSet_Type)) return dump_set(out, SP_FROZEN_SET, o, &here);
    return dump_other(out, o, type, &here);
}

// dump_rare handles what the flags of its type do not tell apart.
static int dump_rare(sp_out *out, PyObject *o, PyObject *type, sp_link *up) {
    if (is_a(type, py.PyFloat_Type)) return dump_float(out, o);
    if (is_a(type, py.PyComplex_Type)) return dump_complex(out, o);
    if (is_a(type, py.PyByteArray_Type) || type == py.PyMemoryView_Type)
        return out->tensors ? dump_tensor(out, o) : dump_buffer(out, o);
    return dump_container(out, o, type, 0, up);
}

static int dump_typed(sp_out *out, PyObject *o, PyObject *type, sp_link *up) {
    unsigned long flags = py.PyType_GetFlags(type);
    if (flags & Py_TPFLAGS_UNICODE_SUBCLASS) return dump_str(out, o);
    if (flags & Py_TPFLAGS_LONG_SUBCLASS) return dump_int(out, o);
    if (flags & Py_TPFLAGS_BYTES_SUBCLASS)
        return out->tensors ? dump_tensor(out, o) : dump_bytes(out, o);
    if (flags & (Py_TPFLAGS_DICT_SUBCLASS | Py_TPFLAGS_LIST_SUBCLASS | Py_TPFLAGS_TUPLE_SUBCLASS))
        return dump_container(out, o, type, flags, up);
    return dump_rare(out, o, type, up);
}

int sp_dump(sp_out *out, PyObject *o, sp_link *up) {
    if (o == py._Py_NoneStruct) return sp_put_byte(out, SP_NONE);
    if (o == py._Py_TrueStruct) return sp_put_byte(out, SP_TRUE);
    if (o == py._Py_FalseStruct) return sp_put_byte(out, SP_FALSE);
    PyObject *type = py.PyObject_Type(o);
    int err = type == py.PyFloat_Type ? dump_float(out, o) : dump_typed(out, o, type, up);
    py.Py_DecRef(type);
    return err;
}

static int dump_field(sp_out *out, PyObject *dict, PyObject *key, sp_link *here) {
    PyObject *item;
    int found = py.PyDict_GetItemRef(dict, key, &item);
    if (found < 0) return -1;
    if (!found) return sp_put_byte(out, SP_MISSING);
    int err = sp_dump(out, item, here);
    py.Py_DecRef(item);
    return err ? at_key(out, key) : 0;
}

int sp_dump_fields(sp_out *out, PyObject *o, PyObject *keys) {
    if (!exactly(o, py.PyDict_Type)) return sp_dump(out, o, NULL);
    sp_link here = {NULL, o, 1};
    Py_ssize_t n = py.PyTuple_Size(keys);
    if (counted(out, SP_FIELDS, (size_t)n)) return -1;
    for (Py_ssize_t i = 0; i < n; i++) {
        if (dump_field(out, o, py.PyTuple_GetItem(keys, i), &here)) return -1;
    }
    return 0;
}
