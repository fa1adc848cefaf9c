// The part of CPython's C API that Snakepit uses, as a table of pointers that
// sp_load fills from a libpython chosen at run time. Entries carry the names of
// the functions they point to: py.PyLong_FromLongLong(1).
//
// Only exported functions and data stand here: no macro, no struct of CPython,
// no header of it. Constants below are part of the stable ABI.
#ifndef SNAKEPIT_API_H
#define SNAKEPIT_API_H

#include <stddef.h>
#include <stdint.h>

typedef struct _object PyObject;
typedef struct _ts PyThreadState;
typedef struct _is PyInterpreterState;
typedef ptrdiff_t Py_ssize_t;
typedef PyObject *(*PyCFunctionFast)(PyObject *self, PyObject *const *args, Py_ssize_t n);
typedef struct {
    const char *ml_name;
    void *ml_meth;
    int ml_flags;
    const char *ml_doc;
} PyMethodDef;

typedef struct {
    int slot;
    void *pfunc;
} PyType_Slot;
typedef struct {
    const char *name;
    int basicsize; // negative: room for that much behind what the base has
    int itemsize;
    unsigned int flags;
    PyType_Slot *slots;
} PyType_Spec;
typedef struct {
    const char *name;
    PyObject *(*get)(PyObject *, void *);
    int (*set)(PyObject *, PyObject *, void *);
    const char *doc;
    void *closure;
} PyGetSetDef;
typedef struct {
    void *buf;
    PyObject *obj;
    Py_ssize_t len, itemsize;
    int readonly, ndim;
    char *format;
    Py_ssize_t *shape, *strides, *suboffsets;
    void *internal;
} Py_buffer;

#define METH_KEYWORDS 0x0002
#define METH_FASTCALL 0x0080
#define Py_TPFLAGS_DISALLOW_INSTANTIATION (1UL << 7)
#define Py_TPFLAGS_IMMUTABLETYPE (1UL << 8)
enum {
    Py_bf_getbuffer = 1,
    Py_bf_releasebuffer = 2,
    Py_tp_dealloc = 52,
    Py_tp_doc = 56,
    Py_tp_methods = 64,
    Py_tp_repr = 66,
    Py_tp_getset = 73
};
enum {
    PyBUF_WRITABLE = 0x1,
    PyBUF_FORMAT = 0x4,
    PyBUF_ND = 0x8,
    PyBUF_STRIDES = 0x10 | PyBUF_ND,
    PyBUF_C_CONTIGUOUS = 0x20,
    PyBUF_F_CONTIGUOUS = 0x40,
    PyBUF_ANY_CONTIGUOUS = 0x80,
    PyBUF_FULL_RO = 0x100 | PyBUF_STRIDES | PyBUF_FORMAT
};
#define PY_VECTORCALL_ARGUMENTS_OFFSET ((size_t)1 << (8 * sizeof(size_t) - 1))
#define Py_TPFLAGS_LONG_SUBCLASS (1UL << 24)
#define Py_TPFLAGS_LIST_SUBCLASS (1UL << 25)
#define Py_TPFLAGS_TUPLE_SUBCLASS (1UL << 26)
#define Py_TPFLAGS_BYTES_SUBCLASS (1UL << 27)
#define Py_TPFLAGS_UNICODE_SUBCLASS (1UL << 28)
#define Py_TPFLAGS_DICT_SUBCLASS (1UL << 29)

// X(return type, name, arguments)
#define SP_FUNCTIONS(X)                                                                            \
    X(const char *, Py_GetVersion, (void))                                                         \
    X(int, Py_IsInitialized, (void))                                                               \
    X(void, Py_IncRef, (PyObject *))                                                               \
    X(void, Py_DecRef, (PyObject *))                                                               \
    X(PyInterpreterState *, PyInterpreterState_Get, (void))                                        \
    X(PyThreadState *, PyThreadState_New, (PyInterpreterState *))                                  \
    X(void, PyThreadState_Clear, (PyThreadState *))                                                \
    X(void, PyThreadState_DeleteCurrent, (void))                                                   \
    X(PyThreadState *, PyGILState_GetThisThreadState, (void))                                      \
    X(int, PyGILState_Check, (void))                                                               \
    X(int, PyThreadState_SetAsyncExc, (unsigned long, PyObject *))                                 \
    X(unsigned long, PyThread_get_thread_ident, (void))                                            \
    X(void, PyEval_RestoreThread, (PyThreadState *))                                               \
    X(PyThreadState *, PyEval_SaveThread, (void))                                                  \
    X(PyObject *, PyContext_New, (void))                                                           \
    X(int, PyContext_Enter, (PyObject *))                                                          \
    X(int, PyContext_Exit, (PyObject *))                                                           \
    X(void, PyErr_Clear, (void))                                                                   \
    X(PyObject *, PyErr_Occurred, (void))                                                          \
    X(PyObject *, PyErr_GetRaisedException, (void))                                                \
    X(void, PyErr_SetRaisedException, (PyObject *))                                                \
    X(void, PyErr_SetString, (PyObject *, const char *))                                           \
    X(PyObject *, PyErr_NoMemory, (void))                                                          \
    X(PyObject *, PyObject_Type, (PyObject *))                                                     \
    X(PyObject *, PyObject_Vectorcall, (PyObject *, PyObject *const *, size_t, PyObject *))        \
    X(PyObject *, PyObject_VectorcallMethod, (PyObject *, PyObject *const *, size_t, PyObject *))  \
    X(PyObject *, PyObject_CallNoArgs, (PyObject *))                                               \
    X(PyObject *, PyObject_CallOneArg, (PyObject *, PyObject *))                                   \
    X(PyObject *, PyObject_GetAttr, (PyObject *, PyObject *))                                      \
    X(PyObject *, PyObject_GetAttrString, (PyObject *, const char *))                              \
    X(int, PyObject_SetAttrString, (PyObject *, const char *, PyObject *))                         \
    X(Py_ssize_t, PyObject_Size, (PyObject *))                                                     \
    X(PyObject *, PyObject_GetIter, (PyObject *))                                                  \
    X(PyObject *, PyIter_Next, (PyObject *))                                                       \
    X(unsigned long, PyType_GetFlags, (PyObject *))                                                \
    X(int, PyType_IsSubtype, (PyObject *, PyObject *))                                             \
    X(PyObject *, PyType_GetFullyQualifiedName, (PyObject *))                                      \
    X(PyObject *, PyBool_FromLong, (long))                                                         \
    X(PyObject *, PyLong_FromLongLong, (long long))                                                \
    X(PyObject *, PyLong_FromUnsignedLongLong, (unsigned long long))                               \
    X(long long, PyLong_AsLongLongAndOverflow, (PyObject *, int *))                                \
    X(PyObject *, PyLong_FromNativeBytes, (const void *, size_t, int))                             \
    X(Py_ssize_t, PyLong_AsNativeBytes, (PyObject *, void *, Py_ssize_t, int))                     \
    X(PyObject *, PyFloat_FromDouble, (double))                                                    \
    X(double, PyFloat_AsDouble, (PyObject *))                                                      \
    X(PyObject *, PyComplex_FromDoubles, (double, double))                                         \
    X(double, PyComplex_RealAsDouble, (PyObject *))                                                \
    X(double, PyComplex_ImagAsDouble, (PyObject *))                                                \
    X(PyObject *, PyUnicode_FromStringAndSize, (const char *, Py_ssize_t))                         \
    X(PyObject *, PyUnicode_InternFromString, (const char *))                                      \
    X(const char *, PyUnicode_AsUTF8AndSize, (PyObject *, Py_ssize_t *))                           \
    X(PyObject *, PyBytes_FromStringAndSize, (const char *, Py_ssize_t))                           \
    X(int, PyBytes_AsStringAndSize, (PyObject *, char **, Py_ssize_t *))                           \
    X(PyObject *, PyBytes_FromObject, (PyObject *))                                                \
    X(PyObject *, PyList_New, (Py_ssize_t))                                                        \
    X(Py_ssize_t, PyList_Size, (PyObject *))                                                       \
    X(PyObject *, PyList_GetItemRef, (PyObject *, Py_ssize_t))                                     \
    X(int, PyList_SetItem, (PyObject *, Py_ssize_t, PyObject *))                                   \
    X(int, PyList_Append, (PyObject *, PyObject *))                                                \
    X(PyObject *, PyTuple_New, (Py_ssize_t))                                                       \
    X(Py_ssize_t, PyTuple_Size, (PyObject *))                                                      \
    X(PyObject *, PyTuple_GetItem, (PyObject *, Py_ssize_t))                                       \
    X(int, PyTuple_SetItem, (PyObject *, Py_ssize_t, PyObject *))                                  \
    X(PyObject *, PyDict_New, (void))                                                              \
    X(int, PyDict_SetItem, (PyObject *, PyObject *, PyObject *))                                   \
    X(int, PyDict_SetItemString, (PyObject *, const char *, PyObject *))                           \
    X(int, PyDict_GetItemRef, (PyObject *, PyObject *, PyObject **))                               \
    X(int, PyDict_Next, (PyObject *, Py_ssize_t *, PyObject **, PyObject **))                      \
    X(Py_ssize_t, PyDict_Size, (PyObject *))                                                       \
    X(PyObject *, PySet_New, (PyObject *))                                                         \
    X(PyObject *, PyFrozenSet_New, (PyObject *))                                                   \
    X(int, PySet_Add, (PyObject *, PyObject *))                                                    \
    X(PyObject *, PySequence_List, (PyObject *))                                                   \
    X(PyObject *, PySequence_Tuple, (PyObject *))                                                  \
    X(PyObject *, PyCFunction_NewEx, (PyMethodDef *, PyObject *, PyObject *))                      \
    X(PyObject *, PyImport_AddModuleRef, (const char *))                                           \
    X(PyObject *, PyEval_GetBuiltins, (void))                                                      \
    X(PyObject *, PyEval_EvalCode, (PyObject *, PyObject *, PyObject *))                           \
    X(PyObject *, PyModule_GetDict, (PyObject *))                                                  \
    X(void, PyCriticalSection_Begin, (void *, PyObject *))                                         \
    X(void, PyCriticalSection_End, (void *))                                                       \
    X(PyObject *, PyMemoryView_FromObject, (PyObject *))                                           \
    X(PyObject *, PyErr_Format, (PyObject *, const char *, ...))                                   \
    X(int, PyErr_ExceptionMatches, (PyObject *))                                                   \
    X(PyObject *, PyType_FromSpec, (PyType_Spec *))                                                \
    X(PyObject *, PyType_GenericAlloc, (PyObject *, Py_ssize_t))                                   \
    X(void *, PyObject_GetTypeData, (PyObject *, PyObject *))                                      \
    X(void, PyObject_Free, (void *))                                                               \
    X(int, PyObject_GetOptionalAttrString, (PyObject *, const char *, PyObject **))                \
    X(int, PyObject_CheckBuffer, (PyObject *))                                                     \
    X(int, PyObject_GetBuffer, (PyObject *, Py_buffer *, int))                                     \
    X(void, PyBuffer_Release, (Py_buffer *))                                                       \
    X(PyObject *, PyCapsule_New, (void *, const char *, void (*)(PyObject *)))                     \
    X(int, PyCapsule_IsValid, (PyObject *, const char *))                                          \
    X(void *, PyCapsule_GetPointer, (PyObject *, const char *))                                    \
    X(int, PyCapsule_SetName, (PyObject *, const char *))                                          \
    X(const char *, PyCapsule_GetName, (PyObject *))                                               \
    X(PyObject *, PyUnicode_FromFormat, (const char *, ...))                                       \
    X(int, PyUnicode_EqualToUTF8, (PyObject *, const char *))

// Functions that not every supported version has; their pointer may be NULL.
#define SP_OPTIONAL(X)                                                                             \
    X(void, _Py_MergeZeroLocalRefcount, (PyObject *))                                              \
    X(void *, PyInitConfig_Create, (void))                                                         \
    X(void, PyInitConfig_Free, (void *))                                                           \
    X(int, PyInitConfig_SetInt, (void *, const char *, int64_t))                                   \
    X(int, PyInitConfig_SetStr, (void *, const char *, const char *))                              \
    X(int, PyInitConfig_GetError, (void *, const char **))                                         \
    X(int, Py_InitializeFromInitConfig, (void *))                                                  \
    X(void, PyPreConfig_InitIsolatedConfig, (void *))                                              \
    X(void, PyConfig_InitIsolatedConfig, (void *))                                                 \
    X(void, PyConfig_Clear, (void *))                                                              \
    X(int, _Py_IsFinalizing, (void))

// Types and exceptions. Types are objects themselves; exceptions are pointers to one.
#define SP_TYPES(X)                                                                                \
    X(PyLong_Type)                                                                                 \
    X(PyBool_Type) X(PyFloat_Type) X(PyComplex_Type) X(PyUnicode_Type) X(PyBytes_Type)             \
        X(PyByteArray_Type) X(PyMemoryView_Type) X(PyList_Type) X(PyTuple_Type) X(PyDict_Type)     \
            X(PySet_Type) X(PyFrozenSet_Type) X(_Py_NoneStruct) X(_Py_TrueStruct)                  \
                X(_Py_FalseStruct)
#define SP_EXCEPTIONS(X)                                                                           \
    X(PyExc_TypeError)                                                                             \
    X(PyExc_RuntimeError) X(PyExc_SystemError) X(PyExc_BufferError) X(PyExc_ValueError)            \
        X(PyExc_NotImplementedError)

typedef struct {
#define X(ret, name, args) ret(*name) args;
    SP_FUNCTIONS(X)
    SP_OPTIONAL(X)
#undef X
#define X(name) PyObject *name;
        SP_TYPES(X) SP_EXCEPTIONS(X)
#undef X
} sp_table;

extern sp_table py;

// Exceptions are variables of libpython that hold the object.
#define SP_EXC(name) (*(PyObject **)py.name)

// sp_load opens the library and fills py. On failure it returns -1 with the
// reason, a sentence, in msg; nothing stays loaded that was not before.
int sp_load(const char *path, char *msg, size_t msglen);

// sp_symbol looks up one more name in the loaded library.
void *sp_symbol(const char *name);

#endif
