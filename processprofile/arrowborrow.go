package processprofile

import (
	"fmt"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/hold"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// Arrow implements columns.Borrowing. What the data says of itself is left to who reads it;
// here its buffers become memory.
func (b borrowing) Arrow(m *snakepitv1.Arrow) (any, error) {
	r, err := b.arrow(m)
	if err != nil {
		return nil, err
	}
	return value.NewArrowData(m.GetType(), r), nil
}

func (b borrowing) arrow(m *snakepitv1.Arrow) (*remoteArrow, error) {
	r := &remoteArrow{loans: b.loans, source: m.GetSource(), name: m.GetType(), offers: m.GetOffers(), meter: b.frame.Meter, noCopy: b.frame.NoCopy}
	memory := &borrowed{loans: b.loans, loan: m.GetLoan(), within: map[uint64]*hold.Hold{}}
	memory.refs.Store(1)
	r.memory = memory
	err := r.read(m, memory)
	if err == nil {
		err = memory.count(b.frame)
	}
	if err != nil {
		r.Release()
		return nil, err
	}
	return r, nil
}

func (r *remoteArrow) read(m *snakepitv1.Arrow, memory *borrowed) (err error) {
	w := walk{memory: memory}
	if m.GetSchema() != nil {
		if r.schema, err = w.schema(m.GetSchema(), 0); err != nil {
			return err
		}
	}
	if m.GetArray() != nil {
		r.array, err = w.array(m.GetArray(), 0)
	}
	return err
}

// borrowed is the memory of an array of a child's: its object in Go and each array that
// was made of it refer to it.
type borrowed struct {
	loans  *loans
	loan   uint64 // 0: nothing is lent
	refs   atomic.Int64
	within map[uint64]*hold.Hold // Go's memory that is part of it
	area   bool                  // memory of the worker's area is

	copied, lent, largest int // bytes
}

func (b *borrowed) retain() { b.refs.Add(1) }

func (b *borrowed) release() {
	if b.refs.Add(-1) > 0 {
		return
	}
	if b.loan != 0 {
		b.loans.returned(b.loan)
	}
	for _, h := range b.within {
		h.Release()
	}
	if b.area {
		b.loans.area.Release()
	}
}

// count adds to what the call has moved, or refuses the copies.
func (b *borrowed) count(f *wire.Frame) error {
	if f.NoCopy && b.copied > 0 {
		return &profile.CopyError{Where: "the result", Bytes: b.largest, Why: "are Arrow data that Python did not build in memory which Go sees; build it over ctx.empty(shape, dtype)"}
	}
	f.Traffic.CopiedOut += b.copied
	f.Traffic.LentOut += b.lent
	return nil
}

// bytes finds the memory of a buffer; nil: it was left out.
func (b *borrowed) bytes(m *snakepitv1.ArrowBuffer) ([]byte, error) {
	var data []byte
	var err error
	switch d := m.GetData().(type) {
	case *snakepitv1.ArrowBuffer_Inline:
		data = d.Inline
	case *snakepitv1.ArrowBuffer_Block:
		data, err = b.block(d.Block, m.GetWithin())
	default:
		if m.GetAbsent() {
			return nil, nil
		}
		err = fmt.Errorf("%w: Arrow data without memory", wire.ErrGarbled)
	}
	if err != nil {
		return nil, err
	}
	switch n := len(data); {
	case !m.GetCopied():
		b.lent += n
	case n >= wire.Bulk:
		b.copied += n
		b.largest = max(b.largest, n)
	}
	if data == nil {
		data = []byte{}
	}
	return data, nil
}

func (b *borrowed) block(block *snakepitv1.Block, within uint64) ([]byte, error) {
	if block.GetArea() == 1 {
		return b.theirs(block)
	}
	a := arena()
	if a == nil {
		return nil, fmt.Errorf("%w: Arrow data in memory that is not shared", wire.ErrGarbled)
	}
	data, err := a.Slice(block.GetOffset(), block.GetLength())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", wire.ErrGarbled, err)
	}
	if b.within[within] == nil {
		h := b.loans.hold(within)
		if h == nil {
			return nil, errNoLoan
		}
		b.within[within] = h
	}
	return data, nil
}

func (b *borrowed) theirs(block *snakepitv1.Block) ([]byte, error) {
	area := b.loans.area
	if area == nil {
		return nil, fmt.Errorf("%w: Arrow data in memory that is not shared", wire.ErrGarbled)
	}
	data, err := area.Slice(block.GetOffset(), block.GetLength())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", wire.ErrGarbled, err)
	}
	if !b.area {
		area.Hold()
		b.area = true
	}
	return data, nil
}

// What a child may ask us to read; deeper types are refused with a word about them when
// they are read.
const (
	maxArrowDepth = 100
	maxArrowNodes = 1 << 20
)

// walk goes through the messages of Arrow data.
type walk struct {
	memory *borrowed
	nodes  int
}

func (w *walk) enter(level int) error {
	w.nodes++
	if level > maxArrowDepth || w.nodes > maxArrowNodes {
		return fmt.Errorf("%w: Arrow data nested too deep, or of too many columns", wire.ErrGarbled)
	}
	return nil
}

func (w *walk) schema(m *snakepitv1.ArrowSchema, level int) (*capsule.SchemaTree, error) {
	if err := w.enter(level); err != nil {
		return nil, err
	}
	t := &capsule.SchemaTree{Format: string(m.GetFormat()), Name: string(m.GetName()), Flags: m.GetFlags()}
	if len(m.GetMetadata()) > 0 {
		t.Metadata = m.GetMetadata()
	}
	for _, child := range m.GetChildren() {
		c, err := w.schema(child, level+1)
		if err != nil {
			return nil, err
		}
		t.Children = append(t.Children, *c)
	}
	var err error
	if m.GetDictionary() != nil {
		t.Dictionary, err = w.schema(m.GetDictionary(), level+1)
	}
	return t, err
}

func (w *walk) array(m *snakepitv1.ArrowArray, level int) (*capsule.ArrayTree, error) {
	if err := w.enter(level); err != nil {
		return nil, err
	}
	t := &capsule.ArrayTree{Length: m.GetLength(), NullCount: m.GetNullCount(), Offset: m.GetOffset()}
	for _, b := range m.GetBuffers() {
		data, err := w.memory.bytes(b)
		if err != nil {
			return nil, err
		}
		t.Buffers = append(t.Buffers, data)
	}
	for _, child := range m.GetChildren() {
		c, err := w.array(child, level+1)
		if err != nil {
			return nil, err
		}
		t.Children = append(t.Children, *c)
	}
	var err error
	if m.GetDictionary() != nil {
		t.Dictionary, err = w.array(m.GetDictionary(), level+1)
	}
	return t, err
}
