//go:build cgo

package zarrow_test

import (
	"context"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/cdata"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/capsule"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

// What arrow-go's own cdata package cannot do, so that it is no judge there.
var beyondPeer = map[string]string{
	"struct of nothing":   "panics",
	"dictionary, ordered": "loses the order",
	"timestamp ns":        "loses the end of the zone +01:30",
	"map, sorted":         "loses metadata and nullability of entries",
}

// peer is an object that arrow-go's cdata package exports.
type peer struct{ arr arrow.Array }

func (p peer) ImportArrow(_ context.Context, kind capsule.Kind, schema, array, _ uintptr) error {
	if kind != capsule.Array {
		return capsule.ErrNotOffered
	}
	cdata.ExportArrowArray(p.arr, cdata.ArrayFromPtr(array), cdata.SchemaFromPtr(schema))
	return nil
}

// TestPeer has cdata read what we export, and us what it exports.
func TestPeer(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			if why := beyondPeer[s.name]; why != "" {
				t.Skip("cdata ", why)
			}
			clean(t)
			arr := s.build(t, zarrow.Allocator) // cdata may not be given memory of Go
			defer arr.Release()
			peerReads(t, arr)
			got, err := zarrow.AsArray(peer{arr})
			require.NoError(t, err)
			defer got.Release()
			require.True(t, array.Equal(arr, got), "%v, not %v", got, arr)
			sameMemory(t, arr.Data(), got.Data(), "array")
		})
	}
}

func peerReads(t *testing.T, arr arrow.Array) {
	t.Helper()
	v := wrap(t, arr)
	defer v.Release()
	schema, at := block(t, capsule.SchemaSize), block(t, capsule.ArraySize)
	require.NoError(t, v.ExportArray(schema, at))
	_, got, err := cdata.ImportCArray(cdata.ArrayFromPtr(at), cdata.SchemaFromPtr(schema))
	require.NoError(t, err)
	defer got.Release()
	require.True(t, array.Equal(arr, got), "%v, not %v", got, arr)
}
