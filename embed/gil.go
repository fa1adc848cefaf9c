package embed

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/gosnakepit/snakepit/internal/value"
)

// GILEvent says that the GIL came back on.
type GILEvent struct {
	Modules []string // the extension modules that turned it on; empty if nobody saw
}

// GILState tells whether Python runs in parallel.
type GILState struct {
	Enabled  bool
	Culprits []string // extension modules that turned it on, in order
}

// gilWatch remembers what is known about the GIL.
type gilWatch struct {
	enabled atomic.Bool
	mu      sync.Mutex
	found   []string
}

func (w *gilWatch) state() GILState {
	w.mu.Lock()
	defer w.mu.Unlock()
	return GILState{Enabled: w.enabled.Load(), Culprits: append([]string(nil), w.found...)}
}

// note takes in a report made when known culprits were known, and returns what is
// new in it: another report may have come in between.
func (w *gilWatch) note(enabled bool, known int, more []any) (turnedOn bool, culprits []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	more = more[min(len(w.found)-known, len(more)):]
	for _, m := range more {
		name, _ := m.(string)
		culprits = append(culprits, name)
	}
	w.found = append(w.found, culprits...)
	return enabled && !w.enabled.Swap(enabled), culprits
}

// checkGIL asks Python whether the GIL came on since the last time, and reports it.
func (p *Interpreter) checkGIL() error {
	known := len(p.gil.state().Culprits)
	v, err := p.bridge.ask("gil_report", known)
	report, ok := v.(value.Tuple)
	if err != nil || !ok {
		return err
	}
	enabled, _ := report[0].(bool)
	more, _ := report[1].([]any)
	if turnedOn, culprits := p.gil.note(enabled, known, more); turnedOn {
		p.config.Load().logger().Warn("snakepit: the GIL is back on, for the life of the process: Python calls no longer run in parallel",
			"modules", culprits, "fix", "use a release of the module built for free threading, or run it in the process profile")
		if tell := p.config.Load().OnGIL; tell != nil {
			tell(GILEvent{Modules: culprits})
		}
	}
	return nil
}

// GILImportError is the refusal to import a module that would turn the GIL on.
type GILImportError struct{ Module string }

func (e *GILImportError) Error() string {
	return fmt.Sprintf("snakepit: importing %s would turn the GIL on for the whole process, which the policy forbids; "+
		"use a release of it that supports free threading, run it in the process profile, or allow it with GILWarn", e.Module)
}

// vet tries a module in a child process if the policy is strict.
func (p *Interpreter) vet(module string) error {
	if p.config.Load().GIL == GILWarn || !p.Info.FreeThreaded {
		return nil
	}
	v, err := p.bridge.ask("would_enable_gil", module)
	if err != nil {
		return err
	}
	if would, _ := v.(bool); would {
		return &GILImportError{Module: module}
	}
	return nil
}
