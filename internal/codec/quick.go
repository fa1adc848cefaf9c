package codec

import (
	"encoding/binary"
	"reflect"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// quick says how a struct's field is read and written without a call of its
// encoder or decoder, which is most of what a short field costs.
type quick byte

const (
	slow     quick = iota // call
	quickInt              // an int of 64 bits
	quickFlt              // a float64
	quickStr              // a string that need not be lent
	quickBool
)

// quickOf returns slow for fields that may be left out or are not in the struct
// itself.
func quickOf(fd *field) quick {
	if fd.omit || len(fd.hops) > 0 || !isPlain(fd.typ) {
		return slow
	}
	switch fd.typ.Kind() {
	case reflect.Int, reflect.Int64:
		if fd.typ.Size() == 8 {
			return quickInt
		}
	case reflect.Float64:
		return quickFlt
	case reflect.String:
		return quickStr
	case reflect.Bool:
		return quickBool
	}
	return slow
}

// putQuick writes the fields from i on up to one that is slow or turns out to be,
// and returns its number.
func (s *structEncoder) putQuick(f *wire.Frame, p unsafe.Pointer, i int) int {
	b := f.In
	for ; i < len(s.fields); i++ {
		fd := &s.fields[i]
		q := unsafe.Add(p, fd.offset)
		switch fd.quick {
		case quickInt:
			b = appendWord(b, wire.Int, *(*uint64)(q))
			continue
		case quickFlt:
			b = appendWord(b, wire.Float, *(*uint64)(q))
			continue
		case quickBool:
			b = append(b, byte(wire.False)+*(*byte)(q))
			continue
		case quickStr:
			if t := *(*string)(q); len(t) < lendBytes && isText(t) {
				b = append(appendWord(b, wire.Str, uint64(len(t))), t...)
				continue
			}
		}
		break
	}
	f.In = b
	return i
}

func appendWord(b []byte, t wire.Tag, v uint64) []byte {
	return binary.NativeEndian.AppendUint64(append(b, byte(t)), v)
}

// takeQuick reads the fields from i on up to one that is slow or turns out to be,
// of which it reads nothing, and returns its number.
func (s *structDecoder) takeQuick(r *wire.Reader, p unsafe.Pointer, i int) int {
	for ; i < len(s.fields); i++ {
		fd := &s.fields[i]
		q := unsafe.Add(p, fd.offset)
		var ok bool
		switch fd.quick {
		case quickInt, quickFlt:
			var w uint64
			if w, ok = r.Take(fd.quick.tag()); ok {
				*(*uint64)(q) = w
			}
		case quickStr:
			var b []byte
			if b, ok = r.TakeStr(); ok {
				*(*string)(q) = string(b)
			}
		case quickBool:
			ok = takeBool(r, q)
		}
		if !ok {
			break
		}
	}
	return i
}

// tag returns the tag of the values of a word.
func (k quick) tag() wire.Tag {
	if k == quickInt {
		return wire.Int
	}
	return wire.Float
}

func takeBool(r *wire.Reader, p unsafe.Pointer) bool {
	t := r.Peek()
	if t != wire.False && t != wire.True {
		return false
	}
	r.Tag()
	*(*bool)(p) = t == wire.True
	return true
}
