//go:build cgo

package zarrow

import (
	"unsafe"

	"github.com/gosnakepit/snakepit/cgo/carrow"
)

// structs is an ArrowArray.
type structs struct{ *carrow.Array }

func (s structs) released() bool { return s.Release == nil }

func (s structs) numbers() (length, nulls, offset int64) { return s.Length, s.NullCount, s.Offset }

func (s structs) buffers() (n int64, listed bool) { return s.NumBuffers, s.Buffers != nil }

func (s structs) buffer(i int) unsafe.Pointer { return s.Buffer(i) }

// room is whatever is wanted: C does not say.
func (s structs) room(int) int64 { return maxBytes }

func (s structs) children() (n int64, listed bool) { return s.NumChildren, s.Children != nil }

func (s structs) child(i int) given { return structOf(s.Child(i)) }

func (s structs) values() given { return structOf(s.Dictionary) }

func structOf(a *carrow.Array) given {
	if a == nil {
		return nil
	}
	return structs{a}
}
