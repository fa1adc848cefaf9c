// Calls from Python into Go.
#ifndef SNAKEPIT_HOST_H
#define SNAKEPIT_HOST_H

#include "api.h"

// What Go answers: one encoded value in buf, which is the memory it was given or,
// if heap is set, allocated.
typedef struct {
    uint8_t *buf;
    size_t cap;
    int32_t heap;
    int32_t failed; // the value is a description of a Go error
} sp_answer;

// sp_host_function returns a new Python function call(id, args, kwargs) that calls
// the Go function registered as id, or NULL. fail(description) is what raises a
// Go error in Python; the reference is taken over.
PyObject *sp_host_function(PyObject *fail);

#endif
