package offheap

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// pages is the allocator of programs without cgo, and of what is allocated before
// package cgo is initialised.
var pages pager

type pager struct {
	live atomic.Int64 // so that Free of C's memory takes no lock
	mu   sync.Mutex
	size map[unsafe.Pointer]int
}

func (p *pager) alloc(n int) unsafe.Pointer {
	at := mapPages(n)
	if at == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.size == nil {
		p.size = map[unsafe.Pointer]int{}
	}
	p.size[at] = n
	p.live.Add(1)
	return at
}

// free reports whether the memory was the pager's.
func (p *pager) free(at unsafe.Pointer) bool {
	if p.live.Load() == 0 {
		return false
	}
	n, ok := p.forget(at)
	if ok {
		unmapPages(at, n)
	}
	return ok
}

func (p *pager) forget(at unsafe.Pointer) (int, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n, ok := p.size[at]
	if ok {
		delete(p.size, at)
		p.live.Add(-1)
	}
	return n, ok
}
