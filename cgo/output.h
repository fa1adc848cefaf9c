// Unfinished lines of sys.stdout and sys.stderr.
#ifndef SNAKEPIT_OUTPUT_H
#define SNAKEPIT_OUTPUT_H

#include "api.h"

// sp_output_function returns a new Python function held() -> bool, or NULL. A
// stream calls it when it holds an unfinished line: True promises that flush()
// will be called when the outermost call of this thread ends. The reference to
// flush is taken over.
PyObject *sp_output_function(PyObject *flush);

// sp_output_flush does what was promised. Attached, no exception set.
void sp_output_flush(void);

#endif
