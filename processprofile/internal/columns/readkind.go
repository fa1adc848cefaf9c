package columns

import (
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
	"github.com/gosnakepit/snakepit/zerocopy"
)

// payloads are the tags that are to follow those of kinds; what is in them is for the
// decoder to check. Iterators come from Go alone.
var payloads = [...]snakepitv1.Tag{
	wire.DateTime:  snakepitv1.Tag_TUPLE,
	wire.Date:      snakepitv1.Tag_TUPLE,
	wire.TimeOfDay: snakepitv1.Tag_TUPLE,
	wire.TimeDelta: snakepitv1.Tag_TUPLE,
	wire.Decimal:   snakepitv1.Tag_STR,
	wire.UUID:      snakepitv1.Tag_BYTES,
}

// kind reads what stands before the value that says more.
func (r *Reader) kind(t snakepitv1.Tag) error {
	k := int(t - firstKind)
	switch {
	case t == snakepitv1.Tag_OPAQUE:
		return r.opaque()
	case k < 0 || k >= len(payloads):
		return garbled("a value of the tag %v", t)
	}
	r.buf = append(r.buf, byte(wire.Ext), byte(k))
	r.payload = payloads[k]
	r.pending++
	return nil
}

func (r *Reader) opaque() error {
	r.buf = append(r.buf, byte(wire.Ext), byte(wire.Opaque))
	r.put(wire.Tuple, 2)
	if err := r.text(); err != nil {
		return err
	}
	return r.text()
}

func (r *Reader) tensor() error {
	switch {
	case r.tensors == len(r.data.Tensors):
		return garbled("a tensor is missing")
	case r.Borrowing == nil:
		return garbled("a tensor, which nobody here can read")
	}
	t := r.data.Tensors[r.tensors]
	r.tensors++
	n := len(t.GetShape())
	if n > zerocopy.MaxDims {
		return garbled("a tensor of %d dimensions", n)
	}
	h, dims, err := r.Borrowing.Tensor(t)
	if err != nil {
		return err
	}
	r.buf = wire.AppendTensor(r.buf, &h, dims[:n], dims[n:])
	return nil
}

func (r *Reader) arrow() error {
	switch {
	case r.arrows == len(r.data.Arrows):
		return garbled("Arrow data is missing")
	case r.Borrowing == nil:
		return garbled("Arrow data, which nobody here can read")
	}
	v, err := r.Borrowing.Arrow(r.data.Arrows[r.arrows])
	r.arrows++
	if err != nil {
		return err
	}
	r.buf = wire.AppendPassed(r.buf, v)
	return nil
}
