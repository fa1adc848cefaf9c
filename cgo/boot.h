// The first steps after initialisation. All of it while attached or on the thread
// that initialised Python.
#ifndef SNAKEPIT_BOOT_H
#define SNAKEPIT_BOOT_H

#include "api.h"
#include "call.h"

// sp_boot makes the initialising thread and the library ready for sp_do, and
// detaches. Returns -1 if the system has no thread-specific key left, or Python no memory.
int sp_boot(void);

// sp_module makes the module name from source, which must end in a zero byte, and
// returns it as an object.
void sp_module(sp_ret *r, const char *name, const char *source, const char *file, uint8_t *out,
               size_t cap);

// sp_host_object returns a function of host.h as an object, or 0.
uintptr_t sp_host_object(int which);

// sp_output_object returns held() as an object, or 0; see output.h.
uintptr_t sp_output_object(uintptr_t flush);

// sp_intern returns name as an interned str, or 0. Never for names that come from
// data: interned strings live for ever.
uintptr_t sp_intern(const char *name);

// sp_keys returns a tuple of n interned str, or 0. names are separated by zero bytes.
uintptr_t sp_keys(const char *names, size_t n);

const char *sp_version(void);
long sp_states(void);
int sp_merges(void);

#endif
