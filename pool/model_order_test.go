package pool_test

import (
	"slices"

	"github.com/gosnakepit/snakepit/pool"
)

// The order of the model's queue, said as plainly as can be: by looking at all of it.

// rank is those who stand in line for the same slots, in one class.
type rank struct {
	slot  int32
	class pool.Class
}

func (w modelWaiter) rank() rank { return rank{w.slot, w.class} }

// turns says in which order the sessions of a rank are served.
type turns map[rank][]uint64

func (t turns) join(w modelWaiter) {
	if !slices.Contains(t[w.rank()], w.session) {
		t[w.rank()] = append(t[w.rank()], w.session)
	}
}

// leave is for one who left the queue, in which these remain.
func (t turns) leave(w modelWaiter, remain []modelWaiter) {
	if !slices.ContainsFunc(remain, func(o modelWaiter) bool { return o.rank() == w.rank() && o.session == w.session }) {
		t[w.rank()] = slices.DeleteFunc(t[w.rank()], func(s uint64) bool { return s == w.session })
	}
}

// served puts a session behind the others if it was its turn.
func (t turns) served(w modelWaiter) {
	if order := t[w.rank()]; order[0] == w.session {
		t[w.rank()] = append(order[1:], w.session)
	}
}

// next is the index of whose turn it is on a slot that is free, or -1.
func (m *model) next(slot int32) int {
	takes := func(w modelWaiter) bool { return w.slot < 0 || w.slot == slot }
	if m.ended[slot]%8 == 7 {
		return slices.IndexFunc(m.queue, takes)
	}
	for class := pool.High; class >= pool.Low; class-- {
		best := -1
		for _, line := range []int32{-1, slot} {
			order := m.turns[rank{line, class}]
			if len(order) == 0 {
				continue
			}
			i := slices.IndexFunc(m.queue, func(w modelWaiter) bool {
				return w.rank() == rank{line, class} && w.session == order[0]
			})
			if best < 0 || i < best {
				best = i
			}
		}
		if best >= 0 {
			return best
		}
	}
	return -1
}

// displaced is the index of who makes room for a caller of this class in a full queue,
// or -1: the last to come of the lowest class.
func (m *model) displaced(by pool.Class) int {
	out := -1
	for i, w := range m.queue {
		if w.slot < 0 && w.class < by && (out < 0 || w.class <= m.queue[out].class) {
			out = i
		}
	}
	return out
}
