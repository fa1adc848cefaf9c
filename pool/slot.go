package pool

import (
	"sync/atomic"
	"unsafe"
)

// lineSize is two 64-byte lines: processors fetch the neighbour of a line too.
const lineSize = 128

// slot is a permit on cache lines of its own. word is even while the slot is
// free and odd while it is held; taking and releasing each add one, so that
// word/2 is the number of calls that have ended here, counted at no cost. Its
// highest bits say that the slot is down, so that nobody can take it, and that
// somebody waits for it and no other, so that only the queue can.
//
// errors and bytes are written only by the holder, before it lets go.
//
// Each slot is a whole number of lines, and so is where an array of them
// starts (the tests check), so that no two slots share one.
type slot struct {
	word   atomic.Uint64
	errors atomic.Uint64
	bytes  int64 // of Pool.bytes, to be given back
	_      [lineSize - 3*unsafe.Sizeof(atomic.Uint64{})]byte
}

const (
	heldBit   = 1
	downBit   = 1 << 63
	wantedBit = 1 << 62
	flagBits  = downBit | wantedBit
)

func isHeld(word uint64) bool { return word&heldBit != 0 }

// ended is how many calls have ended on a slot.
func ended(word uint64) uint64 { return word &^ flagBits / 2 }

// take holds the slot if it is free for anybody.
func (s *slot) take() bool {
	w := s.word.Load()
	return w&(heldBit|flagBits) == 0 && s.word.CompareAndSwap(w, w+1)
}

// takeOwed holds the slot if it is free, for somebody in line.
func (s *slot) takeOwed() bool {
	for {
		w := s.word.Load()
		if w&(heldBit|downBit) != 0 {
			return false
		}
		if s.word.CompareAndSwap(w, w+1) {
			return true
		}
	}
}

// finish frees the slot and counts the call; false means it was not held. The word is
// what it was with.
func (s *slot) finish(failed bool) (uint64, bool) {
	w := s.word.Load()
	if !isHeld(w) {
		return 0, false
	}
	if failed {
		s.errors.Store(s.errors.Load() + 1)
	}
	if !s.word.CompareAndSwap(w, w+1) {
		return s.finishAgain(w)
	}
	return w, true
}

// finishAgain is for a slot whose flags changed in the very moment.
func (s *slot) finishAgain(w uint64) (uint64, bool) {
	if now := s.word.Load(); now&^flagBits != w&^flagBits {
		return 0, false
	}
	return s.finish(false)
}

// untake frees the slot as though it had not been taken.
func (s *slot) untake() { s.word.Add(^uint64(0)) }

// flagged reports whether freeing the slot concerns somebody beside those who take any.
func (s *slot) flagged() bool { return s.word.Load()&flagBits != 0 }

func countHeld(slots []slot) int {
	held := 0
	for i := range slots {
		held += int(slots[i].word.Load() & heldBit)
	}
	return held
}
