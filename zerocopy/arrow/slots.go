package zarrow

import (
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// rising wants offsets that do not fall, up to limit, and text if there is any.
func (c *checker) rising(limit int64, text []byte) error {
	return c.each(func(i int64) error {
		from, to := c.at(1, i), c.at(1, i+1)
		if from < 0 || to < from || to > limit {
			return invalid("slot %d goes from %d to %d of %d", i, from, to, limit)
		}
		if text != nil && c.valid(i) && !utf8.Valid(text[from:to]) {
			return invalid("slot %d is not UTF-8", i)
		}
		return nil
	})
}

func (c *checker) listViews() error {
	limit := int64(c.data.Children()[0].Len())
	return c.each(func(i int64) error {
		from, n := c.at(1, i), c.at(2, i)
		if from < 0 || n < 0 || from > limit || n > limit-from {
			return invalid("slot %d has %d from %d of %d", i, n, from, limit)
		}
		return nil
	})
}

func (c *checker) views(text bool) error {
	headers := arrow.ViewHeaderTraits.CastFromBytes(c.shape.buffer(c.data, 1))
	more := c.shape.more(c.data)
	return c.each(func(i int64) error {
		h := &headers[i]
		if !c.valid(i) {
			return nil
		}
		if h.Len() < 0 {
			return invalid("slot %d has %d bytes", i, h.Len())
		}
		content, ok := viewed(h, more)
		if !ok {
			return invalid("slot %d is %d bytes from %d of buffer %d", i, h.Len(), h.BufferOffset(), h.BufferIndex())
		}
		if text && !utf8.Valid(content) {
			return invalid("slot %d is not UTF-8", i)
		}
		return nil
	})
}

func viewed(h *arrow.ViewHeader, more []*memory.Buffer) ([]byte, bool) {
	if h.IsInline() {
		return h.InlineBytes(), true
	}
	at, from := int(h.BufferIndex()), int(h.BufferOffset())
	if at < 0 || at >= len(more) || more[at] == nil || from < 0 || h.Len() > more[at].Len()-from {
		return nil, false
	}
	return more[at].Bytes()[from : from+h.Len()], true
}

func (c *checker) indices(dt arrow.DataType) error {
	values := dictionary(c.data)
	if values == nil {
		return invalid("it has no dictionary")
	}
	buffer := c.shape.buffer(c.data, 1)
	return c.each(func(i int64) error {
		if index := integer(dt, buffer, i); c.valid(i) && (index < 0 || index >= int64(values.Len())) {
			return invalid("slot %d is value %d of a dictionary of %d", i, index, values.Len())
		}
		return nil
	})
}

// integer reads one; what is too large for an int64 becomes negative.
func integer(dt arrow.DataType, b []byte, i int64) int64 {
	switch dt.ID() {
	case arrow.INT8:
		return int64(int8(b[i]))
	case arrow.UINT8:
		return int64(b[i])
	case arrow.INT16:
		return int64(arrow.Int16Traits.CastFromBytes(b)[i])
	case arrow.UINT16:
		return int64(arrow.Uint16Traits.CastFromBytes(b)[i])
	case arrow.INT32:
		return int64(arrow.Int32Traits.CastFromBytes(b)[i])
	case arrow.UINT32:
		return int64(arrow.Uint32Traits.CastFromBytes(b)[i])
	}
	return arrow.Int64Traits.CastFromBytes(b)[i]
}

func (c *checker) codes(dt arrow.UnionType) error {
	codes, ids := c.shape.buffer(c.data, 0), dt.ChildIDs()
	return c.each(func(i int64) error {
		code := int8(codes[i])
		if code < 0 || ids[code] == arrow.InvalidUnionChildID {
			return invalid("slot %d has the code %d, which the union does not have", i, code)
		}
		child := c.data.Children()[ids[code]]
		at := i
		if dt.Mode() == arrow.DenseMode {
			at = c.at(1, i)
		}
		if at < 0 || at >= int64(child.Len()) {
			return invalid("slot %d is value %d of a child of %d", i, at, child.Len())
		}
		return nil
	})
}

func (c *checker) runs() error {
	ends := c.data.Children()[0]
	before := int64(0)
	for i := range ends.Len() {
		end := runEnd(ends, i)
		if end <= before {
			return invalid("run %d ends at %d, the one before at %d", i, end, before)
		}
		before = end
	}
	if before < int64(c.data.Offset()+c.data.Len()) {
		return invalid("its runs end at %d of %d", before, c.data.Offset()+c.data.Len())
	}
	return nil
}
