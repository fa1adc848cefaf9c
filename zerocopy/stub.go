package zerocopy

import "github.com/gosnakepit/snakepit/internal/hold"

type DTypeCode uint8
type DeviceType int32

const CPU DeviceType = 1

type DType struct {
	Code  DTypeCode
	Bits  uint8
	Lanes uint16
}
type Device struct {
	Type DeviceType
	ID   int32
}
type Foreign struct {
	Data           uintptr
	Shape, Strides []int
	ReadOnly       bool
	DType          DType
	Device         Device
	Owner          hold.Owner
}
type LiveStats struct{ Go, Foreign, Device int }

func Live() LiveStats { return LiveStats{} }

type Tensor struct {
	f Foreign
	h *hold.Hold
}

func FromForeign(f Foreign) (*Tensor, error) { return &Tensor{f, hold.New(f.Owner)}, nil }
func (t *Tensor) Lend() (uintptr, error) {
	t.h.Retain()
	if o, ok := t.f.Owner.(interface{ Object() uintptr }); ok {
		return o.Object(), nil
	}
	return 0, nil
}
func (t *Tensor) Return()          { t.h.Release() }
func (t *Tensor) Hold() *hold.Hold { return t.h }
func (t *Tensor) Shape() []int     { return t.f.Shape }
func (t *Tensor) Strides() []int   { return t.f.Strides }
func (t *Tensor) DType() DType     { return t.f.DType }
func (t *Tensor) Device() Device   { return t.f.Device }
func (t *Tensor) Data() uintptr    { return t.f.Data }
func (t *Tensor) ReadOnly() bool   { return t.f.ReadOnly }
func (t *Tensor) NBytes() int      { return 0 }
func (t *Tensor) Release()         { t.h.Release() }
