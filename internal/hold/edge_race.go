//go:build race

package hold

import "sync/atomic"

// edge tells the race detector what the count orders: it does not see atomics off Go's heap.
type edge struct{ n atomic.Int64 }

func (e *edge) sync() { e.n.Add(1) }
