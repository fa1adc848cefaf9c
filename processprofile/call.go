package processprofile

import (
	"encoding/binary"
	"sync"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/internal/goerror"
	"github.com/gosnakepit/snakepit/internal/value"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/processprofile/internal/columns"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// call is one that a child runs. Python knows it by its number, and asks for what belongs
// to it as long as it runs.
type call struct {
	id uint64

	mu    sync.Mutex
	frame *wire.Frame // nil when the call is over
}

// scope returns what Python sees of Go in the call.
func (c *call) scope(host profile.Host) profile.Scope {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.frame == nil {
		return nil
	}
	if c.frame.Call.View == nil { // a helper's, which belongs to no call
		return host.Outside()
	}
	return host.Scope(c.frame)
}

func (c *call) end() {
	c.mu.Lock()
	c.frame = nil
	c.mu.Unlock()
}

// calls are those that a worker runs, by their numbers.
type calls struct {
	last  atomic.Uint64
	begun atomic.Uint64
	live  sync.Map // uint64 → *call
}

func (all *calls) begin(f *wire.Frame) *call {
	c := &call{id: all.last.Add(1), frame: f}
	all.live.Store(c.id, c)
	all.begun.Add(1)
	return c
}

func (all *calls) end(c *call) {
	c.end()
	all.live.Delete(c.id)
}

func (all *calls) find(id uint64) *call {
	c, _ := all.live.Load(id)
	found, _ := c.(*call)
	return found
}

// message describes a call: where its arguments are is w's memory, and the frame's.
func message(id uint64, keywords []string, f *wire.Frame, w *columns.Writer) (*snakepitv1.Call, error) {
	w.Reset()
	if err := w.Arguments(f.In, keywords); err != nil {
		return nil, err
	}
	return &snakepitv1.Call{
		Id:         id,
		Positional: binary.NativeEndian.Uint32(f.In),
		Named:      binary.NativeEndian.Uint32(f.In[4:]),
		Args:       w.Data(),
	}, nil
}

// outcome leaves the result of a call in its frame, or returns the error that it is.
func outcome(o *snakepitv1.Outcome, r *columns.Reader, f *wire.Frame) error {
	switch o := o.GetWhat().(type) {
	case *snakepitv1.Outcome_Value:
		return r.Result(o.Value, f)
	case *snakepitv1.Outcome_Exception:
		return columns.Exception(o.Exception, goerror.Find)
	case *snakepitv1.Outcome_Fault:
		return columns.Fault(o.Fault)
	}
	return wire.ErrGarbled
}

// failure is outcome for what has no result.
func failure(o *snakepitv1.Outcome) error {
	switch o := o.GetWhat().(type) {
	case *snakepitv1.Outcome_Exception:
		return columns.Exception(o.Exception, goerror.Find)
	case *snakepitv1.Outcome_Fault:
		return columns.Fault(o.Fault)
	}
	return nil
}

// items are those of a list or a tuple.
func items(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case value.Tuple:
		return v
	}
	return nil
}
