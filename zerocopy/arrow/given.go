package zarrow

import (
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/capsule"
)

// given is one array of a producer: an ArrowArray, or what another process says of one.
// Nothing in it is checked.
type given interface {
	released() bool
	numbers() (length, nulls, offset int64)
	buffers() (n int64, listed bool)  // how many there are, and whether there is a list of them
	buffer(i int) unsafe.Pointer      // nil: left out
	room(i int) int64                 // how long a buffer is at the most
	children() (n int64, listed bool) // as buffers
	child(i int) given
	values() given // of a dictionary, or nil
}

// tree is an array of another process.
type tree struct{ *capsule.ArrayTree }

func (t tree) released() bool { return false }

func (t tree) numbers() (length, nulls, offset int64) { return t.Length, t.NullCount, t.Offset }

func (t tree) buffers() (n int64, listed bool) { return int64(len(t.Buffers)), true }

func (t tree) buffer(i int) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(t.Buffers[i])) }

func (t tree) room(i int) int64 { return int64(len(t.Buffers[i])) }

func (t tree) children() (n int64, listed bool) { return int64(len(t.Children)), true }

func (t tree) child(i int) given { return tree{&t.Children[i]} }

func (t tree) values() given {
	if t.Dictionary == nil {
		return nil
	}
	return tree{t.Dictionary}
}
