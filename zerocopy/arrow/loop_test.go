//go:build cgo

package zarrow_test

import (
	"context"
	"fmt"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/offheap"
)

// loop is a Python object made of a Go value, without Python between.
type loop struct{ capsule.Exporter }

func (l loop) ImportArrow(_ context.Context, kind capsule.Kind, schema, array, stream uintptr) error {
	switch {
	case kind == capsule.Schema:
		return l.ExportSchema(schema)
	case kind != l.ArrowKind():
		return fmt.Errorf("%w: %s", capsule.ErrNotOffered, kind.Method())
	case kind == capsule.Array:
		return l.ExportArray(schema, array)
	}
	return l.ExportStream(stream)
}

// streamed offers the stream of what has an array, too.
type streamed struct{ capsule.Exporter }

func (s streamed) ImportArrow(_ context.Context, kind capsule.Kind, _, _, stream uintptr) error {
	if kind != capsule.Stream {
		return capsule.ErrNotOffered
	}
	return s.ExportStream(stream)
}

// block is C memory for structs.
func block(t *testing.T, n int) uintptr {
	t.Helper()
	p, err := offheap.Alloc(n)
	require.NoError(t, err)
	t.Cleanup(func() { offheap.Free(p) })
	return uintptr(p)
}

func at[T any](p uintptr) *T { return *(**T)(unsafe.Pointer(&p)) }
