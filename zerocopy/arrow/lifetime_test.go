//go:build cgo

package zarrow_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/internal/capsule"
	zarrow "github.com/gosnakepit/snakepit/zerocopy/arrow"
)

func TestHolders(t *testing.T) {
	rec := numbers(clean(t), 3)
	v := wrap(t, rec)
	rec.Release()
	require.NoError(t, v.Lend())
	require.NoError(t, v.Lend())
	v.Release()
	v.Release() // only the first counts
	v.Drop()
	got, err := zarrow.AsRecord(loop{v})
	require.NoError(t, err, "Python still has an object")
	got.Release()
	v.Drop()
	v.Drop() // one too many
	_, err = zarrow.AsRecord(loop{v})
	require.ErrorIs(t, err, zarrow.ErrReleased)
	require.ErrorIs(t, v.Lend(), zarrow.ErrReleased)
	require.ErrorIs(t, v.ExportStream(block(t, capsule.StreamSize)), zarrow.ErrReleased)
	require.ErrorIs(t, v.ExportSchema(block(t, capsule.SchemaSize)), zarrow.ErrReleased)
}

// TestChildMoved takes a child out of an array and releases it after its parent, as
// consumers may.
func TestChildMoved(t *testing.T) {
	rec := numbers(clean(t), 3)
	v := wrap(t, rec)
	rec.Release()
	schema, parent, moved := block(t, capsule.SchemaSize), block(t, capsule.ArraySize), block(t, capsule.ArraySize)
	require.NoError(t, v.ExportArray(schema, parent))
	v.Release()
	child := at[carrow.Array](parent).Child(1)
	*at[carrow.Array](moved) = *child
	child.Release = nil
	carrow.ReleaseSchema(at[carrow.Schema](schema))
	carrow.ReleaseArray(at[carrow.Array](parent))
	runtime.GC()
	require.Equal(t, int64(1), zarrow.Live().Arrays)
	text := unsafe.Slice((*byte)(at[carrow.Array](moved).Buffer(2)), 6)
	require.Equal(t, "text 0", string(text))
	carrow.ReleaseArray(at[carrow.Array](moved))
	carrow.ReleaseArray(at[carrow.Array](moved))
}

// TestReleasedByConsumer releases a stream that nobody reads, twice.
func TestReleasedByConsumer(t *testing.T) {
	src := newSource(clean(t), 3)
	defer src.Release()
	v := wrap(t, src)
	stream := block(t, capsule.StreamSize)
	require.NoError(t, v.ExportStream(stream))
	require.Equal(t, int64(1), zarrow.Live().Streams)
	carrow.ReleaseStream(at[carrow.Stream](stream))
	carrow.ReleaseStream(at[carrow.Stream](stream))
	v.Release()
	require.Equal(t, 1, src.refs)
}

func TestWrongKind(t *testing.T) {
	rec := numbers(clean(t), 3)
	defer rec.Release()
	v := wrap(t, rec.Schema())
	defer v.Release()
	require.ErrorContains(t, v.ExportArray(block(t, capsule.SchemaSize), block(t, capsule.ArraySize)), "__arrow_c_array__")
	require.ErrorContains(t, v.ExportStream(block(t, capsule.StreamSize)), "__arrow_c_stream__")
	_, err := zarrow.AsRecord(loop{v})
	require.ErrorIs(t, err, capsule.ErrNotOffered)
	_, err = zarrow.AsRecord("text")
	require.ErrorContains(t, err, "string is no Python object")
	_, err = zarrow.Wrap(42)
	require.ErrorContains(t, err, "takes no int")
	require.ErrorContains(t, zarrow.Validate(42), "takes no int")
}

// raises is an object whose method raises.
type raises struct{}

var errRaised = errors.New("ValueError: no")

func (raises) ImportArrow(context.Context, capsule.Kind, uintptr, uintptr, uintptr) error {
	return errRaised
}

func TestProducerRaises(t *testing.T) {
	clean(t)
	for _, read := range []func() error{
		func() error { _, err := zarrow.AsRecord(raises{}); return err },
		func() error { _, err := zarrow.AsReader(raises{}); return err },
		func() error { _, err := zarrow.AsTable(raises{}); return err },
		func() error { _, err := zarrow.AsArray(raises{}); return err },
		func() error { _, err := zarrow.AsChunked(raises{}); return err },
		func() error { _, err := zarrow.AsSchema(raises{}); return err },
	} {
		require.ErrorIs(t, read(), errRaised)
	}
}

// consumed is an object that gives structs which are released already.
type consumed struct{}

func (consumed) ImportArrow(context.Context, capsule.Kind, uintptr, uintptr, uintptr) error {
	return nil
}

func TestCapsuleConsumedTwice(t *testing.T) {
	clean(t)
	_, err := zarrow.AsRecord(consumed{})
	require.ErrorContains(t, err, "released before")
	_, err = zarrow.AsReader(consumed{})
	require.ErrorContains(t, err, "released before")
	_, err = zarrow.AsSchema(consumed{})
	require.ErrorContains(t, err, "released before")
}

func TestAllocator(t *testing.T) {
	clean(t)
	rec := numbers(zarrow.Allocator, 5000)
	require.Positive(t, zarrow.Live().AllocatedBytes)
	data := rec.Column(0).Data().Buffers()[1].Bytes()
	require.Zero(t, uintptr(unsafe.Pointer(unsafe.SliceData(data)))%64)
	v := wrap(t, rec)
	rec.Release()
	got, err := zarrow.AsRecord(loop{v})
	require.NoError(t, err)
	v.Release()
	require.Equal(t, int64(4999), got.Column(0).(*array.Int64).Value(4999))
	got.Release()
}

func TestAllocatorGrows(t *testing.T) {
	clean(t)
	b := zarrow.Allocator.Allocate(0)
	require.NotNil(t, b)
	b = zarrow.Allocator.Reallocate(3, b)
	copy(b, "abc")
	b = zarrow.Allocator.Reallocate(100, b)
	require.Equal(t, "abc", string(b[:3]))
	b = zarrow.Allocator.Reallocate(2, b)
	require.Len(t, b, 2)
	zarrow.Allocator.Free(b)
	zarrow.Allocator.Free(nil)
}

// TestHammer shares one value between goroutines and gives what they read to others.
func TestHammer(t *testing.T) {
	const goroutines, rounds = 16, 300
	mem := clean(t)
	rec, dict := numbers(mem, 100), sample{dt: samples[dictionaryAt()].dt, json: `["a", "b", "a"]`}.build(t, mem)
	shared, words := wrap(t, rec), wrap(t, dict)
	results := make(chan interface{ Release() }, 64)
	var readers, releasers sync.WaitGroup
	for range 4 {
		releasers.Go(func() {
			for r := range results {
				r.Release()
			}
		})
	}
	for range goroutines {
		readers.Go(func() {
			for i := range rounds {
				got, err := zarrow.AsRecord(loop{shared})
				if err != nil || got.NumRows() != 100 {
					t.Error(err)
					return
				}
				results <- got
				word, err := zarrow.AsArray(streamed{words})
				if err != nil || word.Len() != 3 {
					t.Error(err)
					return
				}
				results <- word
				if i%50 == 0 {
					runtime.GC()
				}
				own, err := zarrow.Wrap(rec)
				if err != nil {
					t.Error(err)
					return
				}
				results <- own
			}
		})
	}
	readers.Wait()
	close(results)
	releasers.Wait()
	shared.Release()
	words.Release()
	rec.Release()
	dict.Release()
}

func dictionaryAt() int {
	for i, s := range samples {
		if s.name == "dictionary" {
			return i
		}
	}
	return -1
}

// TestShortBuffers refuses data of Go that C would read beyond.
func TestShortBuffers(t *testing.T) {
	clean(t)
	dt := arrow.FixedWidthTypes.Boolean
	short := array.NewBooleanData(array.NewData(dt, 10, []*memory.Buffer{nil, memory.NewBufferBytes([]byte{1})}, nil, 0, 0))
	schema := arrow.NewSchema([]arrow.Field{{Name: "short", Type: dt}}, nil)
	v := wrap(t, array.NewRecord(schema, []arrow.Array{short}, 10))
	defer v.Release()
	_, err := zarrow.AsRecord(loop{v})
	require.ErrorContains(t, err, `field "short" is not valid Arrow data: its buffer 1 has 1 bytes, 10 slots need 2`)
}
