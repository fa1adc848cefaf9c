package columns

import (
	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// firstKind is the tag of kind 0; the others follow in the order of package wire.
const firstKind = snakepitv1.Tag_DATETIME

// kind writes what stands before the value that says more.
func (w *Writer) kind(r *wire.Reader) error {
	k, ok := r.Kind()
	if !ok || k > wire.Iterator {
		return r.Garbled()
	}
	w.tag(firstKind + snakepitv1.Tag(k))
	return nil
}

func (w *Writer) tensor(r *wire.Reader) error {
	h, dims, ok := r.Tensor()
	switch {
	case !ok:
		return wire.ErrGarbled
	case w.Lending == nil:
		return noLending("a tensor")
	}
	t, err := w.Lending.Tensor(&h, dims)
	if err != nil {
		return err
	}
	w.tag(snakepitv1.Tag_TENSOR)
	w.data.Tensors = append(w.data.Tensors, t)
	return nil
}

func (w *Writer) arrow(r *wire.Reader) error {
	kind, hold, ok := r.Arrow()
	switch {
	case !ok:
		return wire.ErrGarbled
	case w.Lending == nil:
		return noLending("an Arrow value")
	}
	a, err := w.Lending.Arrow(capsule.Kind(kind), uintptr(hold))
	if err != nil {
		return err
	}
	w.tag(snakepitv1.Tag_ARROW)
	w.data.Arrows = append(w.data.Arrows, a)
	return nil
}

func noLending(what string) error {
	return &value.ConversionError{Want: "a value that can travel here", Got: what}
}
