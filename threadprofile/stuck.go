package threadprofile

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"
)

// quarantined is what a stuck call still uses, though its slot has a new lane and worker.
type quarantined struct {
	lane   *lane
	worker *adapter // nil if it is still in use, or there is none
	keep   []func()
}

var (
	errClosing  = errors.New("the pool closes")
	errNoThread = errors.New("no thread is left for it")
)

// replaceLimit bounds the start of an adapter in place of one that is stuck.
const replaceLimit = time.Minute

// quarantine gives a slot, which a stuck call holds, a new lane and a new worker.
func (in *instance) quarantine(slot int32, what runner) (*quarantined, error) {
	in.ending.RLock()
	defer in.ending.RUnlock()
	if in.ended {
		return nil, errClosing
	}
	l := in.takeSpare()
	if l == nil {
		return nil, errNoThread
	}
	q := &quarantined{keep: []func(){what.keep()}}
	if in.config.Adapter != "" && !in.config.Shared {
		if err := in.replaceWorker(q, slot, l); err != nil {
			q.letGo()
			return nil, err
		}
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	q.lane, in.lanes[slot] = in.lanes[slot], l
	q.lane.gone = true
	in.generations[slot].Add(1)
	return q, nil
}

func (in *instance) takeSpare() *lane {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.spare) == 0 {
		return nil
	}
	last := len(in.spare) - 1
	l := in.spare[last]
	in.spare = in.spare[:last]
	return l
}

func (in *instance) giveSpare(l *lane) {
	in.mu.Lock()
	defer in.mu.Unlock()
	l.gone = false
	in.spare = append(in.spare, l)
}

// replaceWorker makes the slot's new worker. A lane where that does not end is lost.
func (in *instance) replaceWorker(q *quarantined, slot int32, l *lane) error {
	ctx, cancel := context.WithTimeout(context.Background(), replaceLimit)
	defer cancel()
	fresh, err := in.freshWorker(ctx, slot, l.pin)
	if err != nil {
		if l.pin == nil || ctx.Err() == nil {
			in.giveSpare(l)
		}
		return err
	}
	q.worker = in.swapWorker(slot, fresh)
	close(q.worker.lost)
	q.keep = append(q.keep, in.renewTools(slot, q.worker, fresh)...)
	return nil
}

func (in *instance) freshWorker(ctx context.Context, slot int32, p *pin) (*adapter, error) {
	make, err := in.python.Function("Worker")
	if err != nil {
		return nil, err
	}
	defer make.Release()
	return in.newWorker(ctx, make, int(slot), p)
}

func (in *instance) swapWorker(slot int32, fresh *adapter) (old *adapter) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.workers = slices.Clone(in.workers)
	old, in.workers[slot] = in.workers[slot], fresh
	return old
}

// renewTools resolves the tools that are in use on a slot's new worker. The old ones are
// kept until their call has ended.
func (in *instance) renewTools(slot int32, old, fresh *adapter) (keep []func()) {
	for _, t := range in.inUse() {
		o, err := in.find(t.how, fresh.object, t.name)
		if err != nil && old != nil { // calls go on as they did
			in.spec.Logger.Error("snakepit: a new worker lacks a tool of the old one", "pool", in.spec.Pool, "tool", t.name, "err", err)
			o, err = in.find(t.how, old.object, t.name)
		}
		if err != nil {
			continue
		}
		before := t.swap(slot, o)
		keep = append(keep, before.Release)
	}
	return keep
}

// inUse are the tools that have been resolved.
func (in *instance) inUse() []*offered {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Collect(maps.Keys(in.offers))
}

// release gives back what a stuck call used, now that it has ended.
func (in *instance) release(q *quarantined) {
	q.letGo()
	if q.worker != nil {
		in.closeWorker(q.worker)
	}
	in.ending.RLock()
	defer in.ending.RUnlock()
	if in.ended {
		q.lane.pin.stop()
		return
	}
	in.giveSpare(q.lane)
}

func (q *quarantined) letGo() {
	for _, release := range q.keep {
		release()
	}
}
