package threadprofile

import (
	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
)

// adapter is the worker of a slot in Python.
type adapter struct {
	object cgo.Object
	pin    *pin          // where all of it runs; nil for anywhere
	lost   chan struct{} // closed: a stuck call has it, and another its place

	dismissed bool // guarded by instance.mu
}

// current are the workers of all slots; nil where there is none. One that is replaced
// meanwhile stays what it is, if closed: see RATIONALE.md, "Why are replaced workers kept?"
func (in *instance) current() []*adapter {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.workers
}

func newAdapter(o cgo.Object, p *pin) *adapter {
	return &adapter{object: o, pin: p, lost: make(chan struct{})}
}

// closeWorker has an adapter clean up.
func (in *instance) closeWorker(w *adapter) {
	err := w.pin.do(false, func() error {
		_, err := embed.Ask(cgo.Method, names.close, embed.Ref(w.object))
		return err
	})
	if err != nil {
		in.spec.Logger.Warn("snakepit: an adapter did not close", "pool", in.spec.Pool, "adapter", in.config.Adapter, "err", err)
	}
}

// endSession ends a session of an adapter's, on its thread. While a call runs there it is
// done after that, and nobody waits for it; not at all if the call is stuck, since the
// adapter is closed when that ends.
func (w *adapter) endSession(in *instance, number uint64) error {
	end := func() error {
		_, err := embed.Ask(cgo.Method, names.closeSession, embed.Ref(w.object), number)
		return err
	}
	p := w.pin
	if p == nil || !p.busy.Load() || p.service.Load() != nil || p.here() {
		return p.do(false, end)
	}
	in.later.Go(func() {
		if err := p.doUnless(w.lost, end); err != nil {
			in.spec.Logger.Warn("snakepit: a session did not end", "pool", in.spec.Pool, "err", err)
		}
	})
	return nil
}
