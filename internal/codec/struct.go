package codec

import (
	"reflect"
	"sync"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// StructPlan turns one struct type into keyword arguments and dicts, and reads it
// from mappings.
//
// An exported field is called what its tag says, `py:"name,omitempty"`, or by its
// Go name in Python's style: HTTPPort is http_port. The tag "-" leaves a field
// out. The fields of an embedded struct are the outer one's, unless it has a name
// in its tag; of several of one name the outermost counts. omitempty leaves out
// zero values and empty slices and maps, and makes the field optional in a
// mapping, which pointers are too.
type StructPlan struct {
	Names []string // in Python, in the order of the fields

	t      reflect.Type
	fields []field
	byName map[string]int
	enc    *structEncoder
	encErr error
	dec    *structDecoder
	decErr error
}

type structPlan struct {
	plan *StructPlan
	err  error
}

var structPlans sync.Map // reflect.Type → structPlan

// PlanStruct returns the plan of a struct type or of a pointer to one. It is false
// for types that are something else in Python: time.Time, big.Int and the like,
// lenders and types with text methods. Safe for concurrent use.
//
// Its methods take the address of the struct, also if t is a pointer. A struct
// that can go one way only has a plan, whose other method fails.
func PlanStruct(t reflect.Type) (*StructPlan, bool, error) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if !isPlainStruct(t) {
		return nil, false, nil
	}
	kept, ok := structPlans.Load(t)
	if !ok {
		s, err := makeStructPlan(t)
		kept, _ = structPlans.LoadOrStore(t, structPlan{s, err})
	}
	s := kept.(structPlan)
	return s.plan, true, fresh(s.err)
}

func isPlainStruct(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && isPlain(t)
}

func makeStructPlan(t reflect.Type) (*StructPlan, error) {
	fields, err := fieldsOf(t)
	if err != nil {
		return nil, err
	}
	s := &StructPlan{t: t, fields: fields, byName: map[string]int{}}
	for i := range fields {
		s.Names = append(s.Names, fields[i].name)
		s.byName[fields[i].name] = i
	}
	eb := encBuilder{plans: map[reflect.Type]*encPlan{}}
	s.enc, s.encErr = eb.structEncoder(t, fields)
	db := decBuilder{plans: map[reflect.Type]*decPlan{}}
	s.dec, s.decErr = db.structDecoder(t, fields)
	if s.encErr != nil && s.decErr != nil {
		return nil, s.encErr
	}
	return s, nil
}

// EncodeKeywords appends the values of the struct at p in the order of Names,
// Missing for those left out.
func (s *StructPlan) EncodeKeywords(f *wire.Frame, p unsafe.Pointer) error {
	if s.encErr != nil {
		return fresh(s.encErr)
	}
	return s.enc.keywords(f, hidePointer(p), trail{depth: 1})
}

// DecodeFields reads a Fields value in the order of Names, or a Dict by its keys,
// into the struct at p. Keys without a field are passed over. A field without a
// key is an error unless it is optional; then it is left alone.
func (s *StructPlan) DecodeFields(r *wire.Reader, p unsafe.Pointer) error {
	if s.decErr != nil {
		return fresh(s.decErr)
	}
	return s.dec.decode(hide(r), hidePointer(p))
}

// DecodeValues reads n values, those of the fields in the order of Names, Missing for
// those not given, into the struct at p.
func (s *StructPlan) DecodeValues(r *wire.Reader, n int, p unsafe.Pointer) error {
	if s.decErr != nil {
		return fresh(s.decErr)
	}
	return s.dec.values(r, n, p)
}

// Field is a field of a struct as Python sees it.
type Field struct {
	Name     string // in Python
	Type     reflect.Type
	Index    []int // as reflect.Value.FieldByIndex takes it
	Optional bool
	Omit     bool   // zero values are left out
	Doc      string // its tag `doc`
}

// Fields lists the fields in the order of Names.
func (s *StructPlan) Fields() []Field {
	all := make([]Field, len(s.fields))
	for i := range s.fields {
		fd := &s.fields[i]
		doc := s.t.FieldByIndex(fd.index).Tag.Get("doc")
		all[i] = Field{Name: fd.name, Type: fd.typ, Index: fd.index, Optional: fd.optional, Omit: fd.omit, Doc: doc}
	}
	return all
}
