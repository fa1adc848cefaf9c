package processprofile

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gosnakepit/snakepit/profile"
)

// keeper sees to it that there is one worker of a number: it starts one, watches it,
// replaces it when it ends or has done enough, and takes its slots down while there is none.
type keeper struct {
	in         *instance
	number     int
	slots      []int32
	now        atomic.Pointer[worker] // nil while there is none
	mu         sync.Mutex             // around changes of now, and of the slots with it
	last       *worker                // the one that keep watched last; its own until it has ended
	failed     atomic.Pointer[error]  // why there will be none
	generation uint64
	failures   int         // starts in a row that failed
	kept       atomic.Bool // keep runs, or has run
	ended      chan struct{}
}

// enter returns the worker, for a call on it; it is to be left.
func (k *keeper) enter() (*worker, error) {
	for {
		w := k.now.Load()
		if w == nil {
			return nil, k.absent()
		}
		w.enter()
		if k.now.Load() == w {
			return w, nil
		}
		w.leave()
	}
}

// absent is the error of a call that found no worker.
func (k *keeper) absent() error {
	if err := k.failed.Load(); err != nil {
		return *err
	}
	return &profile.WorkerCrashError{Pool: k.in.spec.Pool, Worker: k.number, How: "its replacement has not started yet"}
}

// begin starts the first worker.
func (k *keeper) begin(ctx context.Context) error {
	k.generation++
	w, err := k.in.start(ctx, k.number, k.generation)
	if err != nil {
		return err
	}
	k.now.Store(w)
	return nil
}

// keep is the keeper's goroutine.
func (k *keeper) keep() {
	defer close(k.ended)
	for k.last = k.now.Load(); k.last != nil; {
		w := k.last
		watch := k.in.watch(w)
		select {
		case <-k.in.closing:
			watch.stop()
			return
		case <-watch.enough:
			watch.stop()
			k.last = k.replace(w, watch.why)
		case <-w.process.Exited():
			watch.stop()
			k.last = k.revive(w)
		}
	}
}

// replace puts a new worker in place of one that has done enough, and ends that when its
// calls have. It returns the worker that there is then.
func (k *keeper) replace(old *worker, why string) *worker {
	k.in.spec.Logger.Info("snakepit: a worker is replaced", "pool", k.in.spec.Pool, "worker", k.number, "pid", old.process.Pid(), "why", why)
	w, err := k.in.start(k.in.life, k.number, k.generation+1)
	if err != nil {
		k.in.spec.Logger.Warn("snakepit: no replacement for a worker; it goes on", "pool", k.in.spec.Pool, "worker", k.number, "err", err)
		old.born = time.Now() // the next try is as far away as the first was
		return old
	}
	k.generation++
	k.place(w)
	k.in.recycled.Add(1)
	k.in.retiring.Go(func() { k.in.retire(old) })
	return w
}

// revive replaces a worker that has ended; nil: the pool closes, or has given up.
func (k *keeper) revive(old *worker) *worker {
	k.lose(old)
	k.in.buried(k, old)
	for {
		if err := k.in.mayRestart(); err != nil {
			k.giveUp(err)
			return nil
		}
		if !k.in.pause(k.failures) {
			return nil
		}
		k.generation++
		w, err := k.in.start(k.in.life, k.number, k.generation)
		if err == nil {
			k.failures = 0
			k.place(w)
			return w
		}
		if k.in.life.Err() != nil {
			return nil
		}
		k.failures++
		k.in.spec.Logger.Error("snakepit: a worker could not be replaced", "pool", k.in.spec.Pool, "worker", k.number, "err", err)
	}
}

// giveUp lets calls fail instead of waiting for ever.
func (k *keeper) giveUp(why error) {
	err := fmt.Errorf("%w: worker %d of pool %q is gone for good: %w", profile.ErrUnavailable, k.number, k.in.spec.Pool, why)
	k.failed.Store(&err)
	k.in.spec.Logger.Error("snakepit: a worker is given up", "pool", k.in.spec.Pool, "worker", k.number, "err", err)
	k.up()
}

// lose takes the slots down of a worker that is gone, or about to be: before its calls are
// told, who would find it again otherwise. Safe for concurrent use.
func (k *keeper) lose(w *worker) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.now.Load() != w {
		return
	}
	for _, s := range k.slots {
		k.in.spec.Slots.Down(s)
	}
	k.now.Store(nil)
}

// place gives calls a worker.
func (k *keeper) place(w *worker) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.now.Store(w)
	k.up()
}

func (k *keeper) up() {
	for _, s := range k.slots {
		k.in.spec.Slots.Up(s)
	}
}
