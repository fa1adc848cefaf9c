// Starting the interpreter.
#ifndef SNAKEPIT_INIT_H
#define SNAKEPIT_INIT_H

#include "api.h"

// sp_init initialises Python on the calling thread, isolated from the user's
// environment, in UTF-8 mode, without signal handlers, as if started by
// executable. Afterwards the thread is attached. On failure it returns -1 and
// says in msg what Python said; the process can still go on.
int sp_init(const char *executable, char *msg, size_t len);

// sp_init_313 is sp_init for versions without PyInitConfig.
int sp_init_313(const char *executable, char *msg, size_t len);

#endif
