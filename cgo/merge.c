// Free-threaded CPython counts the references that an object's maker holds apart
// from those of all other threads, and only the maker can add the two up. A
// handle made on one thread and released on another would keep its object alive
// until the maker happens to run bytecode. So the maker moves its count into the
// shared one when the handle leaves.
//
// No exported function does that. This is the only file that knows a layout of
// CPython (PyObject of the free-threaded build, 3.13 and 3.14), and it is used
// only after sp_merge_check has watched it on a live object of the loaded library.
#include "merge.h"

typedef struct {
    uintptr_t ob_tid;       // thread that made the object, 0 once merged
    uint32_t ob_misc;       // mutex, garbage collector's bits, flags
    uint32_t ob_ref_local;  // the maker's references
    intptr_t ob_ref_shared; // everybody else's, times 4, plus two bits of state
    PyObject *ob_type;
} object;

enum { SHARED_SHIFT = 2, MERGED = 3 };

static int usable;

static uintptr_t this_thread(void) { return (uintptr_t)__builtin_thread_pointer(); }

static void merge(object *o) {
    uint32_t local = __atomic_load_n(&o->ob_ref_local, __ATOMIC_RELAXED);
    intptr_t moved = (intptr_t)local << SHARED_SHIFT;
    __atomic_add_fetch(&o->ob_ref_shared, moved, __ATOMIC_SEQ_CST);
    __atomic_store_n(&o->ob_ref_local, 0, __ATOMIC_RELAXED);
    py._Py_MergeZeroLocalRefcount((PyObject *)o);
}

void sp_merge(PyObject *p) {
    object *o = (object *)p;
    if (!usable || __atomic_load_n(&o->ob_tid, __ATOMIC_RELAXED) != this_thread()) return;
    if (__atomic_load_n(&o->ob_ref_local, __ATOMIC_RELAXED) == UINT32_MAX) return; // immortal
    merge(o);
}

int sp_merge_check(void) {
    if (!py._Py_MergeZeroLocalRefcount) return 0;
    PyObject *list = py.PyList_New(0);
    if (!list) return 0;
    py.Py_IncRef(list);
    object *o = (object *)list;
    usable = o->ob_tid == this_thread() && o->ob_ref_local == 2 && o->ob_ref_shared == 0 &&
             o->ob_type == py.PyList_Type;
    if (usable) {
        merge(o);
        usable = o->ob_tid == 0 && o->ob_ref_shared == ((2 << SHARED_SHIFT) | MERGED);
    }
    py.Py_DecRef(list);
    py.Py_DecRef(list);
    return usable;
}
