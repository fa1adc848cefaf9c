#include "init.h"

#include <stdio.h>
#include <string.h>

// init_config is the way of 3.14 and newer (PEP 741): no struct, only names.
static int init_config(const char *executable, char *msg, size_t len) {
    void *c = py.PyInitConfig_Create(); // isolated, as PyConfig_InitIsolatedConfig
    if (!c) {
        snprintf(msg, len, "out of memory");
        return -1;
    }
    int err = py.PyInitConfig_SetInt(c, "utf8_mode", 1) ||
              py.PyInitConfig_SetStr(c, "executable", executable) ||
              py.Py_InitializeFromInitConfig(c);
    if (err) {
        const char *why = NULL;
        py.PyInitConfig_GetError(c, &why);
        snprintf(msg, len, "%s", why ? why : "no reason given");
    }
    py.PyInitConfig_Free(c);
    return err ? -1 : 0;
}

int sp_init(const char *executable, char *msg, size_t len) {
    if (py.PyInitConfig_Create) return init_config(executable, msg, len);
    if (strncmp(py.Py_GetVersion(), "3.13.", 5) == 0) return sp_init_313(executable, msg, len);
    snprintf(msg, len, "Python %.20s is not supported; 3.13 or newer is", py.Py_GetVersion());
    return -1;
}
