package wire

import (
	"context"
	"sync"
	"sync/atomic"
)

// Source is a Go iterator that a call was given as an argument.
type Source interface {
	// Next appends the next item to f.In; false says that there is none. It returns
	// when ctx ends. Safe for concurrent use.
	Next(ctx context.Context, f *Frame) (bool, error)
	// Close ends the iteration. Idempotent.
	Close()
}

// sources are those of the calls in progress: uint64 → Source.
var (
	sources    sync.Map
	lastSource atomic.Uint64
)

// Offer lets Python iterate over s until the frame is recycled, by the number it
// returns.
func (f *Frame) Offer(s Source) uint64 {
	id := lastSource.Add(1)
	sources.Store(id, s)
	f.offered = append(f.offered, id)
	return id
}

// FindSource returns a source by its number, or nil when it is closed.
func FindSource(id uint64) Source {
	if s, ok := sources.Load(id); ok {
		return s.(Source)
	}
	return nil
}

// CloseSource ends a source. Idempotent.
func CloseSource(id uint64) {
	if s, ok := sources.LoadAndDelete(id); ok {
		s.(Source).Close()
	}
}

func (f *Frame) closeSources() {
	for _, id := range f.offered {
		CloseSource(id)
	}
	f.offered = f.offered[:0]
}
