package zarrow

import (
	"encoding/binary"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/gosnakepit/snakepit/internal/capsule"
)

// DescribeSchema says what Python sees of the type. It belongs to the value.
func (v *Value) DescribeSchema() (*capsule.SchemaTree, error) { return v.plan, nil }

// DescribeArray says where the data of an array lies, which stays there until it is
// released.
func (v *Value) DescribeArray() (*capsule.Batch, error) {
	if v.kind != capsule.Array {
		return nil, v.noArray()
	}
	if !v.holders.Hold() {
		return nil, ErrReleased
	}
	b, err := described(v.data)
	if err != nil {
		v.holders.Let()
		return nil, err
	}
	end := b.Release
	b.Release = func() {
		end()
		v.holders.Let()
	}
	return b, nil
}

// DescribeStream starts a stream, as ExportStream does.
func (v *Value) DescribeStream() (capsule.Batches, error) {
	if !v.holders.Hold() {
		return nil, ErrReleased
	}
	defer v.holders.Let()
	src, err := v.source()
	if err != nil {
		return nil, err
	}
	live.streams.Add(1)
	return &pulled{src: src}, nil
}

// pulled is a stream in another process's hands.
type pulled struct{ src batches }

// Next implements capsule.Batches.
func (p *pulled) Next() (*capsule.Batch, error) {
	if p.src == nil {
		return nil, nil
	}
	data, err := pull(p.src)
	if err != nil || data == nil {
		return nil, err
	}
	defer data.Release()
	return described(data)
}

// Close implements capsule.Batches.
func (p *pulled) Close() {
	if p.src != nil {
		live.streams.Add(-1)
		p.src.close()
		p.src = nil
	}
}

// described retains data until the batch is released.
func described(data arrow.ArrayData) (b *capsule.Batch, err error) {
	defer caught(&err)
	if err := sound(data, 0); err != nil {
		return nil, err
	}
	t := new(capsule.ArrayTree)
	size := fill(t, data)
	data.Retain()
	live.arrays.Add(1)
	live.lent.Add(size)
	return &capsule.Batch{Tree: t, Release: func() {
		live.arrays.Add(-1)
		live.lent.Add(-size)
		data.Release()
	}}, nil
}

// fill describes data and all below it, and returns the size of its buffers.
func fill(t *capsule.ArrayTree, data arrow.ArrayData) (size int64) {
	dt := storage(data.DataType())
	s := shapeOf(dt)
	t.Length, t.NullCount = int64(data.Len()), s.nulls(dt, data)
	if data.Len() > 0 {
		t.Offset = int64(data.Offset())
	}
	t.Buffers = s.list(data)
	for _, b := range t.Buffers {
		size += int64(len(b))
	}
	t.Children = make([]capsule.ArrayTree, len(data.Children()))
	for i, child := range data.Children() {
		size += fill(&t.Children[i], child)
	}
	if dict := dictionary(data); dict != nil {
		t.Dictionary = new(capsule.ArrayTree)
		size += fill(t.Dictionary, dict)
	}
	return size
}

// list are the buffers that C sees, as long as the slots need them to be.
func (s *shape) list(data arrow.ArrayData) [][]byte {
	all := make([][]byte, 0, s.count(data))
	for i := range s.n {
		b := s.buffer(data, i)
		all = append(all, b[:s.used(data, i, int64(len(b)))])
	}
	for i, b := range all {
		if b == nil && (i > 0 || !s.nullable()) {
			all[i] = []byte{}
		}
	}
	if s.nullable() && len(all[0]) == 0 {
		all[0] = nil
	}
	if !s.views {
		return all
	}
	var sizes []byte
	for _, b := range s.more(data) {
		content := []byte{}
		if b != nil && b.Len() > 0 {
			content = b.Bytes()
		}
		all, sizes = append(all, content), binary.NativeEndian.AppendUint64(sizes, uint64(len(content)))
	}
	return append(all, append([]byte{}, sizes...))
}

// used is how much of a buffer of a size belongs to the slots.
func (s *shape) used(data arrow.ArrayData, i int, have int64) int64 {
	slots := int64(data.Offset() + data.Len())
	switch {
	case data.Len() == 0:
		return 0
	case s.bufs[i].part == content:
		return max(0, min(have, last(s.bufs[i-1], s.buffer(data, i-1), data)))
	}
	return min(have, s.bufs[i].size(slots))
}
