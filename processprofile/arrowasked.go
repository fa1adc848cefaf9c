package processprofile

import (
	"sync"

	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/codec"
	"github.com/gosnakepit/snakepit/internal/goerror"
	"github.com/gosnakepit/snakepit/internal/hold"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/processprofile/internal/columns"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// openable is a value that a child may open streams of.
type openable struct {
	value  capsule.Describer
	hold   *hold.Hold // of the value
	noCopy bool
	meter  *wire.Meter
}

// Drop implements hold.Owner.
func (o *openable) Drop() { o.hold.Release() }

// opened is a stream that a child has opened; its loan ends it.
type opened struct {
	from    *openable
	mu      sync.Mutex
	batches capsule.Batches
}

// Drop implements hold.Owner. Closing is the program's code, which may take its time: not
// here, where a child's messages are read.
func (o *opened) Drop() {
	go func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		defer func() { _ = recover() }()
		o.batches.Close()
	}()
}

// pulledBatch is a batch on its way into a message.
type pulledBatch struct{ batch *capsule.Batch }

func (p *pulledBatch) take() *capsule.Batch {
	b := p.batch
	p.batch = nil
	return b
}

// Drop implements hold.Owner.
func (p *pulledBatch) Drop() {
	if p.batch != nil {
		p.batch.Release()
	}
}

// arrow answers what a child asks of streams. It needs no call: a stream may be pulled
// from when the one that it was an argument of has ended.
func (k *link) arrow(ask *snakepitv1.Ask, f *wire.Frame) (err error) {
	defer goerror.Recover(&err)
	var r columns.Reader
	v, err := r.Decode(ask.GetArgs())
	if err != nil {
		return err
	}
	args := items(v)
	if len(args) != 1 {
		return errNoLoan
	}
	loan, _ := args[0].(int64)
	h := k.worker.loans.hold(uint64(loan))
	if h == nil {
		return errNoLoan
	}
	defer h.Release()
	switch o := h.Owner().(type) {
	case *openable:
		return k.open(o, f)
	case *opened:
		return o.next(f)
	}
	return errNoLoan
}

// open answers with the loan of a stream, or why there is none.
func (k *link) open(o *openable, f *wire.Frame) error {
	batches, err := o.value.DescribeStream()
	if err != nil {
		return codec.Encode(f, err.Error(), "result")
	}
	o.hold.Retain()
	h := hold.New(&opened{from: o, batches: keptOpen{batches, o.hold}})
	defer h.Release()
	return codec.Encode(f, int64(k.worker.loans.lend(h)), "result")
}

// keptOpen is a stream that keeps the value it is of.
type keptOpen struct {
	capsule.Batches
	value *hold.Hold
}

// Close implements capsule.Batches.
func (k keptOpen) Close() {
	k.Batches.Close()
	k.value.Release()
}

// next answers with a batch, with nothing at the end, or with what went wrong.
func (o *opened) next(f *wire.Frame) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	b, err := o.batches.Next()
	switch {
	case err != nil:
		return codec.Encode(f, value.Tuple{int(capsule.Errno(err)), err.Error()}, "result")
	case b == nil:
		return codec.Encode(f, nil, "result")
	}
	f.NoCopy, f.Meter = o.from.noCopy, o.from.meter
	codec.PutArrow(f, capsule.Array, &pulledBatch{b})
	return nil
}
