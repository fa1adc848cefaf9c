package codec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unsafe"
)

// field is one field of a struct plan.
type field struct {
	name     string       // in Python
	path     string       // in Go, as a step of a path: ".Inner.Name"
	typ      reflect.Type // of the field
	hops     []hop        // the embedded pointers on the way, outermost first
	offset   uintptr      // from the struct, or from the last hop
	omit     bool         // omitempty
	optional bool         // may be missing in a mapping
	index    []int        // the fields on the way
}

// hop is an embedded pointer to a struct.
type hop struct {
	offset uintptr
	elem   reflect.Type
}

// find returns where the field of the struct at p is, nil if a pointer on the
// way is nil.
func (fd *field) find(p unsafe.Pointer) unsafe.Pointer {
	for i := range fd.hops {
		if p = *(*unsafe.Pointer)(unsafe.Add(p, fd.hops[i].offset)); p == nil {
			return nil
		}
	}
	return unsafe.Add(p, fd.offset)
}

// make is find that allocates what the way needs.
func (fd *field) make(p unsafe.Pointer) unsafe.Pointer {
	for i := range fd.hops {
		q := (*unsafe.Pointer)(unsafe.Add(p, fd.hops[i].offset))
		if *q == nil {
			*q = reflect.New(fd.hops[i].elem).UnsafePointer()
		}
		p = *q
	}
	return unsafe.Add(p, fd.offset)
}

// fieldsOf lists the fields of a struct, those of embedded structs among them.
// Of fields of one name the outermost counts; two equally far out are an error.
func fieldsOf(t reflect.Type) ([]field, error) {
	s := fieldScan{root: t, seen: map[reflect.Type]int{t: 0}, found: map[string]int{}}
	s.next = []field{{typ: t}}
	for len(s.next) > 0 {
		level := s.next
		s.next, s.depth = nil, s.depth+1
		for i := range level {
			if err := s.scan(&level[i]); err != nil {
				return nil, err
			}
		}
	}
	if len(s.fields) == 0 && t.NumField() > 0 && !s.skipped {
		return nil, never(t, ", which has no exported field")
	}
	slices.SortStableFunc(s.fields, func(a, b field) int { return slices.Compare(a.index, b.index) })
	return s.fields, nil
}

// fieldScan walks a struct and what it embeds, level by level.
type fieldScan struct {
	root    reflect.Type
	fields  []field
	found   map[string]int       // name → depth of the field that has it
	seen    map[reflect.Type]int // embedded struct → the least deep level it is found on
	next    []field              // the embedded structs of the next level
	depth   int
	skipped bool // a field was left out on purpose
}

func (s *fieldScan) scan(outer *field) error {
	for i := range outer.typ.NumField() {
		sf := outer.typ.Field(i)
		fd, err := s.inner(outer, sf, i)
		switch {
		case err != nil:
			return err
		case fd == nil:
		case fd.name == "":
			s.next = append(s.next, *fd)
		default:
			if err := s.add(fd); err != nil {
				return err
			}
		}
	}
	return nil
}

// inner describes a field of outer: nil to leave it out, without a name to look
// into it.
func (s *fieldScan) inner(outer *field, sf reflect.StructField, i int) (*field, error) {
	name, omit, err := parseTag(sf.Tag.Get("py"))
	if err != nil {
		return nil, s.refuse(sf, err.Error())
	}
	if name == "-" {
		s.skipped = true
		return nil, nil
	}
	fd := &field{
		name: name, omit: omit, typ: sf.Type, hops: outer.hops,
		path: outer.path + "." + sf.Name, offset: outer.offset + sf.Offset,
		index: append(slices.Clone(outer.index), i),
	}
	if sf.Anonymous && name == "" && embeds(sf.Type) {
		return s.embedded(fd, sf)
	}
	if !sf.IsExported() {
		return nil, nil
	}
	if name == "" {
		fd.name = snake(sf.Name)
	}
	fd.optional = omit || sf.Type.Kind() == reflect.Pointer || len(fd.hops) > 0
	return fd, nil
}

// embeds reports whether an embedded field's own fields are the outer struct's.
func embeds(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return isPlainStruct(t)
}

func (s *fieldScan) embedded(fd *field, sf reflect.StructField) (*field, error) {
	if sf.Type.Kind() == reflect.Pointer {
		if !sf.IsExported() {
			return nil, s.refuse(sf, "it is an embedded pointer to an unexported struct")
		}
		fd.typ = sf.Type.Elem()
		fd.hops = append(slices.Clone(fd.hops), hop{fd.offset, fd.typ})
		fd.offset = 0
	}
	depth, ok := s.seen[fd.typ]
	if ok && depth < s.depth {
		return nil, nil // all its fields are hidden, or it embeds itself
	}
	s.seen[fd.typ] = s.depth
	return fd, nil
}

func (s *fieldScan) add(fd *field) error {
	depth, taken := s.found[fd.name]
	if taken && depth == s.depth {
		return fault("fields with names of their own", fmt.Sprintf("two fields of %v that are %q", s.root, fd.name))
	}
	if !taken {
		s.found[fd.name] = s.depth
		s.fields = append(s.fields, *fd)
	}
	return nil
}

func (s *fieldScan) refuse(sf reflect.StructField, why string) error {
	return at("."+sf.Name, never(s.root, ": "+why))
}

// parseTag splits `py:"name,omitempty"`.
func parseTag(tag string) (name string, omit bool, err error) {
	name, options, found := strings.Cut(tag, ",")
	switch {
	case found && options == "omitempty":
		return name, true, nil
	case options != "":
		return "", false, fmt.Errorf("unknown option %q in its py tag", options)
	}
	return name, false, nil
}

// snake turns a Go name into Python's style: HTTPPort into http_port.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && runes[i-1] != '_' {
			ends := i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if !unicode.IsUpper(runes[i-1]) || ends {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
