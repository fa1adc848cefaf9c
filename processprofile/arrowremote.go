package processprofile

import (
	"context"
	"fmt"
	"sync"
	"syscall"

	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
)

// remoteArrow is an object with Arrow data that a child has, or a batch of its. What was
// sent with it is here; the rest is asked for.
type remoteArrow struct {
	loans  *loans
	source uint64 // by which the child knows it; 0: it does not
	name   string // of its type
	offers uint32
	meter  *wire.Meter
	noCopy bool // the call that it came from was made with RequireZeroCopy

	schema *capsule.SchemaTree // nil: not sent
	array  *capsule.ArrayTree
	memory *borrowed // of the array

	once sync.Once
}

var _ value.RemoteArrow = (*remoteArrow)(nil)

// Released implements value.RemoteArrow.
func (r *remoteArrow) Released() error { return profile.ErrReleased }

// Release implements value.RemoteArrow.
func (r *remoteArrow) Release() {
	r.once.Do(func() {
		if r.source != 0 {
			r.loans.returned(r.source)
		}
		r.memory.release()
	})
}

// offered is the error of a kind that the object has no method for.
func (r *remoteArrow) offered(kind capsule.Kind) error {
	if r.offers&(1<<kind) != 0 {
		return nil
	}
	return fmt.Errorf("snakepit: %w: %s has no %s", capsule.ErrNotOffered, r.name, kind.Method())
}

// GiveSchema implements capsule.Giver.
func (r *remoteArrow) GiveSchema(context.Context) (*capsule.SchemaTree, error) {
	if err := r.offered(capsule.Schema); err != nil {
		return nil, err
	}
	if r.schema != nil && r.array == nil {
		return r.schema, nil
	}
	sent, err := r.ask("arrow_read", int64(r.source), int(capsule.Schema))
	if err != nil {
		return nil, err
	}
	if sent == nil {
		return nil, errNoArrow
	}
	defer sent.Release()
	if sent.schema == nil {
		return nil, errNoArrow
	}
	return sent.schema, nil
}

// GiveArray implements capsule.Giver.
func (r *remoteArrow) GiveArray(context.Context) (*capsule.SchemaTree, *capsule.Batch, error) {
	if err := r.offered(capsule.Array); err != nil {
		return nil, nil, err
	}
	if r.array != nil && r.schema != nil {
		b, err := r.batch()
		return r.schema, b, err
	}
	sent, err := r.ask("arrow_read", int64(r.source), int(capsule.Array))
	if err != nil {
		return nil, nil, err
	}
	if sent == nil {
		return nil, nil, errNoArrow
	}
	defer sent.Release()
	b, err := sent.batch()
	if err == nil && sent.schema == nil {
		b.Release()
		err = errNoArrow
	}
	return sent.schema, b, err
}

// batch is the array that was sent, which stays where it is until it is released, too.
func (r *remoteArrow) batch() (*capsule.Batch, error) {
	if r.array == nil {
		return nil, errNoArrow
	}
	r.memory.retain()
	return &capsule.Batch{Tree: r.array, Release: r.memory.release}, nil
}

// GiveStream implements capsule.Giver.
func (r *remoteArrow) GiveStream(context.Context) (*capsule.SchemaTree, capsule.Batches, error) {
	if err := r.offered(capsule.Stream); err != nil {
		return nil, nil, err
	}
	sent, err := r.ask("arrow_open", int64(r.source))
	if err != nil {
		return nil, nil, err
	}
	if sent == nil {
		return nil, nil, errNoArrow
	}
	if sent.schema == nil || sent.source == 0 {
		sent.Release()
		return nil, nil, errNoArrow
	}
	return sent.schema, &remoteBatches{stream: sent}, nil
}

// remoteBatches are those of a stream that a child has open.
type remoteBatches struct{ stream *remoteArrow }

// Next implements capsule.Batches.
func (b *remoteBatches) Next() (*capsule.Batch, error) {
	sent, err := b.stream.ask("arrow_next", int64(b.stream.source))
	if err != nil || sent == nil {
		return nil, err
	}
	defer sent.Release()
	return sent.batch()
}

// Close implements capsule.Batches.
func (b *remoteBatches) Close() { b.stream.Release() }

var errNoArrow = fmt.Errorf("%w: the worker said nothing of the Arrow data that it has", wire.ErrGarbled)

// ask calls a function of the child's that describes Arrow data; nil: there is none.
func (r *remoteArrow) ask(function string, args ...any) (*remoteArrow, error) {
	v, err := r.loans.worker.helper(function, args, func(f *wire.Frame) { f.Meter, f.NoCopy = r.meter, r.noCopy })
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil:
		return nil, nil
	case *value.ArrowData:
		return v.Take().(*remoteArrow), nil
	case value.Tuple:
		return nil, failed(v)
	}
	return nil, errNoArrow
}

// failed is what a producer said went wrong.
func failed(said value.Tuple) error {
	if len(said) == 2 {
		number, ok := said[0].(int64)
		text, ok2 := said[1].(string)
		if ok && ok2 {
			return &capsule.FailedError{Errno: syscall.Errno(number), Message: text}
		}
	}
	return errNoArrow
}
