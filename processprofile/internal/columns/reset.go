package columns

import "github.com/gosnakepit/snakepit/proto/snakepitv1"

// keepMax is the size in elements up to which a column's memory is kept for the next call.
const keepMax = 8 << 10

// Reset empties the writer for the next call and keeps memory of a moderate size.
func (w *Writer) Reset() {
	d := &w.data
	d.Tags = emptied(d.Tags)
	d.Counts = emptied(d.Counts)
	d.Ints = emptied(d.Ints)
	d.Floats = emptied(d.Floats)
	d.Texts = emptiedOf(d.Texts)
	d.Blobs = emptiedOf(d.Blobs)
	d.Tensors = emptiedOf[*snakepitv1.Tensor](d.Tensors)
	d.Arrows = emptiedOf[*snakepitv1.Arrow](d.Arrows)
}

func emptied[T any](column []T) []T {
	if cap(column) > keepMax {
		return nil
	}
	return column[:0]
}

// emptiedOf forgets what the elements refer to.
func emptiedOf[T any](column []T) []T {
	clear(column)
	return emptied(column)
}
