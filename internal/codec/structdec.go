package codec

import (
	"reflect"
	"strconv"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// structDecoder reads structs of one type.
type structDecoder struct {
	t      reflect.Type
	fields []decField
	byName map[string]int
}

type decField struct {
	dec      DecodeFunc
	quick    quick
	offset   uintptr
	way      *field // nil if it takes no embedded pointer
	name     string
	optional bool
}

func (b *decBuilder) structure(t reflect.Type) (DecodeFunc, error) {
	fields, err := fieldsOf(t)
	if err != nil {
		return nil, err
	}
	s, err := b.structDecoder(t, fields)
	if err != nil {
		return nil, err
	}
	return s.decode, nil
}

func (b *decBuilder) structDecoder(t reflect.Type, fields []field) (*structDecoder, error) {
	s := &structDecoder{t: t, fields: make([]decField, len(fields)), byName: map[string]int{}}
	for i := range fields {
		fd := &fields[i]
		dec, err := b.plan(fd.typ)
		if err != nil {
			return nil, at(fd.path, err)
		}
		s.byName[fd.name] = i
		s.fields[i] = decField{dec: dec, quick: quickOf(fd), offset: fd.offset, name: fd.name, optional: fd.optional}
		if len(fd.hops) > 0 {
			s.fields[i].way = fd
		}
	}
	return s, nil
}

// read reads the value of a field of the struct at p.
func (fd *decField) read(r *wire.Reader, p unsafe.Pointer) error {
	q := unsafe.Add(p, fd.offset)
	if fd.way != nil {
		q = fd.way.make(p)
	}
	if err := fd.dec(r, q); err != nil {
		return at("."+fd.name, err)
	}
	return nil
}

// readOrMiss is read where the value may be missing.
func (fd *decField) readOrMiss(r *wire.Reader, p unsafe.Pointer) error {
	if r.Peek() != wire.Missing {
		return fd.read(r, p)
	}
	r.Tag()
	if !fd.optional {
		return noKey(fd.name)
	}
	return nil
}

func (s *structDecoder) decode(r *wire.Reader, p unsafe.Pointer) error {
	switch r.Peek() {
	case wire.Fields:
		return s.byPlace(r, p)
	case wire.Dict:
		return s.byKey(r, p)
	}
	return mismatch(r, s.t.String())
}

// byPlace reads values in the order of the fields.
func (s *structDecoder) byPlace(r *wire.Reader, p unsafe.Pointer) error {
	n, ok := r.Take(wire.Fields)
	if !ok {
		return r.Garbled()
	}
	return s.values(r, int(n), p)
}

// values reads n values, those of the fields in their order.
func (s *structDecoder) values(r *wire.Reader, n int, p unsafe.Pointer) error {
	if n != len(s.fields) {
		return r.Garbled()
	}
	if !r.Enter() {
		return tooDeep()
	}
	for i := s.takeQuick(r, p, 0); i < len(s.fields); i = s.takeQuick(r, p, i+1) {
		if err := s.fields[i].readOrMiss(r, p); err != nil {
			return err
		}
	}
	r.Leave()
	return nil
}

func noKey(name string) error { return fault("key "+strconv.Quote(name), "no such key") }

// byKey reads pairs. They come most often in the order of the fields.
func (s *structDecoder) byKey(r *wire.Reader, p unsafe.Pointer) error {
	n, err := readDict(r, s.t)
	if err != nil {
		return err
	}
	var small [64]bool
	seen := small[:]
	if len(s.fields) > len(small) {
		seen = make([]bool, len(s.fields))
	}
	for i := range n {
		j := s.next(r, i)
		switch {
		case r.Bad() || j < 0 && !r.Skip():
			return r.Garbled()
		case j >= 0:
			seen[j] = true
			if err := s.fields[j].read(r, p); err != nil {
				return err
			}
		}
	}
	r.Leave()
	return s.complete(seen)
}

// next reads a key and returns the number of its field, negative if it has none.
// The guess is where it is if the dict was made from the same struct.
func (s *structDecoder) next(r *wire.Reader, guess int) int {
	key, ok := r.TakeStr()
	if !ok {
		r.Skip()
		return -1
	}
	if guess < len(s.fields) && s.fields[guess].name == string(key) {
		return guess
	}
	if j, ok := s.byName[string(key)]; ok {
		return j
	}
	return -1
}

// complete says which field had no key, if it needs one.
func (s *structDecoder) complete(seen []bool) error {
	for i := range s.fields {
		if !seen[i] && !s.fields[i].optional {
			return noKey(s.fields[i].name)
		}
	}
	return nil
}
