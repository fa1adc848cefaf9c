// The type of the Python objects that stand for tensors of Go's: a view of memory that
// stays Go's, with DLPack's protocol (tensor_export.c) and the buffer protocol
// (tensor_buffer.c). Consumers make their own arrays of it; it does no arithmetic.
#include "tensor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static PyObject *type;
static size_t offset; // of the sp_tensor in an object

sp_tensor *sp_tensor_of(PyObject *o) { return (sp_tensor *)((char *)o + offset); }

static void dealloc(PyObject *self) {
    sp_tensor *t = sp_tensor_of(self);
    if (t->t.shape != t->few) free(t->t.shape);
    sp_hold_release(t->hold);
    py.PyObject_Free(self);
    py.Py_DecRef(type);
}

static PyObject *tuple_of(const int64_t *numbers, int n) {
    PyObject *tuple = py.PyTuple_New(n);
    for (int i = 0; tuple && i < n; i++) {
        PyObject *number = py.PyLong_FromLongLong(numbers[i]);
        if (!number || py.PyTuple_SetItem(tuple, i, number)) {
            py.Py_DecRef(tuple);
            return NULL;
        }
    }
    return tuple;
}

static PyObject *get_shape(PyObject *self, void *unused) {
    (void)unused;
    sp_tensor *t = sp_tensor_of(self);
    return tuple_of(t->t.shape, t->t.ndim);
}

static PyObject *get_strides(PyObject *self, void *unused) {
    (void)unused;
    sp_tensor *t = sp_tensor_of(self);
    return tuple_of(t->t.strides, t->t.ndim);
}

static const char *const kinds[] = {
    "int",          "uint",         "float",       "opaque",        "bfloat",     "complex",
    "bool",         "float8_e3m4",  "float8_e4m3", "float8_e4m3b11fnuz", "float8_e4m3fn",
    "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu", "float6_e2m3fn",
    "float6_e3m2fn", "float4_e2m1fn"};

// name_of writes a type as numpy and torch do: "float32", "bfloat16", "bool".
static void name_of(DLDataType t, char *to, size_t size) {
    const char *kind = t.code < sizeof kinds / sizeof *kinds ? kinds[t.code] : "unknown";
    char lanes[8] = "";
    if (t.lanes != 1) snprintf(lanes, sizeof lanes, "x%u", t.lanes);
    if (t.code >= kDLBool) snprintf(to, size, "%s%s", kind, lanes);
    else snprintf(to, size, "%s%u%s", kind, t.bits, lanes);
}

static PyObject *get_dtype(PyObject *self, void *unused) {
    (void)unused;
    char name[48];
    name_of(sp_tensor_of(self)->t.dtype, name, sizeof name);
    return py.PyUnicode_FromFormat("%s", name);
}

static PyObject *get_readonly(PyObject *self, void *unused) {
    (void)unused;
    return py.PyBool_FromLong(sp_tensor_of(self)->flags & SP_TENSOR_READ_ONLY);
}

static PyObject *get_address(PyObject *self, void *unused) {
    (void)unused;
    return py.PyLong_FromUnsignedLongLong((uintptr_t)sp_tensor_of(self)->t.data);
}

static int64_t length(const DLTensor *t) {
    int64_t n = 1;
    for (int i = 0; i < t->ndim; i++) n *= t->shape[i];
    return n;
}

static PyObject *get_nbytes(PyObject *self, void *unused) {
    (void)unused;
    DLTensor *t = &sp_tensor_of(self)->t;
    return py.PyLong_FromLongLong(length(t) * sp_item_size(t->dtype));
}

static PyObject *represent(PyObject *self) {
    char name[48];
    PyObject *shape = get_shape(self, NULL);
    if (!shape) return NULL;
    name_of(sp_tensor_of(self)->t.dtype, name, sizeof name);
    PyObject *s = py.PyUnicode_FromFormat("<tensor of Go's: %s, shape %R>", name, shape);
    py.Py_DecRef(shape);
    return s;
}

static PyMethodDef methods[] = {
    {"__dlpack__", (void *)sp_tensor_dlpack, METH_FASTCALL | METH_KEYWORDS,
     "__dlpack__(*, stream=None, max_version=None, dl_device=None, copy=None)\n--\n\n"
     "A capsule of the same memory, as DLPack's protocol has it."},
    {"__dlpack_device__", (void *)sp_tensor_device, METH_FASTCALL,
     "__dlpack_device__()\n--\n\nWhere the memory is: (device type, device id)."},
    {NULL, NULL, 0, NULL}};

static PyGetSetDef attributes[] = {
    {"shape", get_shape, NULL, "The size of each dimension.", NULL},
    {"strides", get_strides, NULL, "Elements from one to the next in each dimension.", NULL},
    {"dtype", get_dtype, NULL, "The name of the elements' type.", NULL},
    {"readonly", get_readonly, NULL, "Whether the memory must not be written.", NULL},
    {"nbytes", get_nbytes, NULL, "The size of the elements together.", NULL},
    {"address", get_address, NULL, "Where the first element is.", NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static PyType_Slot slots[] = {
    {Py_tp_dealloc, (void *)dealloc},
    {Py_tp_repr, (void *)represent},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {Py_bf_getbuffer, (void *)sp_tensor_get_buffer},
    {Py_tp_doc, "A tensor of the Go program's, over its memory: for numpy.asarray, "
                "torch.from_dlpack, memoryview and their kind."},
    {0, NULL}};

static PyType_Spec spec = {"snakepit_bridge.Tensor", -(int)sizeof(sp_tensor), 0,
                           Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE, slots};

int sp_tensors_ready(void) {
    if (sp_tensor_names()) return -1;
    PyObject *made = py.PyType_FromSpec(&spec);
    PyObject *first = made ? py.PyType_GenericAlloc(made, 0) : NULL;
    if (!first) return -1;
    offset = (size_t)((char *)py.PyObject_GetTypeData(first, made) - (char *)first);
    py.PyObject_Free(first); // never an object: its memory was all that was wanted
    py.Py_DecRef(made);      // what it held
    type = made;
    return 0;
}

// room gives t arrays for its dimensions.
static int room(sp_tensor *t) {
    size_t n = (size_t)t->t.ndim;
    t->t.shape = n <= 4 ? t->few : malloc(3 * n * sizeof(int64_t));
    if (!t->t.shape) return -1;
    t->t.strides = t->t.shape + n;
    t->bytes = t->t.strides + n;
    return 0;
}

static void fill(sp_tensor *t, const sp_tensor_head *head, sp_in *in) {
    size_t dims = 2 * (size_t)head->ndim * sizeof(int64_t);
    t->hold = (sp_hold *)(uintptr_t)head->owner;
    sp_hold_retain(t->hold);
    t->t.data = (void *)(uintptr_t)head->data;
    t->t.device = head->device;
    t->t.dtype = head->dtype;
    t->t.byte_offset = 0;
    t->flags = head->flags;
    memcpy(t->t.shape, in->p, dims);
    in->p += dims;
    for (int i = 0; i < t->t.ndim; i++) t->bytes[i] = t->t.strides[i] * sp_item_size(t->t.dtype);
    if (length(&t->t) == 0) t->t.data = NULL; // as DLPack wants it
}

PyObject *sp_tensor_build(sp_in *in) {
    sp_tensor_head head;
    memcpy(&head, in->p, sizeof head);
    in->p += sizeof head;
    PyObject *o = py.PyType_GenericAlloc(type, 0);
    if (!o) return NULL;
    sp_tensor *t = sp_tensor_of(o);
    t->t.ndim = head.ndim;
    if (room(t)) {
        py.PyObject_Free(o);
        py.Py_DecRef(type);
        return py.PyErr_NoMemory();
    }
    fill(t, &head, in);
    return o;
}
