package codec

import (
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
)

// encOpaque refuses what stayed in its process, unless nothing leaves this one.
func encOpaque(f *wire.Frame, p unsafe.Pointer, _ trail) error {
	o := (*value.Opaque)(p)
	if !f.Local {
		return fault("a value that can travel to Python", "an Opaque: the "+o.Type+" itself stayed in its process")
	}
	putTuple(f, wire.Opaque, 2)
	if err := putStr(f, o.Type); err != nil {
		return err
	}
	return putStr(f, o.Repr)
}

// decodeOpaque reads what follows the kind.
func decodeOpaque(r *wire.Reader) (any, error) {
	n, ok := r.Take(wire.Tuple)
	typ, ok2 := r.TakeStr()
	repr, ok3 := r.TakeStr()
	return sound(r, value.Opaque{Type: string(typ), Repr: string(repr)}, ok && n == 2 && ok2 && ok3)
}

// describeOpaque names what stayed in its process without reading it.
func describeOpaque(r *wire.Reader) string {
	here := r.Pos()
	defer r.Seek(here)
	r.Tag()
	r.Kind()
	v, err := decodeOpaque(r)
	if err != nil {
		return ""
	}
	return v.(value.Opaque).Type + ", which cannot leave its process"
}
