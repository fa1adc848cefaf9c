//go:build cgo

package zarrow

import (
	"unsafe"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/zerocopy/internal/lend"
)

// writeSchema fills out, zeroed memory of C.
func writeSchema(p *capsule.SchemaTree, out *carrow.Schema) error {
	var size, structs int
	measureSchema(p, &size, &structs)
	w, err := lend.NewArena(size, structs, nil)
	if err != nil {
		return err
	}
	putSchema(p, &w, out)
	return nil
}

func measureSchema(p *capsule.SchemaTree, size, structs *int) {
	*structs++
	*size += lend.Aligned(len(p.Format)+1) + lend.Aligned(len(p.Name)+1) + lend.Aligned(len(p.Metadata))
	*size += len(p.Children) * int(unsafe.Sizeof(carrow.Schema{})+unsafe.Sizeof(uintptr(0)))
	for i := range p.Children {
		measureSchema(&p.Children[i], size, structs)
	}
	if p.Dictionary != nil {
		*size += int(unsafe.Sizeof(carrow.Schema{}))
		measureSchema(p.Dictionary, size, structs)
	}
}

func putSchema(p *capsule.SchemaTree, w *lend.Arena, out *carrow.Schema) {
	out.Format, out.Name = w.Text(p.Format), w.Text(p.Name)
	if p.Metadata != nil {
		out.Metadata = w.Bytes(p.Metadata, len(p.Metadata))
	}
	out.Flags, out.NumChildren = p.Flags, int64(len(p.Children))
	out.Release, out.Private = carrow.SchemaRelease(), w.Private()
	if n := len(p.Children); n > 0 {
		pointers, structs := lend.Many[*carrow.Schema](w, n), lend.Many[carrow.Schema](w, n)
		out.Children = unsafe.Pointer(unsafe.SliceData(pointers))
		for i := range p.Children {
			pointers[i] = &structs[i]
			putSchema(&p.Children[i], w, &structs[i])
		}
	}
	if p.Dictionary != nil {
		out.Dictionary = &lend.Many[carrow.Schema](w, 1)[0]
		putSchema(p.Dictionary, w, out.Dictionary)
	}
}
