#include "carrow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "_cgo_export.h"

static int64_t live; /* exports without an owner whose structs are not all released */

ca_export *ca_new_export(size_t size, int64_t structs, uintptr_t owner) {
    ca_export *export = calloc(1, sizeof(*export) + size);
    if (export == NULL) return NULL;
    export->left = structs;
    export->owner = owner;
    if (owner == 0) __atomic_add_fetch(&live, 1, __ATOMIC_RELAXED);
    return export;
}

int64_t ca_live_exports(void) { return __atomic_load_n(&live, __ATOMIC_RELAXED); }

static void give_back(ca_export *export) {
    if (__atomic_sub_fetch(&export->left, 1, __ATOMIC_ACQ_REL) != 0) return;
    if (export->owner != 0)
        carrowDrop(export->owner);
    else
        __atomic_sub_fetch(&live, 1, __ATOMIC_RELAXED);
    free(export);
}

void ca_release_schema(struct ArrowSchema *schema) {
    if (schema != NULL && schema->release != NULL) schema->release(schema);
}

void ca_release_array(struct ArrowArray *array) {
    if (array != NULL && array->release != NULL) array->release(array);
}

void ca_release_stream(struct ArrowArrayStream *stream) {
    if (stream != NULL && stream->release != NULL) stream->release(stream);
}

void ca_schema_release(struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++) ca_release_schema(schema->children[i]);
    ca_release_schema(schema->dictionary);
    schema->release = NULL;
    give_back(schema->private_data);
}

void ca_array_release(struct ArrowArray *array) {
    for (int64_t i = 0; i < array->n_children; i++) ca_release_array(array->children[i]);
    ca_release_array(array->dictionary);
    array->release = NULL;
    give_back(array->private_data);
}

/* A stream that Go fills. The message belongs to it until the next call. */
typedef struct {
    uintptr_t owner;
    char *error;
} ca_stream;

static int forget(ca_stream *s) {
    free(s->error);
    s->error = NULL;
    return 0;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    ca_stream *s = stream->private_data;
    forget(s);
    memset(out, 0, sizeof(*out));
    return carrowSchema(s->owner, (uintptr_t)out, &s->error);
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    ca_stream *s = stream->private_data;
    forget(s);
    memset(out, 0, sizeof(*out));
    return carrowNext(s->owner, (uintptr_t)out, &s->error);
}

static const char *get_last_error(struct ArrowArrayStream *stream) {
    return ((ca_stream *)stream->private_data)->error;
}

static void release_stream(struct ArrowArrayStream *stream) {
    ca_stream *s = stream->private_data;
    carrowDrop(s->owner);
    forget(s);
    free(s);
    stream->release = NULL;
}

int ca_fill_stream(struct ArrowArrayStream *out, uintptr_t owner) {
    ca_stream *s = calloc(1, sizeof(*s));
    if (s == NULL) return ENOMEM;
    s->owner = owner;
    *out = (struct ArrowArrayStream){get_schema, get_next, get_last_error, release_stream, s};
    return 0;
}

int ca_stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    return stream->get_schema(stream, out);
}

int ca_stream_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    return stream->get_next(stream, out);
}

const char *ca_stream_error(struct ArrowArrayStream *stream) {
    return stream->get_last_error == NULL ? NULL : stream->get_last_error(stream);
}
