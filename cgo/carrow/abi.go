package carrow

import "unsafe"

// Flags of a Schema.
const (
	FlagOrdered    = 1 // dictionary: the order of its values means something
	FlagNullable   = 2
	FlagKeysSorted = 4 // map
)

// Schema is struct ArrowSchema.
type Schema struct {
	Format, Name, Metadata unsafe.Pointer // C strings; Metadata has a format of its own
	Flags                  int64
	NumChildren            int64
	Children               unsafe.Pointer // of NumChildren pointers
	Dictionary             *Schema
	Release                unsafe.Pointer // nil: released
	Private                unsafe.Pointer
}

// Array is struct ArrowArray.
type Array struct {
	Length, NullCount, Offset int64
	NumBuffers, NumChildren   int64
	Buffers                   unsafe.Pointer // of NumBuffers pointers
	Children                  unsafe.Pointer // of NumChildren pointers
	Dictionary                *Array
	Release                   unsafe.Pointer // nil: released
	Private                   unsafe.Pointer
}

// Stream is struct ArrowArrayStream.
type Stream struct {
	GetSchema, GetNext, GetLastError unsafe.Pointer
	Release                          unsafe.Pointer // nil: released
	Private                          unsafe.Pointer
}

// Child returns the i-th child, nil if the producer left it out.
func (s *Schema) Child(i int) *Schema { return *at[*Schema](s.Children, i) }

// Child returns the i-th child, nil if the producer left it out.
func (a *Array) Child(i int) *Array { return *at[*Array](a.Children, i) }

// Buffer returns where the i-th buffer begins.
func (a *Array) Buffer(i int) unsafe.Pointer { return *at[unsafe.Pointer](a.Buffers, i) }

func at[T any](p unsafe.Pointer, i int) *T {
	var t T
	return (*T)(unsafe.Add(p, uintptr(i)*unsafe.Sizeof(t)))
}

// Below is what hangs below s.
func (s *Schema) Below() (children int64, pointers unsafe.Pointer, dictionary *Schema) {
	return s.NumChildren, s.Children, s.Dictionary
}

// Below is what hangs below a.
func (a *Array) Below() (children int64, pointers unsafe.Pointer, dictionary *Array) {
	return a.NumChildren, a.Children, a.Dictionary
}

// Released says whether nobody has to release s anymore.
func (s *Schema) Released() bool { return s.Release == nil }

// Released says whether nobody has to release a anymore.
func (a *Array) Released() bool { return a.Release == nil }

// Put makes s part of the export whose memory is private; see [NewExport].
func (s *Schema) Put(children, private unsafe.Pointer, dictionary *Schema) {
	s.Children, s.Dictionary, s.Release, s.Private = children, dictionary, SchemaRelease(), private
}

// Put makes a part of the export whose memory is private; see [NewExport].
func (a *Array) Put(children, private unsafe.Pointer, dictionary *Array) {
	a.Children, a.Dictionary, a.Release, a.Private = children, dictionary, ArrayRelease(), private
}
