package snakepit

import (
	"context"
	"sync"
)

// feed hands items from the goroutine that runs a generator to the one that ranges
// over it. The generator may be ahead by limit items; with 0 it runs only while
// somebody waits.
type feed[T any] struct {
	limit int

	mu      sync.Mutex
	items   []T
	head, n int // of the ring
	wanted  bool
	parked  bool  // the producer waits for room
	stopped bool  // nobody wants more
	ended   bool  // there will be no more
	err     error // why it ended, after the items

	more chan struct{} // capacity 1, to the consumer
	room chan struct{} // capacity 1, to the producer
}

func newFeed[T any](limit int) *feed[T] {
	return &feed[T]{
		limit: limit, items: make([]T, max(limit, 1)),
		more: make(chan struct{}, 1), room: make(chan struct{}, 1),
	}
}

// await waits until the generator may run on; false: nobody wants more.
func (f *feed[T]) await() bool {
	f.mu.Lock()
	for !f.stopped && !f.open() {
		f.parked = true
		f.mu.Unlock()
		<-f.room
		f.mu.Lock()
	}
	f.parked = false
	defer f.mu.Unlock()
	return !f.stopped
}

func (f *feed[T]) open() bool { return f.n < f.limit || f.wanted && f.n == 0 }

// space is how many items there is room for, at least one after await.
func (f *feed[T]) space() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return max(f.limit-f.n, 1)
}

// put adds an item. There is room, because await said so.
func (f *feed[T]) put(item T) {
	f.mu.Lock()
	f.items[(f.head+f.n)%len(f.items)] = item
	f.n++
	wake := f.wanted
	f.wanted = false
	f.mu.Unlock()
	if wake {
		signal(f.more)
	}
}

// end says that there are no more items. It reports whether anybody will be told.
func (f *feed[T]) end(err error) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended, f.err = true, err
	signal(f.more)
	return !f.stopped
}

// take returns the next item; ok is false after the last, and then err says why.
func (f *feed[T]) take(ctx context.Context) (item T, ok bool, err error) {
	for {
		item, ok, err, again := f.poll()
		if !again {
			return item, ok, err
		}
		select {
		case <-f.more:
		case <-ctx.Done():
			return item, false, ctx.Err()
		}
	}
}

func (f *feed[T]) poll() (item T, ok bool, err error, again bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n > 0 {
		f.items[f.head], item = item, f.items[f.head]
		f.head = (f.head + 1) % len(f.items)
		f.n--
		f.refill()
		return item, true, nil, false
	}
	if f.ended {
		return item, false, f.err, false
	}
	f.wanted = true
	f.refill()
	return item, false, nil, true
}

// refill wakes a producer that waits for room, once half of it is free: it then runs
// several items on.
func (f *feed[T]) refill() {
	if f.parked && f.n <= f.limit/2 {
		f.parked = false
		signal(f.room)
	}
}

// stop says that nobody wants more.
func (f *feed[T]) stop() {
	f.mu.Lock()
	f.stopped = true
	f.mu.Unlock()
	signal(f.room)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
