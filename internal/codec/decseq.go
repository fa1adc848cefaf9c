package codec

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// seqHead is the beginning of a list, tuple or set: its length, and where its
// elements are if they are packed.
type seqHead struct {
	tag   wire.Tag
	n     int
	words unsafe.Pointer
}

func isPacked(t wire.Tag) bool {
	return t == wire.Floats || t == wire.Ints || t == wire.FloatsRef || t == wire.IntsRef
}

// element returns the tag of packed elements.
func (h *seqHead) element() wire.Tag {
	if h.tag == wire.Floats || h.tag == wire.FloatsRef {
		return wire.Float
	}
	return wire.Int
}

// readSeq reads the beginning of a sequence, or of a set if one will do.
func readSeq(r *wire.Reader, set bool, t reflect.Type) (h seqHead, err error) {
	h.tag = r.Peek()
	var ok bool
	switch {
	case isPacked(h.tag):
		r.Tag()
		h.words, h.n, ok = r.Words(h.tag)
	case h.tag == wire.List, h.tag == wire.Tuple, set && (h.tag == wire.Set || h.tag == wire.FrozenSet):
		r.Tag()
		h.n, ok = r.Count(1)
	default:
		return h, mismatch(r, t.String())
	}
	if !ok {
		return h, r.Garbled()
	}
	return h, nil
}

func (b *decBuilder) slice(t reflect.Type) (DecodeFunc, error) {
	if isBytes(t) {
		return decBytes(t), nil
	}
	elem, err := b.plan(t.Elem())
	if err != nil {
		return nil, at("[]", err)
	}
	s := seqDecoder{elem: elem, size: t.Elem().Size(), words: wordsOf(t.Elem())}
	return func(r *wire.Reader, p unsafe.Pointer) error {
		h, err := readSeq(r, true, t)
		if err != nil {
			return err
		}
		if h.words != nil && h.element() == s.words {
			if s := (*[]uint64)(p); h.n > 0 && cap(*s) >= h.n {
				*s = append((*s)[:0], elems[uint64](h.words, h.n)...)
			} else {
				*s = cloneWords(h.words, h.n)
			}
			return nil
		}
		data := reflect.MakeSlice(t, h.n, h.n).UnsafePointer()
		if err := s.fill(r, data, h); err != nil {
			return err
		}
		*(*sliceHeader)(p) = sliceHeader{data, h.n, h.n}
		return nil
	}, nil
}

func (b *decBuilder) array(t reflect.Type) (DecodeFunc, error) {
	if isBytes(t) {
		return decByteArray(t), nil
	}
	elem, err := b.plan(t.Elem())
	if err != nil {
		return nil, at("[]", err)
	}
	s := seqDecoder{elem: elem, size: t.Elem().Size()}
	return func(r *wire.Reader, p unsafe.Pointer) error {
		h, err := readSeq(r, false, t)
		if err != nil {
			return err
		}
		if h.n != t.Len() {
			return fault(t.String(), sized(h.tag, uint64(h.n)))
		}
		return s.fill(r, p, h)
	}, nil
}

// wordsOf returns the tag of the packed elements that are a type's own memory.
func wordsOf(t reflect.Type) wire.Tag {
	switch {
	case t.Size() != 8 || !isPlain(t):
		return wire.None
	case t.Kind() == reflect.Float64:
		return wire.Float
	case t.Kind() == reflect.Int64 || t.Kind() == reflect.Int:
		return wire.Int
	}
	return wire.None
}

// cloneWords copies into memory that nobody clears first.
func cloneWords(p unsafe.Pointer, n int) []uint64 {
	src := elems[uint64](p, n)
	s := make([]uint64, len(src))
	copy(s, src)
	return s
}

// seqDecoder reads elements into memory.
type seqDecoder struct {
	elem  DecodeFunc
	size  uintptr
	words wire.Tag
}

func (s *seqDecoder) fill(r *wire.Reader, p unsafe.Pointer, h seqHead) error {
	if h.words != nil {
		return s.unpack(p, h)
	}
	if !r.Enter() {
		return tooDeep()
	}
	for i := range h.n {
		if err := s.elem(r, unsafe.Add(p, uintptr(i)*s.size)); err != nil {
			return atIndex(i, err)
		}
	}
	r.Leave()
	return nil
}

// unpack gives each packed element to the decoder as a value of its own.
func (s *seqDecoder) unpack(p unsafe.Pointer, h seqHead) error {
	ret := wire.Ret{Tag: h.element()}
	for i, w := range elems[uint64](h.words, h.n) {
		ret.Bits = w
		r := wire.NewReader(&ret)
		if err := s.elem(hide(&r), unsafe.Add(p, uintptr(i)*s.size)); err != nil {
			return atIndex(i, err)
		}
	}
	return nil
}

// readBytes reads bytes as memory of the call.
func readBytes(r *wire.Reader, t reflect.Type) ([]byte, error) {
	tag := r.Peek()
	if tag != wire.Bytes && tag != wire.BytesRef {
		return nil, mismatch(r, t.String())
	}
	r.Tag()
	b, ok := r.Bytes(tag)
	if !ok {
		return nil, r.Garbled()
	}
	return b, nil
}

// reuse makes *to a copy of b, in the memory that *to has if that is enough.
func reuse(to *[]byte, b []byte) {
	if len(b) > 0 && cap(*to) >= len(b) {
		*to = append((*to)[:0], b...)
		return
	}
	*to = cloneBytes(b)
}

func decBytes(t reflect.Type) DecodeFunc {
	return func(r *wire.Reader, p unsafe.Pointer) error {
		b, err := readBytes(r, t)
		if err != nil {
			return err
		}
		reuse((*[]byte)(p), b)
		return nil
	}
}

func decByteArray(t reflect.Type) DecodeFunc {
	n := t.Len()
	return func(r *wire.Reader, p unsafe.Pointer) error {
		b, err := readBytes(r, t)
		if err != nil {
			return err
		}
		if len(b) != n {
			return fault(t.String(), fmt.Sprintf("bytes of %d", len(b)))
		}
		copy(elems[byte](p, n), b)
		return nil
	}
}
