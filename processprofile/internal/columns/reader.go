package columns

import (
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// Borrowing makes Go's view of memory that a child lends.
type Borrowing interface {
	// Tensor returns the head of a tensor and its shape and strides, NDim of each in one
	// slice. Its owner is the result's from then on. The message is the child's: nothing
	// in it is checked yet.
	Tensor(t *snakepitv1.Tensor) (h wire.TensorHead, dims []int, err error)
	// Arrow returns what a program gets in place of an object with Arrow data; it has the
	// method Release. The message is as unchecked.
	Arrow(a *snakepitv1.Arrow) (any, error)
}

// Reader reads what a child sent, of which nothing is believed. It is to be used again, one
// value after the other; not safe for concurrent use.
type Reader struct {
	// Borrowing is asked for tensors and Arrow data. Without it they are errors.
	Borrowing Borrowing

	data *snakepitv1.Data
	buf  []byte

	// How far each column was read.
	tags, counts, ints, floats, texts, blobs, tensors, arrows int

	outer   []int // how many values are yet to come in the containers around this one
	pending int   // and in this one
	payload snakepitv1.Tag
}

// Read reads the one value that data holds: a lone None, bool, int or float into the tag and
// bits of ret, any other into its Buf, which is appended to to. Long texts, bytes and
// numbers stay where they are: what reads ret must keep data alive.
//
// An error wraps wire.ErrGarbled if the child broke the rules; otherwise it is Borrowing's.
// After one, ret is empty and the tensors are released.
func (r *Reader) Read(data *snakepitv1.Data, to []byte, ret *wire.Ret) error {
	*ret = wire.Ret{}
	if lone(data, ret) {
		return nil
	}
	*r = Reader{Borrowing: r.Borrowing, data: data, buf: to, outer: r.outer[:0], pending: 1}
	err := r.values()
	if err == nil {
		err = r.complete()
	}
	buf := r.buf
	r.data, r.buf = nil, nil
	if err != nil {
		drop(buf[len(to):])
		return err
	}
	ret.Tag, ret.Buf = wire.Encoded, buf[len(to):]
	return nil
}

// Result is Read into a frame, which keeps data until the result is given back.
func (r *Reader) Result(data *snakepitv1.Data, f *wire.Frame) error {
	if err := r.Read(data, f.Out[:0], &f.Ret); err != nil {
		return err
	}
	f.Keep = data
	if b := f.Ret.Buf; cap(b) > len(f.Out) && cap(b) <= keepOut {
		f.Out = b[:cap(b)]
	}
	return nil
}

// keepOut is the size in bytes up to which a frame keeps the memory that a result needed.
const keepOut = 64 << 10

// lone reads what needs no memory.
func lone(d *snakepitv1.Data, ret *wire.Ret) bool {
	if d == nil || len(d.Tags) != 1 {
		return false
	}
	others := len(d.Counts) + len(d.Texts) + len(d.Blobs) + len(d.Tensors) + len(d.Arrows)
	ints, floats := len(d.Ints), len(d.Floats)
	switch t := snakepitv1.Tag(d.Tags[0]); {
	case others > 0:
		return false
	case t <= snakepitv1.Tag_TRUE && ints+floats == 0:
		ret.Tag = wire.None + wire.Tag(t)
	case t == snakepitv1.Tag_INT && ints == 1 && floats == 0:
		ret.Tag, ret.Bits = wire.Int, uint64(d.Ints[0])
	case t == snakepitv1.Tag_FLOAT && floats == 1 && ints == 0:
		ret.Tag, ret.Bits = wire.Float, math.Float64bits(d.Floats[0])
	default:
		return false
	}
	return true
}

func drop(written []byte) {
	r := start(written)
	r.Borrowed = false
	r.Drop()
}

func garbled(format string, args ...any) error {
	return fmt.Errorf("%w: %s", wire.ErrGarbled, fmt.Sprintf(format, args...))
}

// values reads all tags. A tag is one value of the container at hand, which ends when none
// is pending.
func (r *Reader) values() error {
	if r.data == nil {
		return garbled("no value was sent")
	}
	for ; r.tags < len(r.data.Tags); r.tags++ {
		r.ascend()
		if r.pending == 0 {
			return garbled("more than one value was sent")
		}
		r.pending--
		if err := r.next(snakepitv1.Tag(r.data.Tags[r.tags])); err != nil {
			return err
		}
	}
	return nil
}

// ascend leaves the containers that are complete.
func (r *Reader) ascend() {
	for r.pending == 0 && len(r.outer) > 0 {
		last := len(r.outer) - 1
		r.pending, r.outer = r.outer[last], r.outer[:last]
	}
}

// complete checks that all that was announced came, and nothing else.
func (r *Reader) complete() error {
	d := r.data
	r.ascend()
	switch {
	case r.pending > 0:
		return garbled("a value ends before its time")
	case r.counts < len(d.Counts), r.ints < len(d.Ints), r.floats < len(d.Floats), r.texts < len(d.Texts),
		r.blobs < len(d.Blobs), r.tensors < len(d.Tensors), r.arrows < len(d.Arrows):
		return garbled("columns hold more than the value")
	}
	return nil
}

// next reads what a tag says, but for the values in a container.
func (r *Reader) next(t snakepitv1.Tag) error {
	if r.payload != 0 && t != r.payload {
		return garbled("%v where %v is to follow", t, r.payload)
	}
	r.payload = 0
	switch t {
	case snakepitv1.Tag_NONE, snakepitv1.Tag_FALSE, snakepitv1.Tag_TRUE:
		r.buf = append(r.buf, byte(wire.None)+byte(t))
		return nil
	case snakepitv1.Tag_INT:
		return r.int()
	case snakepitv1.Tag_FLOAT:
		r.buf = append(r.buf, byte(wire.Float))
		return r.float()
	case snakepitv1.Tag_STR:
		return r.text()
	case snakepitv1.Tag_LIST:
		return r.container(wire.List, 1)
	case snakepitv1.Tag_TUPLE:
		return r.container(wire.Tuple, 1)
	case snakepitv1.Tag_DICT:
		return r.container(wire.Dict, 2)
	case snakepitv1.Tag_SET:
		return r.container(wire.Set, 1)
	case snakepitv1.Tag_FROZEN_SET:
		return r.container(wire.FrozenSet, 1)
	}
	return r.rare(t)
}

func (r *Reader) rare(t snakepitv1.Tag) error {
	switch t {
	case snakepitv1.Tag_BYTES:
		return r.blob(wire.Bytes)
	case snakepitv1.Tag_BIG_INT:
		return r.blob(wire.BigInt)
	case snakepitv1.Tag_COMPLEX:
		r.buf = append(r.buf, byte(wire.Complex))
		if err := r.float(); err != nil {
			return err
		}
		return r.float()
	case snakepitv1.Tag_FLOATS:
		return r.floatList()
	case snakepitv1.Tag_INTS:
		return r.intList()
	case snakepitv1.Tag_FIELDS:
		return r.fields()
	case snakepitv1.Tag_MISSING:
		return r.missing()
	case snakepitv1.Tag_TENSOR:
		return r.tensor()
	case snakepitv1.Tag_ARROW:
		return r.arrow()
	}
	return r.kind(t)
}

func (r *Reader) put(t wire.Tag, word uint64) {
	r.buf = binary.NativeEndian.AppendUint64(append(r.buf, byte(t)), word)
}

func (r *Reader) int() error {
	if r.ints == len(r.data.Ints) {
		return garbled("an int is missing")
	}
	r.put(wire.Int, uint64(r.data.Ints[r.ints]))
	r.ints++
	return nil
}

func (r *Reader) float() error {
	if r.floats == len(r.data.Floats) {
		return garbled("a float is missing")
	}
	r.buf = binary.NativeEndian.AppendUint64(r.buf, math.Float64bits(r.data.Floats[r.floats]))
	r.floats++
	return nil
}

func (r *Reader) text() error {
	if r.texts == len(r.data.Texts) {
		return garbled("a text is missing")
	}
	s := r.data.Texts[r.texts]
	r.texts++
	if len(s) >= wire.Bulk {
		r.ref(wire.StrRef, unsafe.Pointer(unsafe.StringData(s)), len(s))
		return nil
	}
	r.put(wire.Str, uint64(len(s)))
	r.buf = append(r.buf, s...)
	return nil
}

func (r *Reader) blob(t wire.Tag) error {
	if r.blobs == len(r.data.Blobs) {
		return garbled("bytes are missing")
	}
	b := r.data.Blobs[r.blobs]
	r.blobs++
	if len(b) >= wire.Bulk && t == wire.Bytes {
		r.ref(wire.BytesRef, unsafe.Pointer(unsafe.SliceData(b)), len(b))
		return nil
	}
	r.put(t, uint64(len(b)))
	r.buf = append(r.buf, b...)
	return nil
}

// ref writes where n elements lie, in memory of the message.
func (r *Reader) ref(t wire.Tag, p unsafe.Pointer, n int) {
	r.put(t, uint64(uintptr(p)))
	r.buf = binary.NativeEndian.AppendUint64(r.buf, uint64(n))
}
