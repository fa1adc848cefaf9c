// An extension module that does not say that it can do without the GIL.
#include <Python.h>

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "needsgil", .m_size = -1};

PyMODINIT_FUNC PyInit_needsgil(void) { return PyModule_Create(&module); }
