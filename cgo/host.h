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
    // What the value refers to, to be given up once it is built:
    uintptr_t *holds; // allocated
    size_t n;
    uintptr_t loans; // of objects, for snakepitBuilt; 0 for none
} sp_answer;

// The Python functions made here.
enum {
    SP_HOST_CALL,   // call(id, *values) calls the Go function registered as id
    SP_HOST_CALLER, // caller(): the number of the call that this thread runs, 0 for none
    SP_HOST_SWITCH, // switch(number) sets it, and returns what it was
    SP_HOST_TAKE,   // take(object, kind, address, address), see arrow.h
    SP_HOST_RUNNING, // running(): the key of the call that this thread runs, see guard.h
    SP_HOST_ARRIVED, // arrived(): it gets an exception
    SP_HOST_PAUSE,   // pause(): it gets none
    SP_HOST_RESUME   // resume(): it may get one again
};

// sp_host_function returns a new one of these, or NULL.
PyObject *sp_host_function(int which);

// sp_host_fails hands over fail(description), which raises a Go error in Python.
void sp_host_fails(uintptr_t fail);

#endif
