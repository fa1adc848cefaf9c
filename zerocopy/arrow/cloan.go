//go:build cgo

package zarrow

import (
	"runtime"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/zerocopy/internal/lend"
)

// loan is one array in C's hands, until C has released all its structs. It keeps
// the data retained and its buffers pinned: what is Go's memory may only then be
// known to C, and for other memory pinning does nothing.
type loan struct {
	data  arrow.ArrayData
	pins  runtime.Pinner
	bytes int64
}

// lendOut fills out, zeroed memory of C, with data.
func lendOut(data arrow.ArrayData, out *carrow.Array) (err error) {
	l := &loan{data: data}
	defer func() {
		if err != nil {
			l.pins.Unpin()
		}
	}()
	defer caught(&err)
	if err := sound(data, 0); err != nil {
		return err
	}
	var m measure
	m.add(data)
	l.pin(data)
	w, err := lend.NewArena(m.size+zeroSize, m.structs, l)
	if err != nil {
		return err
	}
	data.Retain()
	live.arrays.Add(1)
	live.lent.Add(l.bytes)
	put(&w, w.Take(zeroSize), data, out)
	return nil
}

func (l *loan) pin(data arrow.ArrayData) {
	for _, b := range data.Buffers() {
		if b != nil && b.Len() > 0 {
			l.pins.Pin(unsafe.SliceData(b.Bytes()))
			l.bytes += int64(b.Len())
		}
	}
	for _, child := range data.Children() {
		l.pin(child)
	}
	if dict := dictionary(data); dict != nil {
		l.pin(dict)
	}
}

// Drop is C's last release, on any thread, attached to Python or not, also in the middle of
// a garbage collection of Python's. It frees, and waits for nothing: counters, pins, and a
// reference to the data, whose own end is a free of the allocator's (ours holds a lock for
// moments at most) or a producer's release, which its makers must let come from anywhere.
func (l *loan) Drop() {
	live.arrays.Add(-1)
	live.lent.Add(-l.bytes)
	l.pins.Unpin()
	l.data.Release()
}
