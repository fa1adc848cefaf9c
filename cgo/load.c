#include "api.h"

#include <dlfcn.h>
#include <stdio.h>

sp_table py;
static void *library;

// note appends a name to the list of missing ones.
static void note(char *msg, size_t len, size_t *at, const char *name) {
    if (*at + 1 >= len) return;
    int n = snprintf(msg + *at, len - *at, "%s%s", *at ? ", " : "", name);
    *at += n > 0 ? (size_t)n : 0;
}

static size_t fill(void *lib, sp_table *t, char *msg, size_t len) {
    size_t at = 0;
#define X(ret, name, args)                                                                         \
    if (!(t->name = (ret(*) args)dlsym(lib, #name))) note(msg, len, &at, #name);
    SP_FUNCTIONS(X)
#undef X
#define X(ret, name, args) t->name = (ret(*) args)dlsym(lib, #name);
    SP_OPTIONAL(X)
#undef X
#define X(name)                                                                                    \
    if (!(t->name = (PyObject *)dlsym(lib, #name))) note(msg, len, &at, #name);
    SP_TYPES(X)
    SP_EXCEPTIONS(X)
#undef X
    return at;
}

int sp_load(const char *path, char *msg, size_t msglen) {
    // RTLD_GLOBAL: extension modules do not link libpython and find it this way.
    void *lib = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    if (!lib) {
        const char *why = dlerror();
        snprintf(msg, msglen, "%s", why ? why : "dlopen failed");
        return -1;
    }
    sp_table found;
    if (fill(lib, &found, msg, msglen)) {
        dlclose(lib);
        return -1;
    }
    py = found; // only now: one that works may be loaded already
    library = lib;
    return 0;
}

void *sp_symbol(const char *name) { return dlsym(library, name); }
