#ifndef CARROW_H
#define CARROW_H

#include <stddef.h>
#include <stdint.h>

struct ArrowSchema {
    const char *format, *name, *metadata;
    int64_t flags, n_children;
    struct ArrowSchema **children, *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length, null_count, offset, n_buffers, n_children;
    const void **buffers;
    struct ArrowArray **children, *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

/* In front of the memory of one export, which all its structs share: consumers may move a
   child away and release it after its parent, so the last struct frees it, whichever it is. */
typedef struct {
    int64_t left;    /* structs not released */
    uintptr_t owner; /* who Go tells, 0 for nobody */
} ca_export;

ca_export *ca_new_export(size_t size, int64_t structs, uintptr_t owner);
void ca_schema_release(struct ArrowSchema *schema);
void ca_array_release(struct ArrowArray *array);
int64_t ca_live_exports(void);

int ca_fill_stream(struct ArrowArrayStream *out, uintptr_t owner);

void ca_release_schema(struct ArrowSchema *schema);
void ca_release_array(struct ArrowArray *array);
void ca_release_stream(struct ArrowArrayStream *stream);
int ca_stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out);
int ca_stream_next(struct ArrowArrayStream *stream, struct ArrowArray *out);
const char *ca_stream_error(struct ArrowArrayStream *stream);

#endif
