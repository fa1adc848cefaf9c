// DLPack's protocol for tensors that Go lends.
#include <stdlib.h>
#include <string.h>

#include "tensor.h"
#include "thread.h"

// Implemented in Go, in tensor.go: makes the memory safe to read for work on a stream.
// Returns NULL, or what went wrong, to be freed.
extern char *snakepitSynchronize(uint64_t index, int64_t stream);

// What a consumer asks for, by the parameter's number.
enum { STREAM, MAX_VERSION, DL_DEVICE, COPY, WISHES };
typedef struct {
    PyObject *of[WISHES];
} wish;

static const char *const parameters[WISHES] = {"stream", "max_version", "dl_device", "copy"};
static PyObject *interned[WISHES];

int sp_tensor_names(void) {
    for (int i = 0; i < WISHES; i++) {
        if (!(interned[i] = py.PyUnicode_InternFromString(parameters[i]))) return -1;
    }
    return 0;
}

// parameter finds a name; callers most often pass the interned one.
static int parameter(PyObject *name) {
    for (int i = 0; i < WISHES; i++) {
        if (name == interned[i]) return i;
    }
    for (int i = 0; i < WISHES; i++) {
        if (py.PyUnicode_EqualToUTF8(name, parameters[i])) return i;
    }
    py.PyErr_Format(SP_EXC(PyExc_TypeError), "__dlpack__() has no parameter %R", name);
    return -1;
}

static int read_wishes(wish *w, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    PyObject *none = py._Py_NoneStruct;
    *w = (wish){{none, none, none, none}};
    if (n > 1) {
        py.PyErr_SetString(SP_EXC(PyExc_TypeError), "__dlpack__() takes keyword arguments only");
        return -1;
    }
    if (n == 1) w->of[STREAM] = args[0]; // as consumers from before version 1 pass it
    Py_ssize_t named = names ? py.PyTuple_Size(names) : 0;
    for (Py_ssize_t i = 0; i < named; i++) {
        int which = parameter(py.PyTuple_GetItem(names, i));
        if (which < 0) return -1;
        w->of[which] = args[n + i];
    }
    return 0;
}

// pair reads a tuple of two ints; -1 with an exception set.
static int pair(PyObject *o, long long to[2]) {
    int overflow;
    unsigned long flags = 0;
    PyObject *kind = py.PyObject_Type(o);
    flags = py.PyType_GetFlags(kind);
    py.Py_DecRef(kind);
    if (!(flags & Py_TPFLAGS_TUPLE_SUBCLASS) || py.PyTuple_Size(o) != 2) {
        py.PyErr_Format(SP_EXC(PyExc_TypeError), "__dlpack__(): want a tuple of two ints, got %R", o);
        return -1;
    }
    for (int i = 0; i < 2; i++) {
        to[i] = py.PyLong_AsLongLongAndOverflow(py.PyTuple_GetItem(o, i), &overflow);
        if (to[i] == -1 && py.PyErr_Occurred()) return -1;
    }
    return 0;
}

static int refuse(const char *why) {
    py.PyErr_SetString(SP_EXC(PyExc_BufferError), why);
    return -1;
}

static int check_device(const sp_tensor *t, const wish *w) {
    long long want[2];
    if (w->of[DL_DEVICE] == py._Py_NoneStruct) return 0;
    if (pair(w->of[DL_DEVICE], want)) return -1;
    if (want[0] == t->t.device.device_type && want[1] == t->t.device.device_id) return 0;
    return refuse("the tensor is on another device than dl_device, and is not copied between devices");
}

// wait_for makes the consumer's stream wait for the work that wrote the tensor.
static int wait_for(const sp_tensor *t, PyObject *stream) {
    int overflow, on_host = t->t.device.device_type == kDLCPU;
    if (stream == py._Py_NoneStruct && on_host) return 0;
    if (on_host) return refuse("stream must be None for a tensor in memory of the processor's");
    long long number = 1; // None: the legacy default stream
    if (stream != py._Py_NoneStruct) number = py.PyLong_AsLongLongAndOverflow(stream, &overflow);
    if (number == -1 && py.PyErr_Occurred()) return -1;
    if (number == -1 || !(t->flags & SP_TENSOR_SYNCHRONIZES)) return 0;
    PyThreadState *before = sp_me.state;
    sp_me.state = py.PyEval_SaveThread();
    char *failed = snakepitSynchronize(t->hold->index, number);
    py.PyEval_RestoreThread(sp_me.state);
    sp_me.state = before;
    if (failed) refuse(failed);
    free(failed);
    return failed ? -1 : 0;
}

// A managed tensor of either kind, and what it needs.
typedef struct {
    sp_hold *hold; // one reference; NULL if the elements are a copy, to be freed
    void *copy;
    union {
        DLManagedTensorVersioned versioned;
        DLManagedTensor legacy;
    } as;
    int64_t dims[]; // shape and strides
} managed;

static void drop(managed *m) {
    if (m->hold) sp_hold_release(m->hold);
    free(m->copy);
    free(m);
}

static void drop_versioned(DLManagedTensorVersioned *v) { drop(v->manager_ctx); }

static void drop_legacy(DLManagedTensor *l) { drop(l->manager_ctx); }

// A capsule that nobody consumed still has its first name.
static void capsule_ends(PyObject *capsule) {
    const char *name = py.PyCapsule_GetName(capsule);
    if (name && *name == 'u') return; // "used_dltensor…"
    if (py.PyCapsule_IsValid(capsule, SP_CAPSULE_VERSIONED))
        drop_versioned(py.PyCapsule_GetPointer(capsule, SP_CAPSULE_VERSIONED));
    else if (py.PyCapsule_IsValid(capsule, SP_CAPSULE_LEGACY))
        drop_legacy(py.PyCapsule_GetPointer(capsule, SP_CAPSULE_LEGACY));
}

// capsule_of takes m over.
static PyObject *capsule_of(managed *m, const char *name) {
    PyObject *capsule = py.PyCapsule_New(&m->as, name, capsule_ends);
    if (!capsule) drop(m);
    return capsule;
}

// lend makes m one more owner of the tensor's memory.
static int lend(managed *m, const sp_tensor *t) {
    m->hold = t->hold;
    sp_hold_retain(m->hold);
    return 0;
}

// own gives m a compact copy.
static int own(managed *m, const sp_tensor *t, DLTensor *to) {
    if (t->t.device.device_type != kDLCPU)
        return refuse("copy=True: the tensor is not in memory of the processor's");
    if (!(m->copy = sp_tensor_copy(&t->t))) {
        py.PyErr_NoMemory();
        return -1;
    }
    to->data = m->copy;
    int64_t step = 1;
    for (int i = to->ndim - 1; i >= 0; step *= to->shape[i--]) to->strides[i] = step;
    return 0;
}

// manage returns a block whose tensor is described in to.
static managed *manage(const sp_tensor *t, int copied, DLTensor *to) {
    size_t n = (size_t)t->t.ndim;
    managed *m = malloc(sizeof *m + 2 * n * sizeof(int64_t));
    if (!m) {
        py.PyErr_NoMemory();
        return NULL;
    }
    m->hold = NULL;
    m->copy = NULL;
    *to = t->t;
    to->shape = memcpy(m->dims, t->t.shape, 2 * n * sizeof(int64_t));
    to->strides = m->dims + n;
    if ((copied ? own(m, t, to) : lend(m, t)) == 0) return m;
    free(m);
    return NULL;
}

// is_padded reports elements narrower than a byte, each of which has one to itself.
static int is_padded(const sp_tensor *t) { return sp_item_bits(t->t.dtype) % 8 != 0; }

static PyObject *export_versioned(const sp_tensor *t, int copied) {
    DLTensor described;
    managed *m = manage(t, copied, &described);
    if (!m) return NULL;
    uint64_t flags = t->flags & SP_TENSOR_READ_ONLY ? DLPACK_FLAG_READ_ONLY : 0;
    if (copied) flags = DLPACK_FLAG_IS_COPIED;
    if (is_padded(t)) flags |= DLPACK_FLAG_PADDED;
    m->as.versioned = (DLManagedTensorVersioned){
        {DLPACK_MAJOR, DLPACK_MINOR}, m, drop_versioned, flags, described};
    return capsule_of(m, SP_CAPSULE_VERSIONED);
}

static PyObject *export_legacy(const sp_tensor *t, int copied) {
    DLTensor described;
    if (t->flags & SP_TENSOR_READ_ONLY && !copied) {
        refuse("the tensor is read-only, which a consumer from before DLPack 1.0 cannot be told");
        return NULL;
    }
    if (is_padded(t)) {
        refuse("elements narrower than a byte have one each, which a consumer from before DLPack 1.0 "
               "cannot be told");
        return NULL;
    }
    managed *m = manage(t, copied, &described);
    if (!m) return NULL;
    m->as.legacy = (DLManagedTensor){described, m, drop_legacy};
    return capsule_of(m, SP_CAPSULE_LEGACY);
}

// speaks_versions reports whether the consumer asks for 1.0 or newer; -1 with an exception
// set. A consumer passes the same tuple in every call: the first that was read is kept, so
// that its address says enough.
static int speaks_versions(PyObject *max_version) {
    static _Atomic(PyObject *) known;
    long long version[2];
    PyObject *none = NULL;
    if (max_version == py._Py_NoneStruct) return 0;
    if (max_version == atomic_load_explicit(&known, memory_order_relaxed)) return 1;
    if (pair(max_version, version)) return -1;
    if (version[0] < DLPACK_MAJOR) return 0;
    if (atomic_compare_exchange_strong(&known, &none, max_version)) py.Py_IncRef(max_version);
    return 1;
}

PyObject *sp_tensor_dlpack(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
    sp_tensor *t = sp_tensor_of(self);
    wish w;
    if (read_wishes(&w, args, n, names) || check_device(t, &w)) return NULL;
    int versions = speaks_versions(w.of[MAX_VERSION]);
    if (versions < 0 || wait_for(t, w.of[STREAM])) return NULL;
    int copied = w.of[COPY] == py._Py_TrueStruct;
    return versions ? export_versioned(t, copied) : export_legacy(t, copied);
}

PyObject *sp_tensor_device(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    (void)args, (void)n;
    DLDevice d = sp_tensor_of(self)->t.device;
    PyObject *tuple = py.PyTuple_New(2);
    int err = !tuple || py.PyTuple_SetItem(tuple, 0, py.PyLong_FromLongLong(d.device_type)) ||
              py.PyTuple_SetItem(tuple, 1, py.PyLong_FromLongLong(d.device_id));
    if (err && tuple) py.Py_DecRef(tuple);
    return err ? NULL : tuple;
}
