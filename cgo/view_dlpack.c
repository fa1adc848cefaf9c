// Views by DLPack: through the functions that a type offers to C, or a capsule.
#include "view.h"

#include <string.h>

static PyObject *dlpack, *newest, *named; // "__dlpack__", (1, 1), ("max_version",)

int sp_views_ready(void) {
    PyObject *version = py.PyTuple_New(2), *names = py.PyTuple_New(1);
    dlpack = py.PyUnicode_InternFromString("__dlpack__");
    if (!version || !names || !dlpack) return -1;
    if (py.PyTuple_SetItem(version, 0, py.PyLong_FromLongLong(DLPACK_MAJOR)) ||
        py.PyTuple_SetItem(version, 1, py.PyLong_FromLongLong(DLPACK_MINOR)) ||
        py.PyTuple_SetItem(names, 0, py.PyUnicode_InternFromString("max_version")))
        return -1;
    newest = version;
    named = names;
    return 0;
}

// capsule_from calls __dlpack__, without the version for producers that know none.
static PyObject *capsule_from(PyObject *o) {
    PyObject *args[] = {o, newest};
    PyObject *capsule = py.PyObject_VectorcallMethod(dlpack, args, 1, named);
    if (capsule || !py.PyErr_ExceptionMatches(SP_EXC(PyExc_TypeError))) return capsule;
    py.PyErr_Clear();
    return py.PyObject_VectorcallMethod(dlpack, args, 1, NULL);
}

static int take_versioned(sp_view *v, DLManagedTensorVersioned *m) {
    v->versioned = m;
    if (m->version.major != DLPACK_MAJOR)
        return sp_view_refuse("the producer speaks another major version of DLPack than 1");
    v->t = m->dl_tensor;
    v->read_only = (m->flags & DLPACK_FLAG_READ_ONLY) != 0;
    return 0;
}

// consume takes the tensor out of a capsule, whose new name says so.
static int consume(sp_view *v, PyObject *capsule) {
    if (py.PyCapsule_IsValid(capsule, SP_CAPSULE_VERSIONED)) {
        DLManagedTensorVersioned *m = py.PyCapsule_GetPointer(capsule, SP_CAPSULE_VERSIONED);
        if (py.PyCapsule_SetName(capsule, SP_CAPSULE_USED_VERSIONED)) return -1;
        return take_versioned(v, m);
    }
    if (!py.PyCapsule_IsValid(capsule, SP_CAPSULE_LEGACY))
        return sp_view_refuse("__dlpack__ returned no capsule of a tensor, or one that was consumed");
    v->legacy = py.PyCapsule_GetPointer(capsule, SP_CAPSULE_LEGACY);
    if (py.PyCapsule_SetName(capsule, SP_CAPSULE_USED_LEGACY)) {
        v->legacy = NULL;
        return -1;
    }
    v->t = v->legacy->dl_tensor;
    v->read_only = 1; // it cannot say, and may be one whose arrays do not change, as jax's
    return 0;
}

// exchange returns the functions of an object's type, NULL if it offers none.
static const DLPackExchangeAPI *exchange(PyObject *o) {
    PyObject *type = py.PyObject_Type(o), *capsule = NULL;
    const DLPackExchangeAPI *api = NULL;
    if (py.PyObject_GetOptionalAttrString(type, "__dlpack_c_exchange_api__", &capsule) < 0)
        py.PyErr_Clear();
    py.Py_DecRef(type);
    if (capsule && py.PyCapsule_IsValid(capsule, "dlpack_exchange_api"))
        api = py.PyCapsule_GetPointer(capsule, "dlpack_exchange_api");
    if (capsule) py.Py_DecRef(capsule); // it lives as long as its type
    while (api && api->version.major > DLPACK_MAJOR) api = api->prev_api;
    return api && api->version.major == DLPACK_MAJOR ? api : NULL;
}

static int take(sp_view *v) {
    const DLPackExchangeAPI *api = exchange(v->object);
    DLManagedTensorVersioned *m = NULL;
    if (api && api->managed_tensor_from_py_object_no_sync)
        return api->managed_tensor_from_py_object_no_sync(v->object, &m) ? -1 : take_versioned(v, m);
    PyObject *capsule = capsule_from(v->object);
    if (!capsule) return -1;
    int err = consume(v, capsule);
    py.Py_DecRef(capsule);
    return err;
}

// compact writes the strides that a producer left out.
static void compact(int64_t *to, const DLTensor *t) {
    uint64_t step = 1; // wraps where sp_view_check will refuse
    for (int i = t->ndim - 1; i >= 0; i--) {
        to[i] = (int64_t)step;
        step *= (uint64_t)t->shape[i];
    }
}

int sp_view_dlpack(sp_view *v) {
    if (take(v)) return -1;
    if (v->t.ndim < 0) return sp_view_refuse("the tensor has a negative number of dimensions");
    if (v->t.ndim && !v->t.shape) return sp_view_refuse("the tensor has dimensions and no shape");
    if (sp_view_room(v, v->t.ndim)) return -1;
    if (!v->t.strides) {
        compact(v->dims, &v->t);
        v->t.strides = v->dims;
    }
    if (v->t.data) v->t.data = (char *)v->t.data + v->t.byte_offset;
    v->t.byte_offset = 0;
    return 0;
}
