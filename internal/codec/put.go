package codec

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// From these sizes on, memory is lent to the call instead of copied into the
// frame. Below, the copy costs less than pinning does: 50 ns, or about 4 KiB.
const (
	lendBytes = wire.Bulk
	lendWords = lendBytes / 8
)

// PutHeader writes the header of a call into f.In.
func PutHeader(f *wire.Frame, npos, nkw int, kwnames uintptr) {
	h := f.In[:wire.HeaderSize]
	binary.NativeEndian.PutUint32(h, uint32(npos))
	binary.NativeEndian.PutUint32(h[4:], uint32(nkw))
	binary.NativeEndian.PutUint64(h[8:], uint64(kwnames))
}

func putTag(f *wire.Frame, t wire.Tag) { f.In = append(f.In, byte(t)) }

func putWord(f *wire.Frame, t wire.Tag, v uint64) {
	n := len(f.In)
	if cap(f.In)-n < 9 {
		f.In = slices.Grow(f.In, 9)
	}
	f.In = f.In[:n+9]
	b := f.In[n : n+9]
	b[0] = byte(t)
	binary.NativeEndian.PutUint64(b[1:], v)
}

func putFloat(f *wire.Frame, v float64) { putWord(f, wire.Float, math.Float64bits(v)) }

func putBool(f *wire.Frame, v bool) {
	if v {
		putTag(f, wire.True)
	} else {
		putTag(f, wire.False)
	}
}

func putUint(f *wire.Frame, v uint64) {
	t := wire.Int
	if v > math.MaxInt64 {
		t = wire.Uint
	}
	putWord(f, t, v)
}

func putComplex(f *wire.Frame, v complex128) {
	putWord(f, wire.Complex, math.Float64bits(real(v)))
	f.In = binary.NativeEndian.AppendUint64(f.In, math.Float64bits(imag(v)))
}

func putRef(f *wire.Frame, t wire.Tag, p unsafe.Pointer, n int) {
	f.Pin(p)
	putWord(f, t, uint64(uintptr(p)))
	f.In = binary.NativeEndian.AppendUint64(f.In, uint64(n))
}

func putStr(f *wire.Frame, s string) error {
	if !isText(s) {
		return notText(s)
	}
	f.Copying(len(s))
	if len(s) >= lendBytes && !f.CopyIn {
		putRef(f, wire.StrRef, unsafe.Pointer(unsafe.StringData(s)), len(s))
		return nil
	}
	putWord(f, wire.Str, uint64(len(s)))
	f.In = append(f.In, s...)
	return nil
}

func notText(s string) error {
	return fault("valid UTF-8", "an invalid byte at offset "+strconv.Itoa(badByte(s)))
}

// badByte returns where s stops being UTF-8.
func badByte(s string) int {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return i
			}
		}
	}
	return len(s)
}

// putBytes writes bytes that may be lent.
func putBytes(f *wire.Frame, b []byte) {
	f.Copying(len(b))
	if len(b) >= lendBytes && !f.CopyIn {
		putRef(f, wire.BytesRef, unsafe.Pointer(unsafe.SliceData(b)), len(b))
		return
	}
	putWord(f, wire.Bytes, uint64(len(b)))
	f.In = append(f.In, b...)
}

func copyBytes(f *wire.Frame, b []byte) {
	f.Copying(len(b))
	putWord(f, wire.Bytes, uint64(len(b)))
	f.In = append(f.In, b...)
}

// extend adds n bytes to the frame, to be filled in.
func extend(f *wire.Frame, n int) []byte {
	f.Copying(n)
	at := len(f.In)
	f.In = slices.Grow(f.In, n)[:at+n]
	return f.In[at:]
}

// putCount writes the tag and count of a container. patchCount corrects the count.
func putCount(f *wire.Frame, t wire.Tag, n int) (where int) {
	putWord(f, t, uint64(n))
	return len(f.In) - 8
}

func patchCount(f *wire.Frame, where, n int) {
	binary.NativeEndian.PutUint64(f.In[where:], uint64(n))
}

// PutMissing stands for a keyword that is left out.
func PutMissing(f *wire.Frame) { putTag(f, wire.Missing) }

// PutPair begins a tuple of two.
func PutPair(f *wire.Frame) { putCount(f, wire.Tuple, 2) }

// PutBool writes a bool.
func PutBool(f *wire.Frame, b bool) { putBool(f, b) }

// PutNone writes None.
func PutNone(f *wire.Frame) { putTag(f, wire.None) }
