// An extension module that does not say it can do without the GIL.
#include <Python.h>

static struct PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "needsgil", .m_slots = slots,
};

PyMODINIT_FUNC PyInit_needsgil(void) { return PyModuleDef_Init(&definition); }
