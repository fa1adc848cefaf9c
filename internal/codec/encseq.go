package codec

import (
	"encoding/binary"
	"math"
	"reflect"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// encSeq writes the n elements at p. With lend they may be lent to the call.
type encSeq func(f *wire.Frame, p unsafe.Pointer, n int, lend bool, tr trail) error

func unhashable(t reflect.Type) error { return fault("a hashable key", t.String()) }

func (b *encBuilder) slice(t reflect.Type) (encoder, error) {
	if isBytes(t) {
		return encBytes, nil
	}
	if b.key {
		return nil, unhashable(t)
	}
	seq, err := b.seq(t, wire.List)
	if err != nil {
		return nil, err
	}
	salt := saltOf(t)
	return func(f *wire.Frame, p unsafe.Pointer, tr trail) error {
		h := (*sliceHeader)(p)
		tr, err := tr.down(h.data, h.len, salt)
		if err != nil {
			return err
		}
		return seq(f, h.data, h.len, !f.CopyIn, tr)
	}, nil
}

func encBytes(f *wire.Frame, p unsafe.Pointer, _ trail) error {
	putBytes(f, *(*[]byte)(p))
	return nil
}

func (b *encBuilder) array(t reflect.Type) (encoder, error) {
	salt, n := saltOf(t), t.Len()
	if isBytes(t) {
		return func(f *wire.Frame, p unsafe.Pointer, _ trail) error {
			copyBytes(f, elems[byte](p, n))
			return nil
		}, nil
	}
	tag := wire.List
	if b.key {
		tag = wire.Tuple
	}
	seq, err := b.seq(t, tag)
	if err != nil {
		return nil, err
	}
	return func(f *wire.Frame, p unsafe.Pointer, tr trail) error {
		tr, err := tr.down(p, n, salt)
		if err != nil {
			return err
		}
		return seq(f, p, n, false, tr)
	}, nil
}

// isBytes reports whether slices and arrays of t's element are bytes.
func isBytes(t reflect.Type) bool { return t.Elem().Kind() == reflect.Uint8 && isPlain(t.Elem()) }

// isPlain reports whether a type is nothing but its kind, in both directions.
func isPlain(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return !hasMeaning(t) && !Lent(p) && !p.Implements(textType) && !p.Implements(parserType)
}

func (b *encBuilder) seq(t reflect.Type, tag wire.Tag) (encSeq, error) {
	e := t.Elem()
	if seq := seqNumbers(e.Kind()); seq != nil && tag == wire.List && isPlain(e) {
		return seq, nil
	}
	enc, err := b.plan(e)
	if err != nil {
		return nil, at("[]", err)
	}
	return seqOf(tag, enc, e.Size()), nil
}

// seqOf writes elements one by one.
func seqOf(tag wire.Tag, enc encoder, size uintptr) encSeq {
	return func(f *wire.Frame, p unsafe.Pointer, n int, _ bool, tr trail) error {
		putCount(f, tag, n)
		for i := range n {
			if err := enc(f, unsafe.Add(p, uintptr(i)*size), tr); err != nil {
				return atIndex(i, err)
			}
		}
		return nil
	}
}

// seqNumbers returns how numbers of a kind are packed.
func seqNumbers(k reflect.Kind) encSeq {
	switch k {
	case reflect.Float64:
		return seqWords(wire.Floats, wire.FloatsRef)
	case reflect.Float32:
		return seqFloat32
	case reflect.Int64:
		return seqWords(wire.Ints, wire.IntsRef)
	case reflect.Int:
		return seqInt
	case reflect.Int32:
		return seqWiden[int32]
	case reflect.Int16:
		return seqWiden[int16]
	case reflect.Int8:
		return seqWiden[int8]
	case reflect.Uint32:
		return seqWiden[uint32]
	case reflect.Uint16:
		return seqWiden[uint16]
	case reflect.Uint64:
		return seqUnsigned[uint64]
	case reflect.Uint:
		return seqUnsigned[uint]
	case reflect.Uintptr:
		return seqUnsigned[uintptr]
	}
	return nil
}

// seqWords packs elements that are words already.
func seqWords(tag, ref wire.Tag) encSeq {
	return func(f *wire.Frame, p unsafe.Pointer, n int, lend bool, _ trail) error {
		f.Copying(8 * n)
		if lend && n >= lendWords {
			putRef(f, ref, p, n)
			return nil
		}
		putCount(f, tag, n)
		f.In = append(f.In, elems[byte](p, 8*n)...)
		return nil
	}
}

var seqInt64 = seqWords(wire.Ints, wire.IntsRef)

func seqInt(f *wire.Frame, p unsafe.Pointer, n int, lend bool, tr trail) error {
	if unsafe.Sizeof(int(0)) == 8 {
		return seqInt64(f, p, n, lend, tr)
	}
	return seqWiden[int](f, p, n, lend, tr)
}

func seqFloat32(f *wire.Frame, p unsafe.Pointer, n int, _ bool, _ trail) error {
	putCount(f, wire.Floats, n)
	b := extend(f, 8*n)
	for i, v := range elems[float32](p, n) {
		binary.NativeEndian.PutUint64(b[8*i:], math.Float64bits(float64(v)))
	}
	return nil
}

func seqWiden[T signed | unsigned](f *wire.Frame, p unsafe.Pointer, n int, _ bool, _ trail) error {
	putCount(f, wire.Ints, n)
	b := extend(f, 8*n)
	for i, v := range elems[T](p, n) {
		binary.NativeEndian.PutUint64(b[8*i:], uint64(int64(v)))
	}
	return nil
}

// seqUnsigned packs if no element is above the largest int64.
func seqUnsigned[T uint | uint64 | uintptr](f *wire.Frame, p unsafe.Pointer, n int, lend bool, tr trail) error {
	s := elems[T](p, n)
	var all T
	for _, v := range s {
		all |= v
	}
	if uint64(all) <= math.MaxInt64 {
		return seqWiden[T](f, p, n, lend, tr)
	}
	putCount(f, wire.List, n)
	for _, v := range s {
		putUint(f, uint64(v))
	}
	return nil
}
