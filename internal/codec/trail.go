package codec

import (
	"math/bits"
	"reflect"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
)

// trail is the way down to a value: how deep it is, and a mark to notice by that
// the way goes round in circles.
//
// The mark is Brent's: it is moved to the container at hand whenever the depth
// reaches a power of two, and the deeper ones are compared with it. A cycle of
// n containers is noticed within about 2n more, at no cost but two words passed
// by value, and none before cycleDepth.
type trail struct {
	depth int
	mark  uint64
}

const cycleDepth = 32

// down enters the container at p of n elements (0 for a struct or map). The salt
// of its type tells it from what lies at the same address: its first element.
func (t trail) down(p unsafe.Pointer, n int, salt uint64) (trail, error) {
	t.depth++
	if t.depth < cycleDepth {
		return t, nil
	}
	return t.deep(p, n, salt)
}

func (t trail) deep(p unsafe.Pointer, n int, salt uint64) (trail, error) {
	id := uint64(uintptr(p)) + salt + uint64(n)*0xbf58476d1ce4e5b9
	switch {
	case t.depth > wire.MaxDepth:
		return t, fault("at most 1000 levels", "a value nested deeper than 1000 levels")
	case bits.OnesCount(uint(t.depth)) == 1:
		t.mark = id
	case t.mark == id:
		return t, fault("a value that does not contain itself", "a cycle")
	}
	return t, nil
}

// saltOf returns a number that stands for a type.
func saltOf(t reflect.Type) uint64 {
	return uint64(reflect.ValueOf(t).Pointer()) * 0x9e3779b97f4a7c15
}
