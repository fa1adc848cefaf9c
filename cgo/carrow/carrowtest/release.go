package carrowtest

/*
#include "../carrow.h"

static int64_t releases;

static void count(void) { __atomic_add_fetch(&releases, 1, __ATOMIC_RELAXED); }

static void release_schema(struct ArrowSchema *s) { count(); s->release = NULL; }
static void release_array(struct ArrowArray *a) { count(); a->release = NULL; }
static void release_stream(struct ArrowArrayStream *s) { count(); s->release = NULL; }

static void *schema_release(void) { return release_schema; }
static void *array_release(void) { return release_array; }
static void *stream_release(void) { return release_stream; }
static int64_t released(void) { return __atomic_load_n(&releases, __ATOMIC_RELAXED); }
*/
import "C"

import "unsafe"

// SchemaRelease is a Release that marks its ArrowSchema and no other.
func SchemaRelease() unsafe.Pointer { return C.schema_release() }

// ArrayRelease is a Release that marks its ArrowArray and no other.
func ArrayRelease() unsafe.Pointer { return C.array_release() }

// StreamRelease is a Release that marks its ArrowArrayStream and no more.
func StreamRelease() unsafe.Pointer { return C.stream_release() }

// Released is how often one of these was called.
func Released() int64 { return int64(C.released()) }
