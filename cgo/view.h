// Memory of Python's that Go reads and writes: of objects with the buffer protocol or
// DLPack's.
#ifndef SNAKEPIT_VIEW_H
#define SNAKEPIT_VIEW_H

#include "api.h"
#include "dlpack.h"

enum { SP_VIEW_DIMS = 64 };

// One tensor that Go has of Python's. All of it but next is set once.
typedef struct sp_view {
    struct sp_view *next; // in the output that hands it out
    PyObject *object;     // one reference
    Py_buffer buffer;     // of the buffer protocol if obj is set, else one of these
    DLManagedTensorVersioned *versioned;
    DLManagedTensor *legacy;
    DLTensor t;
    int read_only;
    int64_t *dims;   // where shape and strides are if the producer gave none like it
    int64_t few[8];  // of up to four dimensions
} sp_view;

// sp_views_ready makes what all views need; -1 with an exception set. Once, attached.
int sp_views_ready(void);

// sp_view_open makes a view of an object by the protocols it has; NULL with an exception
// set: a BufferError if its memory is of a kind that no tensor describes.
sp_view *sp_view_open(PyObject *o);

// sp_view_close gives the view up. Attached.
void sp_view_close(sp_view *v);

// sp_view_release is sp_view_close for who is not attached.
void sp_view_release(uintptr_t view);

// Steps of sp_view_open. -1 with an exception set; what was taken over until then is in v.
int sp_view_buffer(sp_view *v);
int sp_view_dlpack(sp_view *v);
int sp_view_room(sp_view *v, int ndim);
int sp_view_refuse(const char *why); // sets a BufferError and returns -1

// sp_view_check refuses a description that cannot be true.
int sp_view_check(const DLTensor *t);

#endif
