package columns

import (
	"math"
	"strconv"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// Lending makes messages of values whose memory Python is to see. What it lent for a call
// that could not be written is its own to take back.
type Lending interface {
	// Tensor describes a tensor; dims are its shape and its strides, good during the call.
	Tensor(h *wire.TensorHead, dims []int) (*snakepitv1.Tensor, error)
	// Arrow describes the Arrow value that a hold keeps; hold is its address.
	Arrow(kind capsule.Kind, hold uintptr) (*snakepitv1.Arrow, error)
}

// Writer writes values for a child. It is to be used again, one call after the other; not
// safe for concurrent use, and not to be copied after the first.
type Writer struct {
	// Lending is asked for tensors and Arrow values. Without it they are errors.
	Lending Lending

	data   snakepitv1.Data
	reader wire.Reader
}

// Data returns what was written since Reset. Its texts and bytes are the memory that they
// were written from, that of the frame and what it lends: Data is good until the frame is
// recycled or Reset called.
func (w *Writer) Data() *snakepitv1.Data { return &w.data }

// Arguments writes the values of a call: all that a frame's In holds. The keywords are
// those whose names In leaves out, for errors; others may be nil. An error is a
// *value.ConversionError whose path begins with the argument, or what Lending says.
func (w *Writer) Arguments(in []byte, keywords []string) error {
	if at, err := w.write(in[wire.HeaderSize:]); err != nil {
		return located(err, func() string { return argumentPath(in, at, keywords) })
	}
	return nil
}

// Value writes one value: what In holds after its header when no call is in it. The path
// of an error begins with path.
func (w *Writer) Value(in []byte, path string) error {
	if at, err := w.write(in); err != nil {
		return located(err, func() string { return valuePath(in, at, path) })
	}
	return nil
}

// write goes over all values; at is where one is that failed.
func (w *Writer) write(in []byte) (at int, err error) {
	r := &w.reader
	r.Start(&wire.Ret{Tag: wire.Encoded, Buf: in})
	for r.Rest() > 0 {
		at = r.Pos()
		if err := w.next(r, r.Tag()); err != nil {
			return at, err
		}
	}
	return 0, nil
}

// next writes a tag and what belongs to it, but for the values in a container.
func (w *Writer) next(r *wire.Reader, t wire.Tag) error {
	d := &w.data
	switch t {
	case wire.None:
		w.tag(snakepitv1.Tag_NONE)
	case wire.False:
		w.tag(snakepitv1.Tag_FALSE)
	case wire.True:
		w.tag(snakepitv1.Tag_TRUE)
	case wire.Int:
		v, _ := r.Word()
		w.tag(snakepitv1.Tag_INT)
		d.Ints = append(d.Ints, int64(v))
	case wire.Float:
		w.tag(snakepitv1.Tag_FLOAT)
		w.float(r)
	case wire.Str, wire.StrRef:
		b, _ := r.Bytes(t)
		w.tag(snakepitv1.Tag_STR)
		d.Texts = append(d.Texts, unsafe.String(unsafe.SliceData(b), len(b)))
	case wire.Bytes, wire.BytesRef:
		w.blob(r, t, snakepitv1.Tag_BYTES)
	case wire.List:
		return w.container(r, snakepitv1.Tag_LIST)
	case wire.Tuple:
		return w.container(r, snakepitv1.Tag_TUPLE)
	case wire.Dict:
		return w.container(r, snakepitv1.Tag_DICT)
	default:
		return w.rare(r, t)
	}
	return sound(r)
}

func (w *Writer) rare(r *wire.Reader, t wire.Tag) error {
	switch t {
	case wire.Set:
		return w.container(r, snakepitv1.Tag_SET)
	case wire.FrozenSet:
		return w.container(r, snakepitv1.Tag_FROZEN_SET)
	case wire.Floats, wire.FloatsRef, wire.Ints, wire.IntsRef:
		return w.numbers(r, t)
	case wire.Uint:
		w.unsigned(r)
	case wire.BigInt:
		w.blob(r, t, snakepitv1.Tag_BIG_INT)
	case wire.Complex:
		w.tag(snakepitv1.Tag_COMPLEX)
		w.float(r)
		w.float(r)
	case wire.Missing:
		w.tag(snakepitv1.Tag_MISSING)
	case wire.Ext:
		return w.kind(r)
	case wire.Tensor:
		return w.tensor(r)
	case wire.Arrow:
		return w.arrow(r)
	case wire.Object:
		return &value.ConversionError{
			Want: "a value that can travel to another process",
			Got:  "an Object, which stays in the process it was made in",
		}
	default:
		return r.Garbled()
	}
	return sound(r)
}

func sound(r *wire.Reader) error {
	if r.Bad() {
		return wire.ErrGarbled
	}
	return nil
}

func (w *Writer) tag(t snakepitv1.Tag) { w.data.Tags = append(w.data.Tags, byte(t)) }

func (w *Writer) float(r *wire.Reader) {
	bits, _ := r.Word()
	w.data.Floats = append(w.data.Floats, math.Float64frombits(bits))
}

func (w *Writer) blob(r *wire.Reader, from wire.Tag, to snakepitv1.Tag) {
	b, _ := r.Bytes(from)
	w.tag(to)
	w.data.Blobs = append(w.data.Blobs, b)
}

// unsigned writes a uint64 above the largest int64.
func (w *Writer) unsigned(r *wire.Reader) {
	v, _ := r.Word()
	b := make([]byte, 9) // the last byte is the sign
	for i := range 8 {
		b[i] = byte(v >> (8 * i))
	}
	w.tag(snakepitv1.Tag_BIG_INT)
	w.data.Blobs = append(w.data.Blobs, b)
}

// container writes the head of n values, or of n pairs.
func (w *Writer) container(r *wire.Reader, to snakepitv1.Tag) error {
	n, _ := r.Count(1)
	w.tag(to)
	return w.count(r, n)
}

func (w *Writer) count(r *wire.Reader, n int) error {
	if n > math.MaxUint32 {
		return &value.ConversionError{Want: "at most 4294967295 elements", Got: strconv.Itoa(n)}
	}
	w.data.Counts = append(w.data.Counts, uint32(n))
	return sound(r)
}

// numbers writes numbers that lie side by side, in one step.
func (w *Writer) numbers(r *wire.Reader, t wire.Tag) error {
	p, n, _ := r.Words(t)
	if err := w.count(r, n); err != nil {
		return err
	}
	if t == wire.Floats || t == wire.FloatsRef {
		w.tag(snakepitv1.Tag_FLOATS)
		w.data.Floats = append(w.data.Floats, unsafe.Slice((*float64)(p), n)...)
	} else {
		w.tag(snakepitv1.Tag_INTS)
		w.data.Ints = append(w.data.Ints, unsafe.Slice((*int64)(p), n)...)
	}
	return nil
}
