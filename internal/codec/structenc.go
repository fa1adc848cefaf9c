package codec

import (
	"reflect"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// structEncoder writes structs of one type.
type structEncoder struct {
	fields []encField
	salt   uint64
	omits  bool // some field may be left out
}

type encField struct {
	enc    encoder
	quick  quick
	empty  func(p unsafe.Pointer) bool // nil unless omitempty
	offset uintptr
	way    *field // nil if it takes no embedded pointer
	key    []byte // the name as a Str
	path   string
}

// place returns where the field of the struct at p is, nil if it is left out.
func (fd *encField) place(p unsafe.Pointer) unsafe.Pointer {
	q := unsafe.Add(p, fd.offset)
	if fd.way != nil {
		q = fd.way.find(p)
	}
	if q != nil && fd.empty != nil && fd.empty(q) {
		return nil
	}
	return q
}

func (b *encBuilder) structure(t reflect.Type) (encoder, error) {
	if b.key {
		return nil, unhashable(t)
	}
	fields, err := fieldsOf(t)
	if err != nil {
		return nil, err
	}
	s, err := b.structEncoder(t, fields)
	if err != nil {
		return nil, err
	}
	return s.dict, nil
}

func (b *encBuilder) structEncoder(t reflect.Type, fields []field) (*structEncoder, error) {
	s := &structEncoder{salt: saltOf(t), fields: make([]encField, len(fields))}
	for i := range fields {
		fd, e := &fields[i], &s.fields[i]
		enc, err := b.plan(fd.typ)
		if err != nil {
			return nil, at(fd.path, err)
		}
		*e = encField{enc: enc, quick: quickOf(fd), offset: fd.offset, key: keyBytes(fd.name), path: fd.path}
		if len(fd.hops) > 0 {
			e.way = fd
			s.omits = true
		}
		if fd.omit {
			e.empty = emptiness(fd.typ)
			s.omits = true
		}
	}
	return s, nil
}

// keyBytes returns a name as it is written in a dict.
func keyBytes(name string) []byte {
	f := wire.Frame{CopyIn: true}
	putWord(&f, wire.Str, uint64(len(name)))
	return append(f.In, name...)
}

// keywords writes the values alone.
func (s *structEncoder) keywords(f *wire.Frame, p unsafe.Pointer, tr trail) error {
	for i := s.putQuick(f, p, 0); i < len(s.fields); i = s.putQuick(f, p, i+1) {
		if err := s.fields[i].putOrMiss(f, p, tr); err != nil {
			return err
		}
	}
	return nil
}

func (fd *encField) putOrMiss(f *wire.Frame, p unsafe.Pointer, tr trail) error {
	q := fd.place(p)
	if q == nil {
		putTag(f, wire.Missing)
		return nil
	}
	if err := fd.enc(f, q, tr); err != nil {
		return at(fd.path, err)
	}
	return nil
}

func (s *structEncoder) dict(f *wire.Frame, p unsafe.Pointer, tr trail) error {
	tr, err := tr.down(p, 0, s.salt)
	if err != nil {
		return err
	}
	where, n := putCount(f, wire.Dict, len(s.fields)), len(s.fields)
	for i := range s.fields {
		fd := &s.fields[i]
		q := fd.place(p)
		if q == nil {
			n--
			continue
		}
		f.In = append(f.In, fd.key...)
		if err := fd.enc(f, q, tr); err != nil {
			return at(fd.path, err)
		}
	}
	if s.omits {
		patchCount(f, where, n)
	}
	return nil
}

// emptiness returns what omitempty calls empty: the zero value, and a slice or
// map without elements.
func emptiness(t reflect.Type) func(p unsafe.Pointer) bool {
	switch t.Kind() {
	case reflect.Slice:
		return func(p unsafe.Pointer) bool { return (*sliceHeader)(p).len == 0 }
	case reflect.Map:
		return func(p unsafe.Pointer) bool { return reflect.NewAt(t, p).Elem().Len() == 0 }
	case reflect.String:
		return func(p unsafe.Pointer) bool { return *(*string)(p) == "" }
	case reflect.Pointer:
		return func(p unsafe.Pointer) bool { return *(*unsafe.Pointer)(p) == nil }
	case reflect.Int, reflect.Int64:
		if t.Size() == 8 {
			return func(p unsafe.Pointer) bool { return *(*int64)(p) == 0 }
		}
	}
	return func(p unsafe.Pointer) bool { return reflect.NewAt(t, p).Elem().IsZero() }
}
