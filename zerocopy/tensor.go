package zerocopy

import (
	"runtime"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/internal/hold"
)

// MaxDims is how many dimensions a tensor can have.
const MaxDims = 64

// Tensor is a view of memory: where its first element is, and how to go on from there. It
// owns a reference to the memory until Release. Its methods are safe for concurrent use.
type Tensor struct {
	state    atomic.Int64 // users at the moment; gone after Release
	mem      *memory
	base     uintptr // address, or a device's handle
	offset   int     // of the first element from base, in bytes
	dims     []int   // shape, then strides; in few if they fit
	few      [8]int
	device   Device
	dtype    DType
	readOnly bool
	origin   uintptr // see Foreign; 0 in views
	guard    guard
}

// gone is set in state by Release.
const gone = 1 << 62

// newTensor takes over a reference to the memory.
func newTensor(m *memory, ndim int) *Tensor {
	t := &Tensor{mem: m}
	if 2*ndim <= len(t.few) {
		t.dims = t.few[:2*ndim]
	} else {
		t.dims = make([]int, 2*ndim)
	}
	t.guard.watch(t)
	return t
}

// view returns another tensor of the same memory, whose dimensions are still to be written.
// The caller has entered.
func (t *Tensor) view(ndim int) *Tensor {
	t.mem.hold.Retain()
	v := newTensor(t.mem, ndim)
	v.base, v.offset, v.device, v.dtype, v.readOnly = t.base, t.offset, t.device, t.dtype, t.readOnly
	return v
}

func (t *Tensor) shape() []int   { return t.dims[:len(t.dims)/2] }
func (t *Tensor) strides() []int { return t.dims[len(t.dims)/2:] }

// enter keeps the memory until leave; it reports false after Release.
func (t *Tensor) enter() bool {
	for {
		s := t.state.Load()
		if s&gone != 0 {
			return false
		}
		if t.state.CompareAndSwap(s, s+1) {
			return true
		}
	}
}

// leave ends the use of the memory; after Release nobody enters, so that one is the last.
func (t *Tensor) leave() {
	if t.state.Add(-1) == gone {
		t.drop()
	}
}

// Release gives up the reference to the memory, at once or when those who are using the
// tensor at the moment have finished. It may be called again, which does nothing.
func (t *Tensor) Release() {
	if t != nil && t.state.Or(gone) == 0 {
		t.drop()
	}
}

func (t *Tensor) drop() {
	t.guard.done()
	m := t.mem
	t.mem = nil
	m.hold.Release()
	runtime.KeepAlive(t) // the safety net must not have come first
}

func (t *Tensor) released() bool { return t.state.Load()&gone != 0 }

// Hold returns the count of references to the memory, which all its views share; nil after
// Release. Whoever wants more than to look at it needs a reference: see [Tensor.Lend].
func (t *Tensor) Hold() *hold.Hold {
	if !t.enter() {
		return nil
	}
	defer t.leave()
	return t.mem.hold
}
