package profile

import (
	"context"
	"time"

	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/tool"
)

// Host is the Go program as Python may call it. The root package implements it; all
// methods are safe for concurrent use.
type Host interface {
	// Scope returns what Python sees in the call that f carries. On the goroutine that
	// runs the call only.
	Scope(f *wire.Frame) Scope
	// Captured returns the scope of this number, or nil once its call has ended.
	Captured(number uint64) Scope
	// Outside returns the scope of threads that belong to no call.
	Outside() Scope
}

// Scope is what Python sees of the Go program in one call. It is the context that Go
// tools get, a child of the caller's.
type Scope interface {
	context.Context
	// Capture returns a number by which [Host.Captured] finds the scope until its call
	// ends; 0 outside of any call.
	Capture() uint64
	// Describe says whose call it is.
	Describe() CallInfo
	// FindTool returns a Go tool by its name: the session's first, then the runtime's.
	FindTool(name string) (HostTool, bool)
	// Tools returns all that FindTool finds.
	Tools() []HostTool
	// CallTool runs a Go tool with the n values that r holds, and appends its result to
	// f.In.
	CallTool(id uint64, r *wire.Reader, n int, f *wire.Frame) error
	// Pull appends the next item of a Go iterator, an argument of the call, to f.In; false
	// says that there is none.
	Pull(from wire.Source, f *wire.Frame) (bool, error)
	// Objects returns what makes the Go handle of an object that is an argument; it
	// takes over the reference.
	Objects() func(handle uintptr) any
}

// CallInfo says whose call it is.
type CallInfo struct {
	Runtime   uint64 // unique in the process
	Session   uint64 // unique in the process; 0 for none
	SessionID string
	Metadata  map[string]string
	Deadline  time.Time // zero for none
}

// HostTool is a Go function that Python may call.
type HostTool struct {
	ID      uint64 // unique in the process
	Lasting bool   // it belongs to a runtime, not to a session
	tool.Spec
}
