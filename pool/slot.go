package pool

import (
	"math/rand/v2"
	"sync/atomic"
	"unsafe"
)

// lineSize is two 64-byte lines: processors fetch the neighbour of a line too.
const lineSize = 128

// slot is a permit on cache lines of its own. word is even while the slot is
// free and odd while it is held; taking and releasing each add one, so that
// word/2 is the number of calls that have ended here, counted at no cost. Its
// highest bit says that the slot is down: nobody can take it.
//
// errors is written only by the holder, before it lets go.
//
// Each slot is a whole number of lines, and so is where an array of them
// starts (the tests check), so that no two slots share one.
type slot struct {
	word   atomic.Uint64
	errors atomic.Uint64
	_      [lineSize - 2*unsafe.Sizeof(atomic.Uint64{})]byte
}

const (
	heldBit = 1
	downBit = 1 << 63
)

func isHeld(word uint64) bool { return word&heldBit != 0 }

// take holds the slot if it is free and not down.
func (s *slot) take() bool {
	w := s.word.Load()
	return w&(heldBit|downBit) == 0 && s.word.CompareAndSwap(w, w+1)
}

// finish frees the slot and counts the call; false means it was not held.
func (s *slot) finish(failed bool) bool {
	w := s.word.Load()
	if !isHeld(w) {
		return false
	}
	if failed {
		s.errors.Store(s.errors.Load() + 1)
	}
	return s.word.CompareAndSwap(w, w+1) || s.finishAgain(w)
}

// finishAgain is for a slot that went down, or came up, in the very moment.
func (s *slot) finishAgain(w uint64) bool {
	now := s.word.Load()
	return now&^downBit == w&^downBit && s.finish(false)
}

// untake frees the slot as though it had not been taken.
func (s *slot) untake() { s.word.Add(^uint64(0)) }

// takeAny takes a free slot, looking from a random one on so that callers
// spread. It may miss a slot that comes free while it looks. The random number
// comes from the runtime's per-thread source: nothing shared is written.
func takeAny(slots []slot) (int32, bool) {
	n := uint32(len(slots))
	start := uint32(uint64(rand.Uint32()) * uint64(n) >> 32)
	for i := range n {
		at := start + i
		if at >= n {
			at -= n
		}
		if slots[at].take() {
			return int32(at), true
		}
	}
	return -1, false
}

func countHeld(slots []slot) int {
	held := 0
	for i := range slots {
		held += int(slots[i].word.Load() & heldBit)
	}
	return held
}
