package wire

import (
	"encoding/binary"
	"errors"
	"unsafe"
)

// ErrGarbled says that the bytes of a result follow no format: a bug of the side
// that wrote them, or memory that was overwritten.
var ErrGarbled = errors.New("snakepit: result is garbled")

// MaxDepth is how deep values may nest, in either direction.
const MaxDepth = 1000

// Reader reads the values of one result in order. It is a struct to keep on the
// stack, not safe for concurrent use, and it does not outlive the result.
//
// A method that reads returns false where the bytes end or make no sense; from
// then on the reader is bad, and [Reader.Drop] reads no further.
type Reader struct {
	NewObject func(handle uintptr) any // as in [Ret]
	Untrusted bool                     // addresses in the bytes are refused, because nobody vouches for them
	Borrowed  bool                     // objects are not the reader's to release

	buf   []byte
	off   int
	depth int
	lone  loneState
	tag   Tag    // of the lone scalar
	bits  uint64 // of the lone scalar
	bad   bool
	made  []any // the objects handed out so far
	dicts int
	names *names

	traffic *Traffic // of the frame; nil where nobody counts
	dims    []int    // of the last tensor; on the heap, or the reader would be
}

// loneState tells how much of a scalar without a buffer has been read.
type loneState byte

const (
	loneRead loneState = iota // all, or there is none
	loneBits                  // the tag
	loneTag                   // nothing
)

// NewReader returns a reader of one result.
func NewReader(ret *Ret) (r Reader) {
	r.Start(ret)
	return r
}

// Start is NewReader in place: it makes r a reader of one result, whatever r read
// before. Untrusted and Borrowed stay.
func (r *Reader) Start(ret *Ret) {
	r.off, r.depth, r.dicts, r.bad, r.lone = 0, 0, 0, false, loneRead
	r.forget()
	if ret.Tag == Encoded {
		r.buf, r.NewObject = ret.Buf, ret.NewObject
		return
	}
	if r.buf != nil {
		r.buf = nil
	}
	r.tag, r.bits, r.lone = ret.Tag, ret.Bits, loneTag
}

// forget keeps no object, but the room for the next ones.
func (r *Reader) forget() {
	if len(r.made) > 0 {
		clear(r.made)
		r.made = r.made[:0]
	}
}

// Garbled marks the reader bad and returns [ErrGarbled].
func (r *Reader) Garbled() error {
	r.bad = true
	return ErrGarbled
}

// Bad reports whether the bytes have made no sense somewhere.
func (r *Reader) Bad() bool { return r.bad }

// Rest returns how many bytes are left, or 1 for a scalar without a buffer.
func (r *Reader) Rest() int { return len(r.buf) - r.off + int(r.lone>>1) }

// Pos returns where the reader is, for [Reader.Seek].
func (r *Reader) Pos() int { return r.off }

// Seek goes back to a place where the reader was.
func (r *Reader) Seek(pos int) { r.off = pos }

// Enter counts one level of nesting; false says that it is one too many.
func (r *Reader) Enter() bool {
	r.depth++
	return r.depth <= MaxDepth
}

// Leave ends a level that Enter began.
func (r *Reader) Leave() { r.depth-- }

// Peek returns the tag of the next value, or Encoded where there is none.
func (r *Reader) Peek() Tag {
	if r.off < len(r.buf) {
		return Tag(r.buf[r.off])
	}
	return r.peekLone()
}

func (r *Reader) peekLone() Tag {
	if r.lone == loneTag {
		return r.tag
	}
	return Encoded
}

// PeekKind returns the kind of the next value, which is an Ext.
func (r *Reader) PeekKind() (Kind, bool) {
	if r.off+1 < len(r.buf) {
		return Kind(r.buf[r.off+1]), true
	}
	return 0, false
}

// PeekWord returns the word after the next tag, if there is one.
func (r *Reader) PeekWord() (uint64, bool) {
	if len(r.buf)-r.off >= 9 {
		return binary.NativeEndian.Uint64(r.buf[r.off+1:]), true
	}
	return r.bits, r.lone == loneTag
}

// Tag reads a tag, or returns Encoded where there is none.
func (r *Reader) Tag() Tag {
	if r.off < len(r.buf) {
		r.off++
		return Tag(r.buf[r.off-1])
	}
	return r.tagLone()
}

func (r *Reader) tagLone() Tag {
	if r.lone != loneTag {
		r.bad = true
		return Encoded
	}
	r.lone = loneRead
	if r.tag == Int || r.tag == Float {
		r.lone = loneBits
	}
	return r.tag
}

// Kind reads the kind of an Ext after its tag.
func (r *Reader) Kind() (Kind, bool) {
	if r.off < len(r.buf) {
		r.off++
		return Kind(r.buf[r.off-1]), true
	}
	r.bad = true
	return 0, false
}

// Word reads the eight bytes after a tag.
func (r *Reader) Word() (uint64, bool) {
	if b := r.buf[r.off:]; len(b) >= 8 {
		r.off += 8
		return binary.NativeEndian.Uint64(b), true
	}
	return r.wordLone()
}

func (r *Reader) wordLone() (uint64, bool) {
	if r.lone == loneBits {
		r.lone = loneRead
		return r.bits, true
	}
	r.bad = true
	return 0, false
}

// Take reads a value of a tag and a word if the next one has that tag. False
// says that it has another, and that nothing was read.
func (r *Reader) Take(t Tag) (uint64, bool) {
	if b := r.buf[r.off:]; len(b) > 8 && b[0] == byte(t) {
		r.off += 9
		return binary.NativeEndian.Uint64(b[1:]), true
	}
	return r.takeLone(t)
}

func (r *Reader) takeLone(t Tag) (uint64, bool) {
	if r.lone != loneTag || r.tag != t {
		return 0, false
	}
	r.lone = loneRead
	return r.bits, true
}

// Count reads the number of values that follow, each of which takes at least
// size bytes. A number that the rest cannot hold is refused.
func (r *Reader) Count(size int) (int, bool) {
	n, ok := r.Word()
	if !ok || n > uint64(len(r.buf)-r.off)/uint64(size) {
		r.bad = true
		return 0, false
	}
	return int(n), true
}

// Bytes reads what follows the tag t, one of Str, Bytes, BigInt, StrRef and
// BytesRef. The result is memory of the call: copy it.
func (r *Reader) Bytes(t Tag) ([]byte, bool) {
	if t == StrRef || t == BytesRef {
		p, n, ok := r.ref(1)
		r.copying(n)
		return unsafe.Slice((*byte)(p), n), ok
	}
	n, ok := r.Count(1)
	r.copying(n)
	b := r.buf[r.off : r.off+n]
	r.off += n
	return b, ok
}

// TakeStr reads a string if the next value is one; otherwise it reads nothing.
// The result is memory of the call: copy it.
func (r *Reader) TakeStr() ([]byte, bool) {
	b := r.buf[r.off:]
	if len(b) < 9 || b[0] != byte(Str) {
		return r.takeStrRef()
	}
	n := binary.NativeEndian.Uint64(b[1:])
	if b = b[9:]; n > uint64(len(b)) {
		r.bad = true
		return nil, false
	}
	r.off += 9 + int(n)
	r.copying(int(n))
	return b[:n], true
}

func (r *Reader) takeStrRef() ([]byte, bool) {
	if r.Peek() != StrRef {
		return nil, false
	}
	r.off++
	return r.Bytes(StrRef)
}

// Words reads what follows the tag t, one of Floats, Ints, FloatsRef and
// IntsRef: the address of n words of eight bytes, which need not be aligned and
// are memory of the call.
func (r *Reader) Words(t Tag) (p unsafe.Pointer, n int, ok bool) {
	if t == FloatsRef || t == IntsRef {
		p, n, ok = r.ref(8)
		r.copying(8 * n)
		return p, n, ok
	}
	if n, ok = r.Count(8); !ok {
		return nil, 0, false
	}
	r.copying(8 * n)
	p = unsafe.Pointer(unsafe.SliceData(r.buf[r.off:]))
	r.off += 8 * n
	return p, n, true
}

// ref reads an address and a count of elements of a size.
func (r *Reader) ref(size uint64) (unsafe.Pointer, int, bool) {
	addr, ok := r.Word()
	n, ok2 := r.Word()
	if !ok || !ok2 || r.Untrusted || n > 1<<47/size || addr == 0 && n > 0 {
		r.bad = true
		return nil, 0, false
	}
	return *(*unsafe.Pointer)(unsafe.Pointer(&addr)), int(n), true
}

// Arrow reads what follows the tag: a capsule.Kind and the address of a hold.
func (r *Reader) Arrow() (kind byte, hold uint64, ok bool) {
	if r.off < len(r.buf) {
		kind, r.off = r.buf[r.off], r.off+1
	}
	hold, ok = r.Word()
	return kind, hold, ok
}

// Object reads the handle after the tag Object and makes an object of it.
func (r *Reader) Object() (any, bool) {
	h, ok := r.Word()
	if !ok || r.NewObject == nil {
		r.bad = true
		return nil, false
	}
	o := r.NewObject(uintptr(h))
	r.made = append(r.made, o)
	return o, true
}
