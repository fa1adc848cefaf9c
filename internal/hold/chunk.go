package hold

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/gosnakepit/snakepit/internal/offheap"
)

const chunkSize = 64

// chunk is the Go side of as many cells. Chunks are never freed: C may be about to read
// a cell whose last reference Go has just given up.
type chunk [chunkSize]Hold

var (
	table  atomic.Pointer[[]*chunk] // replaced when it grows, so that readers need no lock
	growth sync.Mutex
)

func init() { table.Store(new([]*chunk)) }

// grow makes a chunk of a stripe and returns its holds, linked.
func grow(home *stripe) *Hold {
	p, err := offheap.Private(chunkSize * int(unsafe.Sizeof(cell{})))
	if err != nil {
		panic(err) // as Go does when there is no memory
	}
	cells := unsafe.Slice((*cell)(p), chunkSize)
	c := new(chunk)
	growth.Lock()
	defer growth.Unlock()
	old := *table.Load()
	for i := range c {
		cells[i].index = uint64(len(old)*chunkSize + i)
		c[i].cell, c[i].home = &cells[i], home
		if i > 0 {
			c[i-1].next = &c[i]
		}
	}
	all := append(old[:len(old):len(old)], c)
	table.Store(&all)
	return &c[0]
}
