// Initialisation on 3.13, the last version without PyInitConfig. This is the only
// file that knows PyConfig and PyPreConfig of 3.13; it looks at what libpython
// wrote into them before it trusts a field.
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "init.h"

typedef struct {
    int type;
    const char *func, *err_msg;
    int exitcode;
} status;

typedef struct {
    Py_ssize_t length;
    wchar_t **items;
} strings;

typedef struct {
    int config_init, parse_argv, isolated, use_environment, configure_locale, coerce_c_locale,
        coerce_c_locale_warn, utf8_mode, dev_mode, allocator;
} preconfig;

// The free-threaded build has one more field, enable_gil, in the middle.
#define CONFIG(name, enable_gil)                                                                   \
    typedef struct {                                                                               \
        int config_init, isolated, use_environment, dev_mode, install_signal_handlers,             \
            use_hash_seed;                                                                         \
        unsigned long hash_seed;                                                                   \
        int faulthandler, tracemalloc, perf_profiling, import_time, code_debug_ranges,             \
            show_ref_count, dump_refs;                                                             \
        wchar_t *dump_refs_file;                                                                   \
        int malloc_stats;                                                                          \
        wchar_t *filesystem_encoding, *filesystem_errors, *pycache_prefix;                         \
        int parse_argv;                                                                            \
        strings orig_argv, argv, xoptions, warnoptions;                                            \
        int site_import, bytes_warning, warn_default_encoding, inspect, interactive,               \
            optimization_level, parser_debug, write_bytecode, verbose, quiet, user_site_directory, \
            configure_c_stdio, buffered_stdio;                                                     \
        wchar_t *stdio_encoding, *stdio_errors, *check_hash_pycs_mode;                             \
        int use_frozen_modules, safe_path, int_max_str_digits, cpu_count;                          \
        enable_gil int pathconfig_warnings;                                                        \
        wchar_t *program_name, *pythonpath_env, *home, *platlibdir;                                \
        int module_search_paths_set;                                                               \
        strings module_search_paths;                                                               \
        wchar_t *stdlib_dir, *executable, *rest[32];                                               \
    } name;

CONFIG(gil_config, )
CONFIG(free_config, int enable_gil;)

typedef union {
    gil_config gil;
    free_config free;
    char room[2048];
} config;

static status (*PreInitialize)(const preconfig *);
static status (*SetBytesString)(config *, wchar_t **, const char *);
static status (*InitializeFromConfig)(const config *);

static int look_up(void) {
    PreInitialize = (status(*)(const preconfig *))sp_symbol("Py_PreInitialize");
    SetBytesString =
        (status(*)(config *, wchar_t **, const char *))sp_symbol("PyConfig_SetBytesString");
    InitializeFromConfig = (status(*)(const config *))sp_symbol("Py_InitializeFromConfig");
    return PreInitialize && SetBytesString && InitializeFromConfig &&
           py.PyPreConfig_InitIsolatedConfig && py.PyConfig_InitIsolatedConfig && py.PyConfig_Clear;
}

static int said(status s, char *msg, size_t len) {
    if (s.type == 0) return 0;
    snprintf(msg, len, "%s%s%s", s.func ? s.func : "", s.func ? ": " : "",
             s.err_msg ? s.err_msg : "asked to exit");
    return -1;
}

// as_expected compares what the isolated defaults are with what is found where
// this file expects them. ISOLATED is CPython's _PyConfig_INIT_ISOLATED.
enum { ISOLATED = 3 };

static int config_as_expected(const config *c, int free) {
    const gil_config *g = &c->gil; // the layouts agree up to cpu_count
    int warnings = free ? c->free.pathconfig_warnings : g->pathconfig_warnings;
    return g->config_init == ISOLATED && g->isolated == 1 && g->use_environment == 0 &&
           g->parse_argv == 0 && g->site_import == 1 && g->safe_path == 1 && g->cpu_count == -1 &&
           (!free || c->free.enable_gil == -1) && warnings == 0;
}

static int preinitialise(char *msg, size_t len) {
    preconfig pre[4]; // room in case the struct grew
    py.PyPreConfig_InitIsolatedConfig(pre);
    if (pre->config_init != ISOLATED || pre->isolated != 1 || pre->utf8_mode != 0) {
        snprintf(msg, len, "PyPreConfig of this 3.13 is laid out in an unknown way");
        return -1;
    }
    pre->utf8_mode = 1; // otherwise every text encoding is ASCII
    return said(PreInitialize(pre), msg, len);
}

int sp_init_313(const char *executable, char *msg, size_t len) {
    config c;
    int free = py._Py_MergeZeroLocalRefcount != NULL;
    if (!look_up()) {
        snprintf(msg, len, "libpython lacks the functions of PEP 587");
        return -1;
    }
    if (preinitialise(msg, len)) return -1;
    py.PyConfig_InitIsolatedConfig(&c);
    if (!config_as_expected(&c, free)) {
        snprintf(msg, len, "PyConfig of this 3.13 is laid out in an unknown way");
        return -1;
    }
    wchar_t **field = free ? &c.free.executable : &c.gil.executable;
    int err = said(SetBytesString(&c, field, executable), msg, len) ||
              said(InitializeFromConfig(&c), msg, len);
    py.PyConfig_Clear(&c);
    return err ? -1 : 0;
}
