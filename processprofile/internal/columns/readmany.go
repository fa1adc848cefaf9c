package columns

import (
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// count reads the number of elements, of which left at the most can be there.
func (r *Reader) count(left int) (int, error) {
	if r.counts == len(r.data.Counts) {
		return 0, garbled("a count is missing")
	}
	n := int(r.data.Counts[r.counts])
	r.counts++
	if n > left {
		return 0, garbled("%d elements are announced where %d can be", n, left)
	}
	return n, nil
}

// container begins n elements of some values each.
func (r *Reader) container(t wire.Tag, values int) error {
	n, err := r.count((len(r.data.Tags) - r.tags - 1) / values)
	if err != nil {
		return err
	}
	if len(r.outer) == wire.MaxDepth {
		return garbled("values nest deeper than %d levels", wire.MaxDepth)
	}
	r.put(t, uint64(n))
	r.outer = append(r.outer, r.pending)
	r.pending = n * values
	return nil
}

// fields reads the head of a mapping by a key plan, which only the whole value can be.
func (r *Reader) fields() error {
	if r.tags > 0 {
		return garbled("fields within a value")
	}
	return r.container(wire.Fields, 1)
}

// missing reads what stands for a key that a mapping has not, or for an argument that was
// not given: it is a member of the whole value.
func (r *Reader) missing() error {
	whole := snakepitv1.Tag(r.data.Tags[0])
	if len(r.outer) != 1 || whole != snakepitv1.Tag_FIELDS && whole != snakepitv1.Tag_TUPLE {
		return garbled("a value is missing")
	}
	r.buf = append(r.buf, byte(wire.Missing))
	return nil
}

func (r *Reader) floatList() error {
	d := r.data
	n, err := r.count(len(d.Floats) - r.floats)
	if err != nil {
		return err
	}
	p := unsafe.Pointer(unsafe.SliceData(d.Floats[r.floats:]))
	r.floats += n
	r.words(wire.Floats, wire.FloatsRef, p, n)
	return nil
}

func (r *Reader) intList() error {
	d := r.data
	n, err := r.count(len(d.Ints) - r.ints)
	if err != nil {
		return err
	}
	p := unsafe.Pointer(unsafe.SliceData(d.Ints[r.ints:]))
	r.ints += n
	r.words(wire.Ints, wire.IntsRef, p, n)
	return nil
}

// words writes n words of eight bytes, or where they lie.
func (r *Reader) words(t, ref wire.Tag, p unsafe.Pointer, n int) {
	if 8*n >= wire.Bulk {
		r.ref(ref, p, n)
		return
	}
	r.put(t, uint64(n))
	r.buf = append(r.buf, unsafe.Slice((*byte)(p), 8*n)...)
}
