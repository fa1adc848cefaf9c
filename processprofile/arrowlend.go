package processprofile

import (
	"fmt"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/hold"
	"github.com/gosnakepit/snakepit/internal/offheap"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// Arrow implements columns.Lending.
func (l *lending) Arrow(kind capsule.Kind, address uintptr) (*snakepitv1.Arrow, error) {
	h := hold.Of(address)
	switch v := h.Owner().(type) {
	case *value.ArrowData:
		return l.ownArrow(v)
	case *pulledBatch:
		m := &snakepitv1.Arrow{Kind: snakepitv1.Arrow_ARRAY}
		return m, l.batch(m, v.take())
	case capsule.Describer:
		return l.describe(kind, v, h)
	}
	return nil, &value.ConversionError{
		Want: "a value that can travel to another process",
		Got:  "Arrow data by addresses; make it a value of package zarrow",
	}
}

// ownArrow means an object that the child has.
func (l *lending) ownArrow(a *value.ArrowData) (*snakepitv1.Arrow, error) {
	from, err := a.Remote()
	if err != nil {
		return nil, err
	}
	defer a.Drop()
	if r, ok := from.(*remoteArrow); ok && r.loans == l.loans && r.source != 0 {
		return &snakepitv1.Arrow{Same: r.source}, nil
	}
	return nil, &value.ConversionError{
		Want: "Arrow data of this worker",
		Got:  "what another one has; read it by package zarrow and pass that",
	}
}

func (l *lending) describe(kind capsule.Kind, v capsule.Describer, h *hold.Hold) (*snakepitv1.Arrow, error) {
	schema, err := v.DescribeSchema()
	if err != nil {
		return nil, err
	}
	m := &snakepitv1.Arrow{Schema: schemaMessage(schema)}
	switch kind {
	case capsule.Array:
		m.Kind = snakepitv1.Arrow_ARRAY
		b, err := v.DescribeArray()
		if err != nil {
			return nil, err
		}
		return m, l.batch(m, b)
	case capsule.Stream:
		m.Kind = snakepitv1.Arrow_STREAM
		m.Loan = l.stream(v, h)
	}
	return m, nil
}

// stream makes a loan of what streams can be opened of.
func (l *lending) stream(v capsule.Describer, h *hold.Hold) uint64 {
	h.Retain()
	mine := hold.New(&openable{value: v, hold: h, noCopy: l.frame.NoCopy, meter: l.frame.Meter})
	defer mine.Release()
	return l.lend(mine)
}

// batch describes an array and takes it: it is lent until the child is done with it.
func (l *lending) batch(m *snakepitv1.Arrow, b *capsule.Batch) error {
	d := &describing{lending: l}
	m.Array = d.array(b.Tree)
	memory := &lentBatch{batch: b}
	mine := hold.New(memory)
	defer mine.Release()
	if err := d.copyRest(memory); err != nil {
		return err
	}
	if d.blocks {
		m.Loan = l.lend(mine)
	}
	return nil
}

// lentBatch is an array that a child has, and copies of those buffers that it does not see.
type lentBatch struct {
	batch *capsule.Batch
	copy  unsafe.Pointer
}

// Drop implements hold.Owner.
func (l *lentBatch) Drop() {
	l.batch.Release()
	if l.copy != nil {
		offheap.Free(l.copy)
	}
}

// describing is the way of an array into a message.
type describing struct {
	*lending
	blocks bool // something is in memory that the child sees
	rest   []rest
	size   int // of the rest
}

// rest is a buffer in memory that the child does not see.
type rest struct {
	to   *snakepitv1.ArrowBuffer
	from []byte
}

func (d *describing) array(t *capsule.ArrayTree) *snakepitv1.ArrowArray {
	m := &snakepitv1.ArrowArray{Length: t.Length, NullCount: t.NullCount, Offset: t.Offset}
	for _, b := range t.Buffers {
		m.Buffers = append(m.Buffers, d.buffer(b))
	}
	for i := range t.Children {
		m.Children = append(m.Children, d.array(&t.Children[i]))
	}
	if t.Dictionary != nil {
		m.Dictionary = d.array(t.Dictionary)
	}
	return m
}

func (d *describing) buffer(b []byte) *snakepitv1.ArrowBuffer {
	m := new(snakepitv1.ArrowBuffer)
	switch {
	case b == nil:
		m.Absent = true
	case len(b) == 0:
		m.Data = &snakepitv1.ArrowBuffer_Inline{}
	default:
		if block := d.block(addressOf(b), len(b)); block != nil {
			m.Data = &snakepitv1.ArrowBuffer_Block{Block: block}
			d.frame.Traffic.LentIn += len(b)
			d.blocks = true
			break
		}
		d.rest = append(d.rest, rest{m, b})
		d.size += offheap.Align * ((len(b) + offheap.Align - 1) / offheap.Align)
	}
	return m
}

// copyRest puts the other buffers where the child sees them, if they are not few and there
// is room; else into the message.
func (d *describing) copyRest(memory *lentBatch) error {
	if err := d.mayCopy(); err != nil {
		return err
	}
	at := d.room(memory)
	for _, r := range d.rest {
		d.frame.Copying(len(r.from))
		if at == nil {
			r.to.Data = &snakepitv1.ArrowBuffer_Inline{Inline: append([]byte(nil), r.from...)}
			continue
		}
		copy(unsafe.Slice((*byte)(at), len(r.from)), r.from)
		r.to.Data = &snakepitv1.ArrowBuffer_Block{Block: d.block(uintptr(at), len(r.from))}
		at = unsafe.Add(at, offheap.Align*((len(r.from)+offheap.Align-1)/offheap.Align))
	}
	return nil
}

func (d *describing) mayCopy() error {
	if !d.frame.NoCopy {
		return nil
	}
	for _, r := range d.rest {
		if n := len(r.from); n >= wire.Bulk {
			return &profile.CopyError{Where: "the arguments", Bytes: n, Why: "are Arrow data whose memory another process cannot see; build it with zarrow.Allocator"}
		}
	}
	return nil
}

// room returns memory for the rest, nil if it goes into the message.
func (d *describing) room(memory *lentBatch) unsafe.Pointer {
	if d.size <= d.loans.limit {
		return nil
	}
	p, err := offheap.Dirty(d.size)
	if err != nil {
		return nil
	}
	if d.block(uintptr(p), d.size) == nil {
		offheap.Free(p)
		return nil
	}
	memory.copy = p
	d.blocks = true
	return p
}

func schemaMessage(t *capsule.SchemaTree) *snakepitv1.ArrowSchema {
	m := &snakepitv1.ArrowSchema{Format: []byte(t.Format), Name: []byte(t.Name), Metadata: t.Metadata, Flags: t.Flags}
	for i := range t.Children {
		m.Children = append(m.Children, schemaMessage(&t.Children[i]))
	}
	if t.Dictionary != nil {
		m.Dictionary = schemaMessage(t.Dictionary)
	}
	return m
}

var errNoLoan = fmt.Errorf("%w: Arrow data that was not lent", wire.ErrGarbled)
