//go:build cgo

package zarrow

import (
	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/zerocopy/internal/lend"
)

// ExportSchema fills an ArrowSchema, zeroed memory of C.
func (v *Value) ExportSchema(schema uintptr) error {
	if !v.holders.Hold() {
		return ErrReleased
	}
	defer v.holders.Let()
	return writeSchema(v.plan, lend.Pointer[carrow.Schema](schema))
}

// ExportArray fills an ArrowSchema and an ArrowArray, zeroed memory of C. After an
// error neither has to be released.
func (v *Value) ExportArray(schema, array uintptr) error {
	if v.kind != capsule.Array {
		return v.noArray()
	}
	if !v.holders.Hold() {
		return ErrReleased
	}
	defer v.holders.Let()
	if err := lendOut(v.data, lend.Pointer[carrow.Array](array)); err != nil {
		return err
	}
	err := writeSchema(v.plan, lend.Pointer[carrow.Schema](schema))
	if err != nil {
		carrow.ReleaseArray(lend.Pointer[carrow.Array](array))
	}
	return err
}

// ExportStream fills an ArrowArrayStream, zeroed memory of C. A reader goes with the
// first call: it is released when that stream is.
func (v *Value) ExportStream(stream uintptr) error {
	if !v.holders.Hold() {
		return ErrReleased
	}
	defer v.holders.Let()
	src, err := v.source()
	if err != nil {
		return err
	}
	s := &outgoing{plan: v.plan, src: src}
	if errno := carrow.FillStream(lend.Pointer[carrow.Stream](stream), s); errno != 0 {
		src.close()
		return lend.ErrMemory
	}
	live.streams.Add(1)
	return nil
}
